"""What is done with an exhibit itself, from the counter to its return?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from longstone.cases.models import Case
from longstone.evidence import rules
from longstone.evidence.models import CustodyMove, Exhibit, Location, OwnerRole, Seal
from longstone.evidence.queries import legal_power
from longstone.kernel import history, ledger, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people.models import Staff


@command
def seize(
    *,
    by: Actor,
    at: datetime,
    case: Case,
    reference: str,
    description: str,
    kind: str,
    owner_role: str,
    power: str,
    seized_at: datetime,
    seized_at_place: str,
    seal: str,
    parent: Exhibit | None = None,
) -> Exhibit:
    """Book an exhibit into a case, sealed, in the hands of the officer who books it in."""
    case = hold(case, by=by)
    require(rules.may_seize(by=by, case=case))
    require(rules.sound_reference(reference, parent=parent.reference if parent else None))
    require(rules.sound_seizure(seized_at, at=at))
    require(YES if legal_power(power) else no("Choose the legal power under which it was seized."))
    exhibit = Exhibit(
        controller_id=case.controller_id,
        case=case,
        parent=parent,
        reference=reference,
        description=description,
        kind=kind,
        owner_role=owner_role,
        power=power,
        seized_at=seized_at,
        seized_at_place=seized_at_place,
        holder_id=by.id,
        seal=seal,
        since=at,
    )
    told = {"act": "seized", "holder_id": by.id, "seal": seal}
    move = states.begin(exhibit, CustodyMove, rules.CUSTODY, now="held", by=by, at=at, **told)
    _apply_seal(exhibit, seal, by=by, at=at)
    history.put(OwnerRole, row=exhibit, value=owner_role, since=at, by=by)
    facts = {
        "case": case.reference,
        "description": description,
        "kind": kind,
        "owner_role": owner_role,
        "power": power,
    }
    _record("exhibit.seized", exhibit, move, by=by, at=at, **facts, seized_at=seized_at.isoformat())
    return exhibit


@command
def offer(*, by: Actor, at: datetime, exhibit: Exhibit, to: Staff, reason: str = "") -> Exhibit:
    """Offer an exhibit to somebody, who must accept it."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_offer(by=by, exhibit=exhibit, to=to.pk))
    exhibit.offered_to = to
    return _move(exhibit, "offered", now="offered", by=by, at=at, reason=reason)


@command
def accept(*, by: Actor, at: datetime, exhibit: Exhibit) -> Exhibit:
    """Take an exhibit that was offered; from now on it is in the actor's hands."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_accept(by=by, exhibit=exhibit))
    exhibit.holder_id, exhibit.offered_to = by.id, None
    return _move(exhibit, "accepted", now="held", by=by, at=at, accepts_offer_to=by.id)


@command
def decline(*, by: Actor, at: datetime, exhibit: Exhibit, reason: str) -> Exhibit:
    """Decline an exhibit that was offered; it stays with the one who holds it."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_accept(by=by, exhibit=exhibit))
    exhibit.offered_to = None
    return _move(exhibit, "declined", now="held", by=by, at=at, reason=reason)


@command
def withdraw(*, by: Actor, at: datetime, exhibit: Exhibit, reason: str) -> Exhibit:
    """Take back an offer that nobody has accepted."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_withdraw(by=by, exhibit=exhibit))
    exhibit.offered_to = None
    return _move(exhibit, "withdrawn", now="held", by=by, at=at, reason=reason)


@command
def store(*, by: Actor, at: datetime, exhibit: Exhibit, location: Location) -> Exhibit:
    """Put an exhibit into store."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_put_away(by=by, exhibit=exhibit))
    require(is_ours(location, controller=exhibit.controller_id, locker=False))
    exhibit.holder, exhibit.location = None, location
    return _move(exhibit, "stored", now="stored", by=by, at=at)


