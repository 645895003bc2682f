"""The list of who works in the force and its consortia."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.register import Choice, Column, Kind, Register, Rows, Search
from longstone.people import queries
from longstone.people.models import Staff

SERVING = {"True": "Serving", "False": "Left"}


def _roles(staff: Staff) -> str:
    return ", ".join(sorted({queries.title_of(post) for post in staff.held_today})) or "None"  # type: ignore[attr-defined]


REGISTER = Register(
    name="staff",
    title="Staff",
    source=lambda register, by: Rows(register, queries.staff_list(by=by), by=by),
    columns=[
        Column("name", "Name", order="name"),
        Column("collar", "Number", order="collar"),
        Column("roles", "Roles today", value=_roles),
        Column("force", "Force", value="controller.name"),
        Column("is_active", "State", Kind.STATE, words=SERVING),
    ],
    order="name",
    url=lambda staff: reverse("people:colleague", args=[staff.pk]),
    page=lambda: reverse("people:staff"),
    filters=[Choice("state", "State", lambda _: SERVING.items(), field="is_active")],
    search=Search("Find by name or number"),
    charts=["is_active"],
    empty="Nobody works here yet.",
)
