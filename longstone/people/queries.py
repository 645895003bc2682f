"""Who is this, and what may they do?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from longstone.kernel import shelves
from longstone.kernel.actor import NOBODY, Actor, Grant
from longstone.kernel.refusals import Refusal
from longstone.people import rules
from longstone.people.models import (
    Competence,
    CompetenceQuerySet,
    Consortium,
    Person,
    PersonQuerySet,
    Post,
    Staff,
    System,
    SystemToken,
    Team,
)

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


def told_as(by: Actor, *, roles: Iterable[str], at: datetime) -> tuple[frozenset[int], frozenset[int]]:
    """Name the forces, and the teams, for which the actor holds any of some roles today: of these a clock tells them."""
    posts = Post.objects.filter(staff=by.id, role__in=list(roles)).select_related("consortium")
    held = [post for post in posts.prefetch_related("consortium__members") if post.held_on(timezone.localdate(at))]
    whole = (_members(post) if post.consortium else {post.controller_id} for post in held if post.team_id is None)
    teams = (post.team_id for post in held if post.team_id is not None)
    return frozenset(one for some in whole for one in some if one is not None), frozenset(teams)


def officer_numbered(staff: int, *, at: datetime) -> Actor:
    """Give the actor of a member of staff, as they are at a moment: for work that they asked for and that runs later."""
    return actor_for(Staff.objects.get(pk=staff), at=at)


def _grants(post: Post) -> list[Grant]:
    role = roles().get(post.role)
    if role is None:
        return []
    controllers = frozenset({post.controller_id} if post.controller_id else _members(post))
    return [Grant(power=power, controllers=controllers, team=post.team_id) for power in role.powers]


def _members(post: Post) -> set[int]:
    return {member.pk for member in post.consortium.members.all()} if post.consortium else set()


def reach(*, staff: Staff, consortium: Consortium | None) -> frozenset[int]:
    """Name the forces over which a post of somebody gives its powers."""
    members = consortium.members.values_list("pk", flat=True) if consortium else [staff.controller_id]
    return frozenset(members)


@dataclass(frozen=True)
class Held:
    """A post as a person reads it: the role, for whom it is held, and whether today, ended or yet to begin."""

    post: Post
    role: Role | None
    held_for: str
    when: str


def posts_of(staff: Staff, *, at: datetime) -> list[Held]:
    """Tell the posts of somebody: those held today first, then those to come, then those that have ended."""
    today = timezone.localdate(at)
    posts = staff.posts.select_related("controller", "team", "consortium").order_by("-from_on", "pk")
    told = [Held(post, roles().get(post.role), _held_for(post), _when(post, today)) for post in posts]
    return sorted(told, key=lambda one: ("today", "later", "ended").index(one.when))


def _held_for(post: Post) -> str:
    return ", ".join(str(one) for one in (post.team, post.controller, post.consortium) if one)


def _when(post: Post, today: date) -> str:
    if post.held_on(today):
        return "today"
    return "later" if post.from_on > today else "ended"


def staff_list(*, by: Actor) -> models.QuerySet[Staff]:
    """List the staff whom the actor may know of, each with the posts held today, by the database's clock and London's day."""
    today = TruncDate(Now(), tzinfo=ZoneInfo("Europe/London"))
    lasting = models.Q(to_on__isnull=True) | models.Q(to_on__gt=today)
    held = models.Prefetch("posts", Post.objects.filter(lasting, from_on__lte=today), to_attr="held_today")
    return Staff.objects.visible_to(by).select_related("controller").prefetch_related(held).order_by("name", "pk")


def title_of(post: Post) -> str:
    """Give the title of a post's role."""
    role = roles().get(post.role)
    return role.title if role else post.role


def competences_of(staff: Staff, *, at: datetime) -> list[tuple[Competence, bool]]:
    """Tell what somebody is trained, certified and vetted for, and whether it holds today."""
    today = timezone.localdate(at)
    found = staff.competences.select_related("assessor").order_by("-from_on", "pk")
    return [(one, one.from_on <= today and (one.to_on is None or today < one.to_on)) for one in found]


def teams_of(controller: int) -> models.QuerySet[Team]:
    """List the teams of a force."""
    return Team.objects.filter(controller=controller).order_by("name")


def consortia_of(controller: int) -> models.QuerySet[Consortium]:
    """List the consortia that a force is in."""
    return Consortium.objects.filter(members=controller).order_by("name")


