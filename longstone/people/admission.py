"""Who is let in, what must they show, where are they signed in, and who is locked out?"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.utils import timezone
from django.utils.crypto import salted_hmac

from longstone.kernel import shelves
from longstone.kernel.addresses import network
from longstone.kernel.verdict import YES, Verdict, first_no, no
from longstone.people import doors, rules
from longstone.people.models import InDirectory, Lock, SignedIn, Staff
from longstone.people.queries import roles


def read_doors() -> None:
    """Read what every force asks of those who sign in, before anybody does; a misspelt role is an error and no open door."""
    for door in doors.doors().values():
        if unknown := set(door.second_factor_for) - {*roles(), doors.EVERYBODY}:
            raise shelves.BadShelf(f"sign_in/{door.id}: there is no role {', '.join(sorted(unknown))}.")


def must_have_factor(staff: Staff, *, at: datetime) -> bool:
    """Say whether the force wants a second factor of somebody, for a role that they hold today."""
    door = doors.door_of(staff.controller.slug)
    if door is None or not door.second_factor_for:
        return False
    today = timezone.localdate(at)
    return doors.wants_factor(door.id, {post.role for post in staff.posts.all() if post.held_on(today)})


def session_of(told: Any, *, staff: int) -> SignedIn | None:
    """Find where somebody is or was signed in, by what their session says of itself."""
    try:
        return SignedIn.objects.filter(uuid=uuid.UUID(str(told)), staff=staff).first()
    except ValueError:
        return None


def sessions_of(staff: Staff) -> list[SignedIn]:
    """List where somebody is signed in, the place last used first."""
    return list(SignedIn.objects.filter(staff=staff, ended_at=None).order_by("-seen_at", "-pk"))


def veiled(username: str) -> str:
    """Give a mark of what was typed for a username: it may be a password, so that the mark says nothing without the house's secret."""
    return f"?{salted_hmac('longstone.people.typed', rules.typed_name(username), algorithm='sha256').hexdigest()[:32]}"


def tries_of(username: str, address: str) -> str:
    """Name the count of tries for a name at an address; without one, wherever it was never used before."""
    return f"tries for {veiled(username)} at {address}"


def known_at(username: str, near: str, *, at: datetime) -> bool:
    """Say whether a name was signed in near an address in the last ninety days; `near` is the address as tries are counted."""
    lately = SignedIn.objects.filter(
        staff__username__iexact=rules.typed_name(username), since__gte=at - timedelta(days=90)
    )
    return bool(near) and near in {network(one) for one in lately.values_list("address", flat=True).distinct()}


def locked_until(username: str, *, near: str, at: datetime) -> datetime | None:
    """Say until when the door is shut for a name near an address, or nothing."""
    name = rules.typed_name(username)
    locks = Lock.objects.filter(username__in=[name, veiled(name)], lifted_at=None, until__gt=at).order_by("-until")
    found = [lock for lock in locks if lock.address == near or not (lock.address or known_at(name, near, at=at))]
    return found[0].until if found else None  # fmt: skip


def locks_of(staff: Staff, *, at: datetime) -> list[Lock]:
    """List the locks that keep somebody out at a moment."""
    return list(Lock.objects.filter(staff=staff, lifted_at=None, until__gt=at).order_by("-until"))


NO_LONGER = (
    "Your force’s directory no longer counts you to its staff. If that is wrong, ask whoever keeps the directory."
)
NO_GROUPS = "Your force’s directory does not say which groups you are in (the claim that names them). Ask whoever keeps the directory to send it."


def vouched_for(
    claims: dict[str, Any], *, force: str, directory: doors.Directory, known: Staff | None
) -> tuple[Staff | None, Verdict]:
    """Say of whom a directory speaks, and whether they are let in; `known` is whom its subject was attached to before."""
    staff = known or _by_address(claims, force)
    if staff is None:
        return None, no(
            "Nobody on the staff list is entered with your address in the directory. Ask your administrator to enter it."
        )
    return staff, first_no(_of_the_force(staff, force), _the_same_one(staff, known), _in_group(claims, directory))  # fmt: skip


def _by_address(claims: dict[str, Any], force: str) -> Staff | None:
    """Find who is entered with an address that the directory has verified; one that it has not is nobody's."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not email:
        return None
    found = (
        InDirectory.objects.filter(email=email.casefold(), staff__controller__slug=force)
        .select_related("staff")
        .first()
    )
    return found.staff if found else None


def _of_the_force(staff: Staff, force: str) -> Verdict:
    if not staff.is_active:
        return no("You are recorded as having left. If that is wrong, ask your force’s administrator.")
    return YES if staff.controller.slug == force else no("That directory is another force’s. Sign in with your own.")


def _the_same_one(staff: Staff, known: Staff | None) -> Verdict:
    """Refuse another person of the directory who has the address of one who is attached already."""
    if known is None and SocialAccount.objects.filter(user=staff).exists():
        return no(
            "Somebody else of the directory is attached with that address. Ask your administrator to enter it again."
        )
    return YES


def _in_group(claims: dict[str, Any], directory: doors.Directory) -> Verdict:
    groups = claims.get(directory.groups_claim)
    if not isinstance(groups, str | list):  # a directory that says nothing has said of nobody that they left
        return no(NO_GROUPS)
    return YES if directory.group in ([groups] if isinstance(groups, str) else groups) else no(NO_LONGER)


def door(staff: Staff) -> doors.Door | None:
    """Give what somebody's force asks of those who sign in."""
    return doors.door_of(staff.controller.slug)
