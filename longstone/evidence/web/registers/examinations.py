"""The list of what the examiner has in hand, and what it could not do."""

from __future__ import annotations

from django.urls import reverse

from longstone.evidence import queries
from longstone.kernel.register import Between, Choice, Column, Kind, Register, Rows

STATES = {"queued": "Waiting", "running": "Being examined", "failed": "Failed"}

REGISTER = Register(
    name="examinations",
    title="Examinations in hand",
    source=lambda register, by: Rows(register, queries.examinations_in_hand(by=by), by=by),
    columns=[
        Column("exhibit", "Exhibit", value="copy.exhibit.reference"),
        Column("case", "Case", value="copy.exhibit.case.reference"),
        Column("copy_name", "Copy", value="copy.name"),
        Column("asked_at", "Asked", Kind.MOMENT, order="asked_at"),
        Column("state", "State", Kind.STATE, words=STATES),
        Column("why_failed", "Why it failed", value=lambda one: one.why_failed or "–"),
    ],
    order="asked_at",
    url=lambda one: reverse("exhibit", args=[one.copy.exhibit_id]),
    page=lambda: reverse("evidence:examinations"),
    filters=[Choice("state", "State", lambda _: STATES.items()), Between("asked", "Asked", field="asked_at")],
    charts=["state"],
    empty="Nothing waits for the examiner, and nothing has failed.",
)
