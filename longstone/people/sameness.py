"""Which records may be, or were found to be, of one person or one organisation? And before whom must somebody be rung?"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection, models

from longstone.kernel.acting import unless_acting
from longstone.kernel.actor import Actor
from longstone.people import rules
from longstone.people.marks import SEES
from longstone.people.models import Marker, Organisation, OrganisationMerge, Person, PersonMerge

MANY = 20


def rings(*, by: Actor, text: str) -> list[str]:
    """Say whom to ring before contact, if a search meets somebody whom a marker safeguards from the actor; no name, and no count."""
    words = [word for word in re.split(r"\W+", text.lower()) if word]
    if not words or not by.controllers_with("see people"):
        return []
    with unless_acting(by), connection.cursor() as cursor:
        cursor.execute(
            "SELECT team, telephone FROM people_markers_met(%s, %s)", [words, sorted(by.controllers_with(SEES))]
        )
        return [f"Ring {team} on {telephone} before contact." for team, telephone in cursor.fetchall()]


def markers_of(*, by: Actor, person: Person) -> list[Marker]:
    """List a person's markers, those that last first, for those who may see them; a merged record's are theirs too."""
    found = Marker.objects.visible_to(by).filter(person__in=one_person(person))
    return list(found.order_by(models.F("lifted_at").desc(nulls_first=True), "-since"))


def rings_for(person: Person, *, by: Actor) -> list[str]:
    """Say whom to ring before contact with a person, to those who see them behind their marker."""
    found = Marker.objects.visible_to(by).live().filter(person__in=one_person(person))
    return [f"Ring {one.team} on {one.telephone} before contact." for one in found]


def survivor_of(record: Person | Organisation) -> int | None:
    """Say into which record another is merged, if it is."""
    found: int | None = record.merges.filter(undone_at=None).values_list("survivor_id", flat=True).first()
    return found


def one_person(person: Person) -> list[int]:
    """Name all records that are found to be of one person: this one, and those merged with it."""
    root = survivor_of(person) or person.pk
    return [root, *PersonMerge.objects.filter(survivor=root, undone_at=None).values_list("record_id", flat=True)]


def merged_into(record: Person | Organisation, *, by: Actor) -> list[Any]:
    """List the merges that end in a record, with what was merged, as far as the actor may see it."""
    kind: Any = type(record)
    found = record.merged.filter(undone_at=None, record__in=kind.objects.visible_to(by))
    return list(found.select_related("record").order_by("at", "pk"))


def candidates(person: Person, *, by: Actor) -> list[Person]:
    """Find records that may be of the same person: by key, by sound, or spelt alike with the same birth; the likeliest first."""
    keys = rules.match_keys(family_name=person.family_name, given_names=person.given_names, born=person.born_on)
    near = models.Q(pk__in=Person.objects.visible_to(by).like(keys).values("pk"))
    if person.born_on:
        near |= models.Q(born_on=person.born_on, family_name__trigram_similar=person.family_name)
    found = Person.objects.visible_to(by).filter(near).exclude(pk__in=one_person(person))
    merged = PersonMerge.objects.filter(undone_at=None).values("record_id")
    return sorted(
        found.exclude(pk__in=merged)[:MANY], key=lambda one: (-_weight(person, one), not _named_so(person, one))
    )


def _named_so(one: Person, other: Person) -> bool:
    return one.family_name.casefold() == other.family_name.casefold()


def _weight(one: Person, other: Person) -> int:
    speaks_for, against = rules.compare(one, other)
    return 2 * len(speaks_for) - len(against)


def organisations_like(organisation: Organisation, *, by: Actor) -> list[Organisation]:
    """Find records that may be of the same organisation: those whose names are spelt alike."""
    rows = Organisation.objects.visible_to(by).filter(name__trigram_similar=organisation.name)
    merged = OrganisationMerge.objects.filter(undone_at=None).values("record_id")
    return list(rows.exclude(pk=organisation.pk).exclude(pk__in=merged).order_by("name", "pk")[:MANY])


def power_over(person: Person, *, by: Actor) -> str:
    """Say under which power an actor sees a person."""
    return SEES if any(one.lifted_at is None for one in markers_of(by=by, person=person)) else "see people"
