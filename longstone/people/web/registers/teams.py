"""The list of the force's teams."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.register import Column, Kind, Register, Rows
from longstone.people import queries

REGISTER = Register(
    name="teams",
    title="Teams",
    source=lambda register, by: Rows(register, queries.teams(by=by), by=by),
    columns=[
        Column("name", "Team", order="name"),
        Column("telephone", "Telephone", value=lambda team: team.telephone or "Not recorded"),
        Column("people", "People", Kind.NUMBER),
    ],
    order="name",
    url=lambda team: reverse("people:team", args=[team.pk]),
    page=lambda: reverse("people:teams"),
    empty="Your force has no team yet.",
)
