"""Whom does the force's own directory let in? Only who is on our staff list already, by the address that was entered for them."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount

from longstone.kernel import constraints, ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, no
from longstone.people import rules
from longstone.people.commands.entrance import DOOR, end_sessions
from longstone.people.models import InDirectory, Staff

ATTACHED = constraints.MESSAGES["one_attachment_each"]


@command
def enter_in_directory(*, by: Actor, at: datetime, staff: Staff, email: str) -> InDirectory:
    """Enter by which e-mail address the force's directory knows somebody; whoever it knew them as before is forgotten."""
    staff = hold(staff, by=by)
    require(rules.may_let_in(by=by, staff=staff.pk, controller=staff.controller_id))
    email = email.casefold()
    taken = InDirectory.objects.filter(email=email).exclude(staff=staff).exists()
    require(no("Somebody has that address already. Check which of them it is.") if taken else YES)
    dropped, _ = SocialAccount.objects.filter(user=staff).delete()
    if dropped:  # whoever was attached may have been the wrong one
        end_sessions(by=by, at=at, staff=staff, why="The directory knows them by another address now.")
    entered, _ = InDirectory.objects.update_or_create(staff=staff, defaults={"email": email, "left_at": None})
    ledger.record("directory.entered", on=staff, by=by, at=at, email=email)
    return entered


@command
def detach_from_directory(*, by: Actor, at: datetime, staff: Staff) -> Staff:
    """Let the directory let somebody in no more, until an address is entered for them again."""
    staff = hold(staff, by=by)
    require(rules.may_let_in(by=by, staff=staff.pk, controller=staff.controller_id))
    entered = InDirectory.objects.filter(staff=staff).exclude(email=None).first()
    require(YES if entered else no("The directory does not let them in."))
    SocialAccount.objects.filter(user=staff).delete()
    InDirectory.objects.filter(staff=staff).update(email=None)
    end_sessions(by=by, at=at, staff=staff, why="They were detached from the directory.")
    ledger.record("directory.detached", on=staff, by=by, at=at)
    return staff


@command
def attach(*, at: datetime, staff: Staff, provider: str, subject: str, by: Actor = DOOR) -> Staff:
    """Tie somebody to the one whom the directory vouched for: from now on only that one is let in as them."""
    staff = hold(staff, by=by)
    require(no(ATTACHED) if SocialAccount.objects.filter(user=staff).exists() else YES)
    SocialAccount.objects.create(user=staff, provider=provider, uid=subject, extra_data={})
    ledger.record("directory.attached", on=staff, by=by, at=at, provider=provider, subject=subject)
    return staff  # fmt: skip


@command
def refuse_from_directory(
    *, at: datetime, provider: str, why: str, address: str, staff: Staff | None = None, by: Actor = DOOR
) -> None:
    """Record that somebody who came by the directory was not let in, and why."""
    require(YES)
    ledger.record("directory.refused", on=staff, by=by, at=at, provider=provider, why=why, address=address)


@command
def shut_out(*, at: datetime, staff: Staff, why: str, by: Actor = DOOR) -> Staff:
    """Let somebody in no more whom the directory no longer counts to the force, and end their sessions."""
    staff = hold(staff, by=by)
    require(YES)
    InDirectory.objects.filter(staff=staff, left_at=None).update(left_at=at)
    end_sessions(by=by, at=at, staff=staff, why="The directory no longer counts them to the force.")
    ledger.record("directory.left", on=staff, by=by, at=at, why=why)
    return staff


@command
def let_back(*, at: datetime, staff: Staff, by: Actor = DOOR) -> Staff:
    """Let somebody in again whom the directory counts to the force again."""
    staff = hold(staff, by=by)
    require(YES)
    InDirectory.objects.filter(staff=staff).update(left_at=None)
    ledger.record("directory.returned", on=staff, by=by, at=at)
    return staff
