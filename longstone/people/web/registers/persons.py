"""The list of persons."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.register import Column, Kind, Register, Rows, Search
from longstone.people import sameness
from longstone.people.models import Person


def _contact(person: Person) -> str:
    return f"{person.safe_channel.capitalize()} {person.safe_contact}".strip() or "Not recorded"


REGISTER = Register(
    name="persons",
    title="Persons",
    source=lambda register, by: Rows(register, Person.objects.visible_to(by), by=by),
    columns=[
        Column("name", "Name", value=str, order="family_name"),
        Column("born_on", "Born", Kind.DAY, value=lambda person: person.born_on or "Not known"),
        Column("safe_contact", "Safe contact", value=_contact),
        Column("never_contact_by", "Never contact by", value=lambda person: person.never_contact_by or "Nothing named"),
    ],
    order="name",
    url=lambda person: reverse("person", args=[person.pk]),
    page=lambda: reverse("people:persons"),
    search=Search("Find by name", heed=sameness.rings),
    empty="Nobody is recorded yet, or your role does not let you see persons.",
)
