"""The list of the force's stores and lockers."""

from __future__ import annotations

from django.urls import reverse

from longstone.evidence import queries
from longstone.kernel.register import Choice, Column, Kind, Register, Rows

KINDS = {"False": "Store", "True": "Locker"}

REGISTER = Register(
    name="locations",
    title="Locations",
    source=lambda register, by: Rows(register, queries.locations_counted(by=by), by=by),
    columns=[
        Column("name", "Name", order="name"),
        Column("is_locker", "Kind", words=KINDS),
        Column("seen", "Exhibits you may see", Kind.NUMBER),
    ],
    order="name",
    url=lambda place: reverse("evidence:location", args=[place.pk]),
    page=lambda: reverse("evidence:locations"),
    filters=[Choice("kind", "Kind", lambda _: KINDS.items(), field="is_locker")],
    charts=["is_locker"],
    empty="Your force has no store and no locker yet.",
)
