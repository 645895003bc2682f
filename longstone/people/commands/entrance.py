"""Who came in, who could not, where are they still signed in, and who left again?"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.core.internal import ratelimit
from django.conf import settings
from django.db import connection
from django.db.models import Q

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, no
from longstone.people import admission, rules
from longstone.people.models import Lock, SignedIn, Staff

DOOR = machine("the sign-in door")
LOCKS_STAY = timedelta(days=1)  # after their end, when nothing looks at them any more; the ledger says that they were
UNKNOWN = "a name that nobody here has"  # what was typed may have been a password


@command
def sign_in(
    *, by: Actor, at: datetime, staff: Staff, address: str, device: str = "", how: str = "password", factor: str = ""
) -> SignedIn:
    """Record that somebody signed in, where, and what they showed."""
    require(YES)
    session = SignedIn.objects.create(
        staff=staff, how=how, factor=factor, device=device or "An unknown device", address=address, since=at, seen_at=at
    )
    ledger.record(
        "staff.signed_in", on=staff, by=by, at=at, address=address, how=how, factor=factor, session=str(session.uuid)
    )
    return session  # fmt: skip


@command
def sign_out(*, by: Actor, at: datetime, session: SignedIn) -> SignedIn:
    """Record that somebody signed out."""
    session = hold(session, by=by)
    require(YES if session.staff_id == by.id else no("Only they themselves can sign out. End their session instead."))
    _end(session, why="Signed out.", at=at)
    ledger.record("staff.signed_out", on=session.staff, by=by, at=at, session=str(session.uuid))
    return session


@command
def end_session(*, by: Actor, at: datetime, session: SignedIn, why: str = "Ended from another place.") -> SignedIn:
    """End one place where somebody is signed in."""
    session = hold(session, by=by)
    require(rules.may_end_session(by=by, staff=session.staff_id, controller=session.staff.controller_id))
    require(YES if session.ended_at is None else no("That session has ended already."))
    _end(session, why=why, at=at)
    ledger.record("session.ended", on=session.staff, by=by, at=at, session=str(session.uuid), why=why)
    return session


@command
def end_sessions(
    *, by: Actor, at: datetime, staff: Staff, why: str = "Ended from another place.", but: UUID | None = None
) -> int:
    """End every place where somebody is signed in, but for the one named."""
    staff = hold(staff, by=by)
    require(rules.may_end_session(by=by, staff=staff.pk, controller=staff.controller_id))
    rows = SignedIn.objects.select_for_update().filter(staff=staff, ended_at=None).order_by("pk")
    found = [session for session in rows if session.uuid != but]
    for session in found:
        _end(session, why=why, at=at)
    ledger.record("sessions.ended", on=staff, by=by, at=at, why=why, sessions=[str(session.uuid) for session in found])
    return len(found)  # fmt: skip


def _end(session: SignedIn, *, why: str, at: datetime) -> None:
    session.ended_at, session.why_ended = max(at, session.since), why
    session.save(update_fields=["ended_at", "why_ended"])


@command
def end_stale_sessions(*, at: datetime, by: Actor = DOOR) -> int:
    """End the sessions in which nothing was done for too long, or which are too old: nobody comes back to say so."""
    idle = at - timedelta(minutes=settings.LONGSTONE_IDLE_MINUTES)
    oldest = at - timedelta(hours=settings.LONGSTONE_SESSION_HOURS)
    require(YES)
    stale = Q(seen_at__lt=idle) | Q(since__lt=oldest)
    found = list(SignedIn.objects.select_for_update(of=("self",)).filter(stale, ended_at=None).select_related("staff"))
    for session in found:
        why = rules.IDLE if session.seen_at < idle else rules.TOO_LONG
        _end(session, why=why, at=at)
        ledger.record("session.ended", on=session.staff, by=by, at=at, session=str(session.uuid), why=why)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache_entries WHERE expires < now()")  # counts of tries that have run out
    ledger.record("sessions.swept", on=None, by=by, at=at, count=len(found))
    return len(found)  # fmt: skip


@command
def fail_to_sign_in(*, at: datetime, username: str, address: str, why: str = "", by: Actor = DOOR) -> None:
    """Record that a sign-in failed, for which name and where; a name that nobody has is not written down."""
    require(YES)
    staff = Staff.objects.filter(username__iexact=username.replace("\x00", "")).first()
    named = staff.username if staff else UNKNOWN
    ledger.record("sign_in.failed", on=staff, by=by, at=at, username=named, address=address, why=why)


@command
def lock_out(*, at: datetime, username: str, address: str, by: Actor = DOOR) -> Lock:
    """Shut the door for one name at one address, or (no address) wherever the name was never used before."""
    require(YES)
    name = rules.typed_name(username)
    staff = Staff.objects.filter(username__iexact=name).first()
    until = at + timedelta(minutes=settings.LONGSTONE_LOCK_MINUTES)
    lock = Lock.objects.create(
        staff=staff, username=name if staff else admission.veiled(name), address=address, since=at, until=until
    )
    ledger.record(
        "sign_in.locked",
        on=staff,
        by=by,
        at=at,
        username=staff.username if staff else UNKNOWN,
        address=address,
        until=until.isoformat(),
    )
    return lock  # fmt: skip


@command
def forget_locks(*, at: datetime, by: Actor = DOOR) -> int:
    """Take away the locks that ended a day ago or earlier: what was typed for a name is not kept, not even as a mark of it."""
    require(YES)
    gone, _ = Lock.objects.filter(until__lt=at - LOCKS_STAY).delete()
    ledger.record("locks.forgotten", on=None, by=by, at=at, count=gone)
    return gone


@command
def unlock(*, by: Actor, at: datetime, staff: Staff) -> Staff:
    """Open the door again for somebody who was locked out, and count their tries afresh."""
    staff = hold(staff, by=by)
    require(rules.may_let_in(by=by, staff=staff.pk, controller=staff.controller_id))
    locks = list(Lock.objects.select_for_update().filter(staff=staff, lifted_at=None, until__gt=at))
    require(YES if locks else no("They are not locked out."))
    for lock in locks:
        lock.lifted_at = at
        lock.save(update_fields=["lifted_at"])
        forget_tries(admission.tries_of(staff.username, lock.address))
    forget_tries(f"mfa-auth-user-{staff.pk}")
    ledger.record("sign_in.unlocked", on=staff, by=by, at=at, addresses=[lock.address for lock in locks])
    return staff


def forget_tries(key: str) -> None:
    """Count the tries under one key afresh, on the cache that all processes share."""
    for rate in (*settings.ACCOUNT_RATE_LIMITS["login_failed"].split(","), rules.FAR):
        if rate.endswith("/key"):
            told = {"login_failed": rate}
            ratelimit.clear(None, app="allauth.account", action="login_failed", config=told, key=key)
