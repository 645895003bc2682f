"""The list of what was left in lockers, longest first."""

from __future__ import annotations

from django.urls import reverse

from longstone.evidence import queries
from longstone.evidence.web.registers.exhibits import narrower

REGISTER = narrower(
    "lockers", "Lockers", lambda by: queries.awaiting_collection(by=by), order="since", page=lambda: reverse("evidence:lockers"),
    empty="No exhibit waits in a locker.",
)  # fmt: skip
