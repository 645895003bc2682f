"""Persons are found by name. How they must never be reached is said with the name; how they are reached stands on the record alone."""

from __future__ import annotations

from longstone.kernel.web.finding import in_list
from longstone.people.models import Person
from longstone.people.web.registers.persons import REGISTER


def _tell(person: Person) -> tuple[str, str, str]:
    born = f"Born {person.born_on:%d/%m/%Y}" if person.born_on else "Date of birth not known"
    warn = f"Never contact by {person.never_contact_by}." if person.never_contact_by else ""
    return str(person), f"{born}. Open the record before you make contact: it says what is safe.", warn


KIND = in_list(REGISTER, name="person", title="Persons", order=30, tell=_tell)
