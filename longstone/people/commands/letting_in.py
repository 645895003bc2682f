"""How does somebody get in again who forgot their password? By a one-time code that a colleague tells them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import get_random_string

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, no
from longstone.people import rules
from longstone.people.commands.entrance import DOOR, end_sessions
from longstone.people.commands.staffing import sound_password
from longstone.people.models import OneTimeCode, Staff

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another over the telephone
LENGTH, TRIES = 12, 5
WRONG = (
    "That username and code do not fit, or the code is used up or too old. Type them again, or ask for another code."
)


@command
def give_code(*, by: Actor, at: datetime, staff: Staff) -> str:
    """Make a one-time code with which somebody can choose a new password; an older one opens nothing any more."""
    staff = hold(staff, by=by)
    require(rules.may_let_in(by=by, staff=staff.pk, controller=staff.controller_id))
    require(YES if staff.is_active else no("They have left, so there is nothing to let them in to."))
    OneTimeCode.objects.filter(staff=staff, ended_at=None).update(ended_at=at)
    code = get_random_string(LENGTH, LETTERS)
    until = at + timedelta(minutes=settings.LONGSTONE_CODE_MINUTES)
    OneTimeCode.objects.create(staff=staff, code=make_password(code), given_at=at, until=until)
    ledger.record("staff.code_given", on=staff, by=by, at=at, until=until.isoformat())
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


@command
def try_code(*, at: datetime, username: str, code: str, address: str, by: Actor = DOOR) -> OneTimeCode | None:
    """Look whether a one-time code fits, and count the try; this stays done whatever comes after it."""
    require(YES)
    found = _open_code(username, at)
    fits = check_password(_plain(code), found.code if found else make_password(None))
    if found and fits:
        ledger.record("staff.code_fitted", on=found.staff, by=by, at=at, address=address)
        return found
    if found:
        found.tries += 1
        found.ended_at = at if found.tries >= TRIES else None
        found.save(update_fields=["tries", "ended_at"])
    ledger.record("staff.code_failed", on=found.staff if found else None, by=by, at=at, address=address)
    return None


@command
def choose_password(*, at: datetime, code: OneTimeCode, password: str, by: Actor = DOOR) -> Staff:
    """Take the new password of somebody whose one-time code fitted; everywhere they are signed out."""
    code = OneTimeCode.objects.select_for_update(of=("self",)).select_related("staff").get(pk=code.pk)
    require(YES if code.ended_at is None and at <= code.until and code.staff.is_active else no(WRONG))
    require(sound_password(password, code.staff))
    staff = code.staff
    staff.set_password(password)
    staff.save(update_fields=["password"])
    code.ended_at = at
    code.save(update_fields=["ended_at"])
    end_sessions(by=by, at=at, staff=staff, why="The password was changed.")
    ledger.record("staff.password_chosen", on=staff, by=by, at=at)
    return staff


def _open_code(username: str, at: datetime) -> OneTimeCode | None:
    rows = OneTimeCode.objects.select_for_update(of=("self",)).select_related("staff")
    return rows.filter(
        staff__username__iexact=rules.typed_name(username), staff__is_active=True, ended_at=None, until__gte=at
    ).first()  # fmt: skip


def _plain(code: str) -> str:
    """Take out what people put between the letters of a code."""
    return "".join(one for one in code.upper() if one.isalnum())