@command
def deposit(
    *, by: Actor, at: datetime, exhibit: Exhibit, location: Location, seal: str, photograph: str = ""
) -> Exhibit:
    """Leave an exhibit in a locker with nobody there: locker, seal, and a photograph's digest if there is one."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_put_away(by=by, exhibit=exhibit))
    require(is_ours(location, controller=exhibit.controller_id, locker=True))
    require(
        YES if seal == exhibit.seal else no(f"The seal on this exhibit is {exhibit.seal}. Check the number on the bag.")
    )
    exhibit.holder, exhibit.location = None, location
    return _move(exhibit, "deposited", now="deposited", by=by, at=at, photograph=photograph)


@command
def take_out(*, by: Actor, at: datetime, exhibit: Exhibit, reason: str) -> Exhibit:
    """Take an exhibit out of a store or a locker, into the actor's hands."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_take_out(by=by, exhibit=exhibit))
    exhibit.holder_id, exhibit.location = by.id, None
    return _move(exhibit, "taken out", now="held", by=by, at=at, reason=reason)


@command
def reseal(*, by: Actor, at: datetime, exhibit: Exhibit, new_seal: str, reason: str) -> Exhibit:
    """Break an exhibit's seal for a reason, and seal it again under a new number."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_put_away(by=by, exhibit=exhibit))
    exhibit.seals.visible_to(by).filter(broken_at=None).update(broken_at=at, why_broken=reason)
    exhibit.seal = new_seal
    _apply_seal(exhibit, new_seal, by=by, at=at)
    return _move(exhibit, "resealed", now="held", by=by, at=at, reason=reason)


@command
def return_to_owner(*, by: Actor, at: datetime, exhibit: Exhibit, reason: str) -> Exhibit:
    """Return an exhibit to its owner; its custody ends here."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_put_away(by=by, exhibit=exhibit))
    exhibit.holder = None
    return _move(exhibit, "returned", now="returned", by=by, at=at, reason=reason)


@command
def correct_owner_role(*, by: Actor, at: datetime, exhibit: Exhibit, owner_role: str, since: datetime) -> Exhibit:
    """Say whose device it was, from a moment on; what was thought before stays readable."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_seize(by=by, case=exhibit.case))
    require(rules.sound_owner_since(since, seized_at=exhibit.seized_at, at=at))
    was, exhibit.owner_role = exhibit.owner_role, owner_role
    exhibit.save(update_fields=["owner_role"])
    history.put(OwnerRole, row=exhibit, value=owner_role, since=since, by=by)
    ledger.record("exhibit.owner_role_corrected", on=exhibit, by=by, at=at, was=was, now=owner_role)
    return exhibit


def is_ours(location: Location, *, controller: int, locker: bool) -> Verdict:
    """Refuse a place of another force, and a store for a locker or a locker for a store."""
    if location.controller_id != controller:
        return no("That location belongs to another force.")
    kind = "a locker" if locker else "a store"
    return YES if location.is_locker == locker else no(f"{location} is not {kind}.")


def _apply_seal(exhibit: Exhibit, number: str, *, by: Actor, at: datetime) -> None:
    Seal.objects.create(
        controller_id=exhibit.controller_id, number=number, exhibit=exhibit, applied_at=at, applied_by=by.name
    )


def _move(exhibit: Exhibit, act: str, *, now: str, by: Actor, at: datetime, **told: Any) -> Exhibit:
    """Write the step, the exhibit's new whereabouts and the ledger's entry; states.move keeps it legal."""
    exhibit.since = at
    places = {"holder": exhibit.holder, "offered_to": exhibit.offered_to, "location": exhibit.location}
    move = states.move(
        exhibit,
        CustodyMove,
        rules.CUSTODY,
        now=now,
        by=by,
        at=at,
        act=act,
        seal=exhibit.seal,
        **places,
        **told,
    )
    _record(f"exhibit.{act.replace(' ', '_')}", exhibit, move, by=by, at=at)
    return exhibit


def _record(event: str, exhibit: Exhibit, move: Any, *, by: Actor, at: datetime, **facts: Any) -> None:
    custody = {
        "seq": move.seq,
        "from": move.was,
        "to": move.now,
        "holder": _named(move.holder),
        "offered_to": _named(move.offered_to),
        "place": str(move.location) if move.location else None,
        "seal": move.seal,
        "reason": move.reason or None,
    }
    photograph = {"photograph": move.photograph} if move.photograph else {}
    ledger.record(event, on=exhibit, by=by, at=at, custody=custody, **photograph, **facts)


def _named(staff: Staff | None) -> dict[str, Any] | None:
    return {"id": staff.pk, "name": str(staff)} if staff else None
