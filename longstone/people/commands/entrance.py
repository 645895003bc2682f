"""Who came in, who could not, and who left again?"""

from __future__ import annotations

from datetime import datetime

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, require
from longstone.kernel.verdict import YES
from longstone.people.models import Staff

DOOR = machine("the sign-in door")


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
