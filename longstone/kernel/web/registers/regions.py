"""The list of regions by which the force counts."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from longstone.kernel.maps.models import Region
from longstone.kernel.register import Choice, Column, Kind, Register, Rows

STANDS = {"used": "Used", "withdrawn": "Withdrawn"}

REGISTER = Register(
    name="regions",
    title="Areas",
    about="By these areas figures can be counted and drawn. So far nothing here is recorded with the area in which it happened or lies.",
    source=lambda register, by: Rows(register, Region.objects.visible_to(by).annotate(many=Count("areas")), by=by),
    columns=[
        Column("name", "Region", order="name"),
        Column("many", "Areas", Kind.NUMBER),
        Column("licence", "Licence"),
        Column("imported_by", "Brought in by"),
        Column("imported_at", "Brought in", Kind.DAY, order="imported_at"),
        Column("stands", "State", Kind.STATE, value=lambda one: "Withdrawn" if one.withdrawn_at else "Used"),
    ],
    order="name",
    url=lambda one: reverse("region", args=[one.pk]),
    page=lambda: reverse("regions"),
    filters=[
        Choice("stands", "State", lambda _: STANDS.items(), made=lambda told, _: Q(withdrawn_at__isnull=told == "used"))
    ],
    empty="Your force has brought in no areas yet.",
)
