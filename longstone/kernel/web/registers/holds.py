"""The list of holds."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel import holds
from longstone.kernel.actor import Actor
from longstone.kernel.holds import Hold
from longstone.kernel.register import Between, Choice, Column, Kind, Register, Rows
from longstone.kernel.verdict import YES, Verdict, no


def who(by: Actor) -> Verdict:
    """Say who may open the list."""
    return YES if by.holds(holds.POWER) else no("Only supervisors and records managers can open this page.")


def _links(hold: Hold, _: Actor) -> list[tuple[str, str]]:
    return [("Lift", reverse("hold_lift", args=[hold.pk]))]


REGISTER = Register(
    name="holds",
    title="Holds",
    about="Nothing beneath these is disposed of or erased. A hold is placed from the page of a case or an exhibit.",
    source=lambda register, by: Rows(register, Hold.objects.visible_to(by).filter(ended_at=None), by=by),
    who=who,
    columns=[
        Column("what", "What", value=lambda hold: f"{hold.on_kind} {hold.on_label}", counted="on_kind"),
        Column("reason", "Why"),
        Column("by_name", "Placed by"),
        Column("since", "Since", Kind.DAY, order="since"),
    ],
    order="since",
    links=_links,
    page=lambda: reverse("holds"),
    filters=[
        Choice("kind", "On what", lambda _: [(one, one.capitalize()) for one in ("case", "exhibit", "person")], field="on_kind"),
        Between("since", "Placed"),
    ],
    charts=["what"],
    empty="Your force holds nothing back.",
)  # fmt: skip
