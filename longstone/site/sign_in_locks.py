"""When is the door shut? After too many tries, counted on the cache that all processes share.

Five tries for a name at an address shut it there for a while: an outsider's tries shut the outsider out, and not the officer, who
sits elsewhere. From addresses where a name was never used before there are fifty tries an hour in all, so that many addresses are no way
round; from where the officer is known the door stays open. Twenty tries a minute from one address, for whatever names, are the most.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import localtime

from longstone.kernel.addresses import network
from longstone.people import admission, commands, rules
from longstone.site.addresses import address_of

APP, ACTION = "allauth.account", "login_failed"
PAIR = settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")[1]  # for a name at an address


def a_while(at: datetime) -> datetime:
    """Say until when a door that shuts now stays shut."""
    return at + timedelta(minutes=settings.LONGSTONE_LOCK_MINUTES)


def shut(until: datetime) -> str:
    """Say that the door is shut, until when, and whom to ring."""
    return rules.shut_until(f"{localtime(until):%H:%M}", whom=settings.LONGSTONE_HELP)


def near(request: HttpRequest) -> str:
    """Give the address as tries are counted under it: of IPv6 the network, for whoever has one address there has them all."""
    return network(address_of(request))


def refuse_locked(request: HttpRequest, name: str, *, at: datetime) -> None:
    """Refuse a name that is locked out here, before its password is even looked at."""
    until = admission.locked_until(name, near=near(request), at=at)
    if until:
        commands.fail_to_sign_in(at=at, username=name, address=address_of(request), why="The door is shut.")
        raise ValidationError(shut(until), code="locked")


def count_elsewhere(request: HttpRequest, name: str, *, at: datetime) -> ratelimit.RateLimitUsage | None:
    """Count a try from an address where the name was never used before; shut the door there when there were too many."""
    if admission.known_at(name, near(request), at=at):
        return None
    rates = {ACTION: rules.FAR}
    used = ratelimit.consume(request, app=APP, action=ACTION, config=rates, key=admission.tries_of(name, ""))
    if used is None:
        made = commands.lock_out(at=at, username=name, address="")
        raise ValidationError(shut(made.until), code="locked")
    return used


def shut_out(request: HttpRequest, name: str, *, at: datetime) -> ValidationError:
    """Say why a try was not counted any more: too many for this name here, or too many from this address."""
    if _spent(request, name):
        return lock(request, name, at=at)
    commands.fail_to_sign_in(at=at, username=name, address=address_of(request), why="Too many tries from this address.")
    told = f"Too many tries from your address. Wait a minute and try again, or ring {settings.LONGSTONE_HELP}."
    return ValidationError(told, code="locked")


def lock_if_spent(request: HttpRequest, name: str, *, at: datetime) -> None:
    """Shut the door for a name at an address as soon as its last try has failed."""
    if _spent(request, name):
        raise lock(request, name, at=at)


def _spent(request: HttpRequest, name: str) -> bool:
    key = admission.tries_of(name, near(request))
    return not ratelimit.consume(request, app=APP, action=ACTION, config={ACTION: PAIR}, key=key, dry_run=True)


def lock(request: HttpRequest, name: str, *, at: datetime) -> ValidationError:
    """Shut the door for a name here, and give the sentence that says so."""
    until = admission.locked_until(name, near=near(request), at=at)
    if until is None:  # else another try of this moment has shut it
        until = commands.lock_out(at=at, username=name, address=near(request)).until
    return ValidationError(shut(until), code="locked")
