"""The list of organisations that the force knows."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.register import Column, Register, Rows, Search
from longstone.people.models import Organisation

REGISTER = Register(
    name="organisations",
    title="Organisations",
    source=lambda register, by: Rows(register, Organisation.objects.visible_to(by), by=by),
    columns=[
        Column("name", "Name", order="name"),
        Column("kind", "Kind"),
        Column("contact", "Contact", value=lambda one: one.contact or "Not recorded"),
    ],
    order="name",
    url=lambda one: reverse("organisation", args=[one.pk]),
    page=lambda: reverse("people:organisations"),
    search=Search("Find by name or kind"),
    charts=["kind"],
    empty="Your force has recorded no organisation yet.",
)
