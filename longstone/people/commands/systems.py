"""Which programs may act here, and what came of it when they asked to come in?"""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.utils import timezone

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, no
from longstone.people import rules
from longstone.people.commands.entrance import DOOR
from longstone.people.models import System, SystemToken
from longstone.people.queries import powers_for_systems


@command
def register_system(*, by: Actor, at: datetime, name: str, purpose: str) -> System:
    """Register a program that is to act here; it can do nothing until it has powers and a secret."""
    require(rules.may_keep_systems(by=by, controller=by.force))
    client_id = f"system-{secrets.token_hex(8)}"
    system = System.objects.create(controller_id=by.force, name=name, purpose=purpose, client_id=client_id)
    ledger.record("system.registered", on=system, by=by, at=at, purpose=purpose)
    return system


@command
def give_powers(
    *, by: Actor, at: datetime, system: System, seen: int, powers: list[str], ends_on: date, per_minute: int
) -> System:
    """Say what a system can do, until which day, and how often; what it could do before is replaced."""
    system = hold(system, by=by, seen=seen)
    require(rules.may_give_powers(by=by, system=system))
    require(rules.sound_powers(powers, known=powers_for_systems()))
    require(rules.sound_term(ends_on, today=timezone.localdate(at), per_minute=per_minute))
    was, system.powers = system.powers, sorted(set(powers))
    system.powers_by_id, system.ends_on, system.per_minute = by.staff, ends_on, per_minute
    _changed(system, by=by, at=at)
    now = {"powers": system.powers, "ends_on": ends_on.isoformat(), "per_minute": per_minute}
    ledger.record("system.powers_given", on=system, by=by, at=at, was=was, **now)
    return system


@command
def make_secret(*, by: Actor, at: datetime, system: System, secret: str) -> System:
    """Give a system a new secret; the old one, and every token it was given, end at once."""
    system = hold(system, by=by)
    require(rules.may_make_secret(by=by, system=system))
    require(rules.sound_secret(secret))
    system.secret, system.secret_by_id, system.secret_at = rules.digest_of(secret), by.staff, at
    _changed(system, by=by, at=at)
    system.tokens.filter(expires_at__gt=at).update(expires_at=at)
    ledger.record("system.secret_made", on=system, by=by, at=at)
    return system


@command
def end_system(*, by: Actor, at: datetime, system: System, reason: str) -> System:
    """End a system, for a reason: from now on it can do nothing."""
    system = hold(system, by=by)
    require(rules.may_end_system(by=by, system=system))
    require(YES if reason.strip() else no("Say why: the reason stands in the record."))
    system.ended_at, system.ended_by, system.why_ended = at, by.name, reason.strip()
    _changed(system, by=by, at=at)
    ledger.record("system.ended", on=system, by=by, at=at, reason=system.why_ended)
    return system


@command
def give_token(*, by: Actor, at: datetime, system: System, token: str, expires_at: datetime) -> SystemToken:
    """Let a system in for a few minutes."""
    system = hold(system, by=by)
    require(YES if by.system == system.pk else no("A system comes in with its own secret."))
    require(rules.may_come_in(system.stands(timezone.localdate(at))))
    given = system.tokens.select_for_update(skip_locked=True).filter(expires_at__lte=at).first() or SystemToken()
    given.system, given.digest, given.expires_at = system, rules.digest_of(token), expires_at
    given.save()
    ledger.record("system.let_in", on=system, by=by, at=at, expires_at=expires_at.isoformat())
    return given


@command
def turn_away(*, at: datetime, client_id: str, address: str, why: str, by: Actor = DOOR) -> None:
    """Record that a program could not come in, and under which name it tried."""
    require(YES)
    ledger.record("system.turned_away", on=None, by=by, at=at, client_id=client_id[:60], address=address, why=why)


def _changed(system: System, *, by: Actor, at: datetime) -> None:
    """Save an edit, so that whoever looks at an older version is told."""
    system.version, system.changed_by, system.changed_at = system.version + 1, by.name, at
    system.save()
