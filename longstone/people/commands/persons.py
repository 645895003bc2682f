"""What is recorded of persons and organisations?"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.people import rules
from longstone.people.models import Identity, Organisation, Person, PersonKey


@command
def record_organisation(*, by: Actor, at: datetime, name: str, kind: str, contact: str = "") -> Organisation:
    """Add an organisation to the force's record."""
    require(rules.may_record_person(by=by))
    organisation = Organisation.objects.create(controller_id=by.force, name=name, kind=kind, contact=contact)
    ledger.record("organisation.recorded", on=organisation, by=by, at=at)
    return organisation


@command
def record_person(
    *,
    by: Actor,
    at: datetime,
    family_name: str,
    given_names: str = "",
    born_on: date | None = None,
    safe_channel: str = "",
    safe_contact: str = "",
    never_contact_by: str = "",
) -> Person:
    """Add a person to the force's record, with how they can be reached in safety."""
    require(rules.may_record_person(by=by))
    require(rules.sensible_birth(born_on, today=timezone.localdate(at)))
    person = Person.objects.create(
        controller_id=by.force,
        identity=Identity.objects.create(),
        family_name=family_name,
        given_names=given_names,
        born_on=born_on,
        safe_channel=safe_channel,
        safe_contact=safe_contact,
        never_contact_by=never_contact_by,
    )
    _write_keys(person)
    ledger.record("person.recorded", on=person, by=by, at=at)
    return person


@command
def change_safe_contact(
    *,
    by: Actor,
    at: datetime,
    person: Person,
    seen: int,
    safe_channel: str,
    safe_contact: str,
    never_contact_by: str,
) -> Person:
    """Change how a person can be reached in safety."""
    person = hold(person, by=by, seen=seen)
    require(rules.may_change_person(by=by, person=person))
    person.safe_channel, person.safe_contact = safe_channel, safe_contact
    person.never_contact_by = never_contact_by
    person.version, person.changed_by, person.changed_at = person.version + 1, by.name, at
    person.save()
    ledger.record("person.safe_contact_changed", on=person, by=by, at=at, channel=safe_channel)
    return person


@command
def correct_person(
    *, by: Actor, at: datetime, person: Person, seen: int, family_name: str, given_names: str, born_on: date | None
) -> Person:
    """Correct a person's name or date of birth, and the keys by which their record is found."""
    person = hold(person, by=by, seen=seen)
    require(rules.may_change_person(by=by, person=person))
    require(rules.sensible_birth(born_on, today=timezone.localdate(at)))
    was = str(person)
    person.family_name, person.given_names, person.born_on = family_name, given_names, born_on
    person.version, person.changed_by, person.changed_at = person.version + 1, by.name, at
    person.save()
    _write_keys(person)
    ledger.record("person.corrected", on=person, by=by, at=at, was=was, now=str(person))
    return person


def _write_keys(person: Person) -> None:
    """Write the keys of a record as it now is; a key that it no longer has matches nothing."""
    keys = rules.match_keys(family_name=person.family_name, given_names=person.given_names, born=person.born_on)
    person.keys.exclude(kind__in=keys).update(value="")
    for kind, value in keys.items():
        PersonKey.objects.update_or_create(person=person, kind=kind, defaults={"value": value})
