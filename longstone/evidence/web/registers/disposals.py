"""The list of disposals that wait, for a second person or for their day."""

from __future__ import annotations

from django.urls import reverse
from django.utils.timezone import localtime

from longstone.evidence import queries, rules
from longstone.evidence.models import Disposal
from longstone.kernel.actor import Actor
from longstone.kernel.register import Between, Choice, Column, Kind, Register, Rows


def _stands(one: Disposal) -> str:
    if one.state != "approved":
        return "Waits for approval"
    due = f"{localtime(one.due_at):%d/%m/%Y %H:%M}" if one.due_at else "its day"
    return f"Approved by {one.approved_by}; from {due}"


def _links(one: Disposal, by: Actor) -> list[tuple[str, str]]:
    offered = [
        ("Approve", "approve", rules.may_approve_disposal(by=by, disposal=one)),
        ("Stop", "withdraw", rules.may_withdraw_disposal(by=by, disposal=one)),
    ]
    return [(title, reverse(f"evidence:disposal-{name}", args=[one.pk])) for title, name, may in offered if may]


REGISTER = Register(
    name="disposals",
    title="Disposals that wait",
    about="Each takes two people; either can be stopped until it is carried out. A disposal is proposed on the page of its exhibit.",
    source=lambda register, by: Rows(register, queries.disposals_waiting(by=by), by=by),
    columns=[
        Column("exhibit", "Exhibit", value="copy.exhibit.reference"),
        Column("copy", "Copy", value="copy.name"),
        Column("reason", "Why"),
        Column("authority", "On what authority"),
        Column("proposed_by", "Proposed by"),
        Column("proposed_at", "Proposed", Kind.MOMENT, order="proposed_at"),
        Column("state", "Where it stands", value=_stands),
    ],
    order="proposed_at",
    url=lambda one: reverse("exhibit", args=[one.copy.exhibit_id]),
    links=_links,
    page=lambda: reverse("evidence:disposals"),
    filters=[
        Choice("state", "Where it stands", lambda _: [("proposed", "Waits for approval"), ("approved", "Approved")]),
        Between("proposed", "Proposed", field="proposed_at"),
    ],
    empty="No disposal waits. A disposal is proposed on the page of its exhibit.",
)
