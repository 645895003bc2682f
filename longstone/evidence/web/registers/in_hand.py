"""The list of what the officer holds and is offered."""

from __future__ import annotations

from django.urls import reverse

from longstone.evidence import queries
from longstone.evidence.web.registers.exhibits import narrower

REGISTER = narrower(
    "exhibits-in-hand", "In my hands", lambda by: queries.in_my_hands(by=by), page=lambda: reverse("evidence:mine"), empty="You hold nothing.",
)  # fmt: skip
