"""Who is this, and what may they do?"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from longstone.kernel import shelves
from longstone.kernel.actor import NOBODY, Actor, Grant
from longstone.kernel.refusals import Refusal
from longstone.people.models import Person, PersonQuerySet, Post, Staff

SHELF = Path(__file__).parent / "roles"


class Role(shelves.Strict):
    """A role as a person can read it: what it is, for whom, and what it may do."""

    id: str
    version: int
    title: str
    for_whom: str
    powers: list[str]


@cache
def roles() -> dict[str, Role]:
    """Read every role from the shelf, and the force's own from its folder."""
    folders = [SHELF, *([Path(settings.LONGSTONE_SHELVES) / "roles"] if settings.LONGSTONE_SHELVES else [])]
    found = [role for folder in folders for role in shelves.read(folder, Role).values()]
    return {role.id: role for role in sorted(found, key=lambda role: role.version)}


def actor_for(staff: Staff, *, at: datetime) -> Actor:
    """Work out what a member of staff may do at a moment, from the posts they hold that day."""
    if not staff.is_active:
        return NOBODY
    today = timezone.localdate(at)
    posts = staff.posts.select_related("consortium").prefetch_related("consortium__members")
    held = [post for post in posts if post.held_on(today)]
    grants = frozenset(grant for post in held for grant in _grants(post))
    teams = frozenset(post.team_id for post in held if post.team_id is not None)
    return Actor(id=staff.pk, name=str(staff), controller=staff.controller_id, grants=grants, teams=teams)


def officer_named(username: str, *, at: datetime) -> Actor:
    """Give the actor of a user name that somebody typed on a command line."""
    staff = Staff.objects.filter(username__iexact=username, is_active=True).first()
    if staff is None:
        raise Refusal(f"There is no officer with the user name {username}. Check the spelling.")
    return actor_for(staff, at=at)


def _grants(post: Post) -> list[Grant]:
    role = roles().get(post.role)
    if role is None:
        return []
    controllers = frozenset({post.controller_id} if post.controller_id else _members(post))
    return [Grant(power=power, controllers=controllers, team=post.team_id) for power in role.powers]


def _members(post: Post) -> set[int]:
    return {member.pk for member in post.consortium.members.all()} if post.consortium else set()


def colleagues(*, by: Actor) -> list[Staff]:
    """List those to whom something can be handed over: serving, in the force or its consortia, and not the actor."""
    return list(Staff.objects.visible_to(by).serving().exclude(pk=by.staff).order_by("name"))


def persons_like(*, by: Actor, keys: dict[str, str]) -> PersonQuerySet:
    """Find records that may be the same person."""
    return Person.objects.visible_to(by).like(keys).order_by("family_name", "pk")


def competent(*, holder: Staff, subject: str, on: date) -> bool:
    """Say whether somebody is trained or certified for a subject on a day."""
    return holder.competences.valid_on(on).filter(subject=subject).exists()
