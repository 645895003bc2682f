"""The list of the consortia that the force is in."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.register import Column, Register, Rows
from longstone.people import queries
from longstone.people.models import Consortium


def _members(consortium: Consortium) -> str:
    return ", ".join(sorted(member.name for member in consortium.members.all()))


REGISTER = Register(
    name="consortia",
    title="Consortia",
    source=lambda register, by: Rows(register, queries.consortia(by=by), by=by),
    columns=[Column("name", "Consortium", order="name"), Column("members", "Forces in it", value=_members)],
    order="name",
    page=lambda: reverse("people:consortia"),
    empty="Your force is in no consortium.",
)
