"""What is done about second factors: added, used, failed, named, taken off; and recovery codes made?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import validate_totp_code

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people import admission, factors, rules
from longstone.people.commands.entrance import DOOR, end_sessions
from longstone.people.models import SignedIn, Staff

WRONG = "That code does not fit. Wait for the next one, check the clock of your telephone, and type it again."


@command
def add_app(*, by: Actor, at: datetime, staff: Staff, secret: str, code: str, here: UUID | None = None) -> Staff:
    """Add an authenticator app, once a code of it fits."""
    staff = hold(staff, by=by)
    require(_own(by, staff))
    require(no("You have an authenticator app already. Take it off first.") if _has(staff, factors.APP) else YES)
    require(YES if validate_totp_code(secret, code) else no(WRONG))
    _keep_sealed(staff, factors.APP, secret)
    _now_has(staff, factors.APP, here)
    ledger.record("factor.added", on=staff, by=by, at=at, kind=factors.APP)
    return staff


@command
def add_key(
    *, by: Actor, at: datetime, staff: Staff, name: str, credential: dict[str, Any], here: UUID | None = None
) -> Staff:
    """Add a passkey or a security key, whose answer to our challenge was checked before."""
    staff = hold(staff, by=by)
    require(_own(by, staff))
    factor = Authenticator.objects.create(
        user=staff, type=factors.PASSKEY, data={"name": name, "credential": credential}
    )
    _now_has(staff, factors.PASSKEY, here)
    ledger.record("factor.added", on=staff, by=by, at=at, kind=factors.PASSKEY, name=name, factor=factor.pk)
    return staff


@command
def rename_key(*, by: Actor, at: datetime, staff: Staff, factor: int, name: str) -> Staff:
    """Give a passkey or a security key another name."""
    staff = hold(staff, by=by)
    require(_own(by, staff))
    found = _held(staff, factor)
    require(YES if found.type == factors.PASSKEY else no("Only passkeys and security keys have names."))
    was, found.data["name"] = found.data.get("name", ""), name
    found.save(update_fields=["data"])
    ledger.record("factor.renamed", on=staff, by=by, at=at, factor=factor, was=was, now=name)
    return staff


@command
def remove_factor(*, by: Actor, at: datetime, staff: Staff, factor: int, here: UUID | None = None) -> Staff:
    """Take off one of one's own second factors; everywhere else one is signed out."""
    staff = hold(staff, by=by)
    require(_own(by, staff))
    found = _held(staff, factor)
    left = [one for one in factors.of(staff) if one.pk != found.pk]
    wanted = admission.must_have_factor(staff, at=at)
    require(rules.may_drop_factor(left=len(left), wanted=wanted))
    kind = found.type
    found.delete()
    if not left:
        _drop_codes(staff)
    end_sessions(by=by, at=at, staff=staff, why="A second factor was taken off.", but=here)
    ledger.record("factor.removed", on=staff, by=by, at=at, kind=kind, factor=factor)
    return staff


@command
def remove_all_factors(*, by: Actor, at: datetime, staff: Staff, reason: str) -> Staff:
    """Take off all of somebody's second factors, because they lost them and were known in person."""
    staff = hold(staff, by=by)
    require(rules.may_let_in(by=by, staff=staff.pk, controller=staff.controller_id))
    require(YES if factors.of(staff) else no("They have no second factor."))
    kinds = [one.kind for one in factors.of(staff)]
    Authenticator.objects.filter(user=staff).delete()
    end_sessions(by=by, at=at, staff=staff, why="Their second factors were taken off.")
    ledger.record("factors.removed", on=staff, by=by, at=at, kinds=kinds, reason=reason)
    return staff


@command
def make_recovery_codes(*, by: Actor, at: datetime, staff: Staff) -> list[str]:
    """Make recovery codes anew: they are shown this once, and older ones open nothing any more."""
    staff = hold(staff, by=by)
    require(_own(by, staff))
    require(YES if factors.of(staff) else no("Recovery codes stand in for a second factor. Add one first."))
    _drop_codes(staff)
    made = factors.unused_codes(_keep_sealed(staff, factors.CODES, RecoveryCodes.generate_seed(), used_mask=0))
    ledger.record("recovery_codes.made", on=staff, by=by, at=at, count=len(made))
    return made


@command
def use_factor(*, at: datetime, staff: Staff, factor: int, kind: str, address: str, by: Actor = DOOR) -> Staff:
    """Record that somebody showed a second factor, or used up a recovery code."""
    require(YES)
    if kind == factors.CODES:
        left = factors.codes_left(staff)
        ledger.record("recovery_code.used", on=staff, by=by, at=at, left=left, address=address)
    else:
        ledger.record("factor.used", on=staff, by=by, at=at, kind=kind, factor=factor, address=address)
    return staff


@command
def fail_factor(*, at: datetime, staff: Staff | None, kind: str, address: str, why: str = "", by: Actor = DOOR) -> None:
    """Record that a second factor did not fit, or why one that fitted was not taken."""
    require(YES)
    ledger.record("factor.failed", on=staff, by=by, at=at, kind=kind, address=address, why=why)


def _own(by: Actor, staff: Staff) -> Verdict:
    return YES if staff.pk == by.id else no("Only they themselves can do this.")


def _has(staff: Staff, kind: str) -> bool:
    return bool(Authenticator.objects.filter(user=staff, type=kind).exists())


def _held(staff: Staff, factor: int) -> Authenticator:
    """Give one of somebody's own factors, locked; recovery codes are none."""
    rows = Authenticator.objects.select_for_update().filter(user=staff, pk=factor).exclude(type=factors.CODES)
    found = rows.first()
    require(YES if found else no("You have no such factor any more."))
    return found


def _keep_sealed(staff: Staff, kind: str, secret: str, **more: Any) -> Authenticator:
    """Keep a secret sealed for its row: the row comes first, for the seal names it."""
    factor = Authenticator.objects.create(user=staff, type=kind, data={})
    factor.data = {factors.SECRETS[kind]: factors.seal(secret, row=factors.row_name(factor)), **more}
    factor.save(update_fields=["data"])
    return factor


def _drop_codes(staff: Staff) -> None:
    Authenticator.objects.filter(user=staff, type=factors.CODES).delete()


def _now_has(staff: Staff, kind: str, here: UUID | None) -> None:
    """Let the session in which a factor was added count as one in which it was shown."""
    if here is not None:
        SignedIn.objects.filter(staff=staff, uuid=here, ended_at=None, factor="").update(factor=kind)