def teams(*, by: Actor) -> models.QuerySet[Team]:
    """List the teams of the actor's force, each with how many serve in it today."""
    today = TruncDate(Now(), tzinfo=ZoneInfo("Europe/London"))
    lasting = models.Q(posts__to_on__isnull=True) | models.Q(posts__to_on__gt=today)
    held = models.Q(lasting, posts__from_on__lte=today, posts__staff__is_active=True)
    return (
        Team.objects.filter(controller=by.controller)
        .annotate(people=models.Count("posts__staff", filter=held, distinct=True))
        .order_by("name")
    )


def members_of(team: Team, *, at: datetime) -> list[Post]:
    """List who holds a post in a team today."""
    today = timezone.localdate(at)
    held = team.posts.filter(staff__is_active=True).select_related("staff").order_by("staff__name")
    return [post for post in held if post.held_on(today)]


def consortia(*, by: Actor) -> models.QuerySet[Consortium]:
    """List the consortia that the actor's force is in, each with its members."""
    return Consortium.objects.filter(members=by.controller).prefetch_related("members").order_by("name")


def persons(*, by: Actor, text: str = "") -> PersonQuerySet:
    """List the persons whom the actor may see, by a part of either name."""
    found = Person.objects.visible_to(by)
    for word in text.replace(",", " ").split():
        found = found.filter(models.Q(family_name__icontains=word) | models.Q(given_names__icontains=word))
    return found.order_by("family_name", "given_names", "pk")


def colleagues(*, by: Actor) -> list[Staff]:
    """List those to whom something can be handed over: serving, in the force or its consortia, and not the actor."""
    return list(Staff.objects.visible_to(by).serving().exclude(pk=by.staff).order_by("name"))


def persons_like(*, by: Actor, keys: dict[str, str]) -> PersonQuerySet:
    """Find records that may be the same person."""
    return Person.objects.visible_to(by).like(keys).order_by("family_name", "pk")


def others_like(person: Person, *, by: Actor) -> list[Person]:
    """Find other records that may be the same person, a few."""
    keys = rules.match_keys(family_name=person.family_name, given_names=person.given_names, born=None)
    return list(persons_like(by=by, keys=keys).exclude(pk=person.pk)[:10]) if keys else []


def competent(*, holder: Staff, subject: str, on: date) -> bool:
    """Say whether somebody is trained or certified for a subject on a day."""
    return holder.competences.valid_on(on).filter(subject=subject).exists()


def running_out(warned: timedelta, *, at: datetime) -> CompetenceQuerySet:
    """Keep what ends within a time to come, or ended within the same time before, and is not followed by another of its kind."""
    today = timezone.localdate(at)
    later = models.Q(to_on=None) | models.Q(to_on__gt=models.OuterRef("to_on"))
    same = {name: models.OuterRef(name) for name in ("holder", "kind", "subject")}
    near = Competence.objects.filter(to_on__range=(today - warned, today + warned))
    return near.filter(~models.Exists(Competence.objects.filter(later, **same)))


def posts_to_name(by: Actor) -> models.QuerySet[Post]:
    """Give the posts of those whom the actor may know of."""
    return Post.objects.filter(staff__in=Staff.objects.visible_to(by))


def powers_for_systems() -> frozenset[str]:
    """Name the powers that a system can be given: those of the roles, but for what only people do."""
    return frozenset(power for role in roles().values() for power in role.powers) - rules.ONLY_PEOPLE


def systems(*, by: Actor) -> models.QuerySet[System]:
    """List the programs that act here, those that are not ended first."""
    return System.objects.visible_to(by).order_by(models.F("ended_at").desc(nulls_first=True), "name")


def system_named(client_id: str) -> System | None:
    """Find a system by the name it gives at the door."""
    rows = System.objects.everything(because="a system at the door is found by its client id, whose ever it is")
    return rows.filter(client_id=client_id).first()


def actor_of(system: System) -> Actor:
    """Give a system as an actor: its powers are held for its own force alone."""
    grants = frozenset(Grant(power, frozenset({system.controller_id})) for power in system.powers)
    return Actor(id=None, name=str(system), controller=system.controller_id, grants=grants, system=system.pk)


def let_in(digest: str, *, at: datetime) -> System | None:
    """Find the system that was given a token, while the token and the system hold."""
    token = SystemToken.objects.filter(digest=digest, expires_at__gt=at).select_related("system").first()
    found = token.system if token else None
    return found if found and found.stands(timezone.localdate(at)) == "live" else None
