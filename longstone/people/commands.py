"""What is done about staff, sign-in and persons?"""

from __future__ import annotations

from datetime import date, datetime

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, hold, require
from longstone.kernel.models import Controller
from longstone.kernel.verdict import YES
from longstone.people import rules
from longstone.people.models import (
    Competence,
    Consortium,
    Identity,
    Organisation,
    Person,
    PersonKey,
    Post,
    Staff,
    Team,
)

DOOR = machine("the sign-in door")


@command
def found_force(*, by: Actor, at: datetime, slug: str, name: str) -> Controller:
    """Enter a force, with its chief constable as controller."""
    require(rules.may_found(by=by))
    force = Controller.objects.create(slug=slug, name=name)
    ledger.record("force.founded", on=force, by=by, at=at, name=name)
    return force


@command
def form_consortium(*, by: Actor, at: datetime, name: str, members: list[Controller]) -> Consortium:
    """Enter a consortium of forces."""
    require(rules.may_found(by=by))
    consortium = Consortium.objects.create(name=name)
    consortium.members.set(members)
    ledger.record("consortium.formed", on=consortium, by=by, at=at, members=[force.slug for force in members])
    return consortium


@command
def form_team(*, by: Actor, at: datetime, controller: Controller, name: str, telephone: str = "") -> Team:
    """Enter a team of a force."""
    require(rules.may_keep_staff(by=by, controller=controller.pk))
    team = Team.objects.create(controller=controller, name=name, telephone=telephone)
    ledger.record("team.formed", on=team, by=by, at=at, name=name)
    return team


@command
def take_on(
    *,
    by: Actor,
    at: datetime,
    controller: Controller,
    username: str,
    name: str,
    collar: str,
    initials: str,
    password: str,
) -> Staff:
    """Enter a member of staff who can sign in."""
    require(rules.may_keep_staff(by=by, controller=controller.pk))
    staff = Staff(controller=controller, username=username, name=name, collar=collar, initials=initials)
    staff.set_password(password)
    staff.save(force_insert=True)
    ledger.record("staff.taken_on", on=staff, by=by, at=at, username=username)
    return staff


@command
def appoint(
    *,
    by: Actor,
    at: datetime,
    staff: Staff,
    role: str,
    from_on: date,
    to_on: date | None = None,
    team: Team | None = None,
    consortium: Consortium | None = None,
) -> Post:
    """Give somebody a post for their force, a team of it, or a consortium."""
    require(rules.may_keep_staff(by=by, controller=staff.controller_id))
    controller = None if consortium else staff.controller
    post = Post.objects.create(
        staff=staff,
        role=role,
        controller=controller,
        team=team,
        consortium=consortium,
        from_on=from_on,
        to_on=to_on,
    )
    ledger.record("post.given", on=post, by=by, at=at, role=role, staff=staff.pk)
    return post


@command
def end_post(*, by: Actor, at: datetime, post: Post, to_on: date) -> Post:
    """End a post: the day named is the first on which it is not held."""
    require(rules.may_keep_staff(by=by, controller=post.staff.controller_id))
    post.to_on = to_on
    post.save(update_fields=["to_on"])
    ledger.record("post.ended", on=post, by=by, at=at, to_on=to_on.isoformat())
    return post


@command
def certify(
    *,
    by: Actor,
    at: datetime,
    holder: Staff,
    kind: str,
    subject: str,
    from_on: date,
    to_on: date | None,
    level: str = "",
) -> Competence:
    """Record what somebody is trained, certified or vetted for."""
    require(rules.may_certify(by=by, holder=holder.pk, controller=holder.controller_id))
    competence = Competence.objects.create(
        holder=holder,
        kind=kind,
        subject=subject,
        level=level,
        from_on=from_on,
        to_on=to_on,
        assessor_id=by.staff,
    )
    ledger.record("competence.recorded", on=competence, by=by, at=at, holder=holder.pk, subject=subject)
    return competence


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
    require(rules.sensible_birth(born_on, today=at.date()))
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


def _write_keys(person: Person) -> None:
    keys = rules.match_keys(family_name=person.family_name, given_names=person.given_names, born=person.born_on)
    PersonKey.objects.bulk_create(PersonKey(person=person, kind=kind, value=value) for kind, value in keys.items())


@command
def sign_in(*, by: Actor, at: datetime, staff: Staff, address: str) -> Staff:
    """Record that somebody signed in."""
    require(YES)
    ledger.record("staff.signed_in", on=staff, by=by, at=at, address=address)
    return staff


@command
def sign_out(*, by: Actor, at: datetime, staff: Staff) -> Staff:
    """Record that somebody signed out."""
    require(YES)
    ledger.record("staff.signed_out", on=staff, by=by, at=at)
    return staff


@command
def fail_to_sign_in(*, at: datetime, username: str, address: str, by: Actor = DOOR) -> None:
    """Record that a sign-in failed, and for which name."""
    require(YES)
    ledger.record("sign_in.failed", on=None, by=by, at=at, username=username[:60], address=address)


@command
def lock_out(*, at: datetime, username: str, address: str, by: Actor = DOOR) -> None:
    """Record that too many sign-ins failed and the door is shut for a while."""
    require(YES)
    ledger.record("sign_in.locked", on=None, by=by, at=at, username=username[:60], address=address)
