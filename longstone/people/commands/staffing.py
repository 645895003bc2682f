"""Who works here, and as what? Forces, teams, staff, posts and competence."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.models import Controller
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people import rules
from longstone.people.commands.entrance import end_sessions
from longstone.people.models import Competence, Consortium, Post, Staff, Team
from longstone.people.queries import reach, roles


@command
def found_force(*, by: Actor, at: datetime, slug: str, name: str) -> Controller:
    """Enter a force, with its chief constable as controller."""
    require(rules.may_found(by=by))
    force = Controller.objects.create(slug=slug, name=name)
    ledger.record("force.founded", on=force, by=by, at=at, name=name)
    return force


@command
def form_consortium(*, by: Actor, at: datetime, name: str, members: list[Controller]) -> Consortium:
    """Enter a consortium of forces."""
    require(rules.may_found(by=by))
    consortium = Consortium.objects.create(name=name)
    consortium.members.set(members)
    ledger.record("consortium.formed", on=consortium, by=by, at=at, members=[force.slug for force in members])
    return consortium


@command
def form_team(*, by: Actor, at: datetime, controller: Controller, name: str, telephone: str = "") -> Team:
    """Enter a team of a force."""
    require(rules.may_keep_staff(by=by, controller=controller.pk))
    team = Team.objects.create(controller=controller, name=name, telephone=telephone)
    ledger.record("team.formed", on=team, by=by, at=at, name=name)
    return team


@command
def take_on(
    *,
    by: Actor,
    at: datetime,
    controller: Controller,
    username: str,
    name: str,
    collar: str,
    initials: str,
    password: str,
) -> Staff:
    """Enter a member of staff who can sign in."""
    require(rules.may_keep_staff(by=by, controller=controller.pk))
    require(_free(username))
    require(sound_password(password))
    staff = Staff(controller=controller, username=username, name=name, collar=collar, initials=initials)
    staff.set_password(password)
    staff.save(force_insert=True)
    ledger.record("staff.taken_on", on=staff, by=by, at=at, username=username)
    return staff


@command
def appoint(
    *,
    by: Actor,
    at: datetime,
    staff: Staff,
    role: str,
    from_on: date,
    to_on: date | None = None,
    team: Team | None = None,
    consortium: Consortium | None = None,
) -> Post:
    """Give somebody a post for their force, a team of it, or a consortium."""
    require(rules.may_appoint(by=by, staff=staff.pk, controllers=reach(staff=staff, consortium=consortium)))
    require(rules.sound_post(from_on, to_on))
    require(_sound_role(role, staff=staff, team=team, consortium=consortium))
    controller = None if consortium else staff.controller
    post = Post.objects.create(
        staff=staff,
        role=role,
        controller=controller,
        team=team,
        consortium=consortium,
        from_on=from_on,
        to_on=to_on,
    )
    ledger.record("post.given", on=post, by=by, at=at, role=role, staff=staff.pk)
    return post


@command
def end_post(*, by: Actor, at: datetime, post: Post, to_on: date) -> Post:
    """End a post: the day named is the first on which it is not held."""
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)  # posts are read through their holder
    require(rules.may_keep_staff(by=by, controller=hold(post.staff, by=by).controller_id))
    today = timezone.localdate(at)
    require(rules.sound_end(ended=post.to_on, from_on=post.from_on, to_on=to_on, today=today))
    post.to_on = to_on
    post.save(update_fields=["to_on"])
    ledger.record("post.ended", on=post, by=by, at=at, to_on=to_on.isoformat())
    return post


@command
def certify(
    *,
    by: Actor,
    at: datetime,
    holder: Staff,
    kind: str,
    subject: str,
    from_on: date,
    to_on: date | None,
    level: str = "",
) -> Competence:
    """Record what somebody is trained, certified or vetted for."""
    require(rules.may_certify(by=by, holder=holder.pk, controller=holder.controller_id))
    competence = Competence.objects.create(
        holder=holder,
        kind=kind,
        subject=subject,
        level=level,
        from_on=from_on,
        to_on=to_on,
        assessor_id=by.staff,
    )
    ledger.record("competence.recorded", on=competence, by=by, at=at, holder=holder.pk, subject=subject)
    return competence


@command
def release(*, by: Actor, at: datetime, staff: Staff, left_on: date) -> Staff:
    """Record that somebody has left: they cannot sign in any more, and their posts end."""
    staff = hold(staff, by=by)
    require(rules.may_release(by=by, staff=staff.pk, controller=staff.controller_id, serving=staff.is_active))
    today = timezone.localdate(at)
    require(YES if left_on <= today else no("Record a leaving on the day itself. Until then, end their posts."))
    staff.is_active, staff.left_on = False, left_on
    staff.save(update_fields=["is_active", "left_on"])
    held = staff.posts.filter(Q(to_on=None) | Q(to_on__gt=today))
    held.update(to_on=Greatest("from_on", Value(today)))
    end_sessions(by=by, at=at, staff=staff, why="They are recorded as having left.")
    ledger.record("staff.left", on=staff, by=by, at=at, left_on=left_on.isoformat())
    return staff


@command
def change_reach(*, by: Actor, at: datetime, staff: Staff, telephone: str, email: str) -> Staff:
    """Say how colleagues reach somebody: they themselves say it."""
    staff = hold(staff, by=by)
    require(YES if staff.pk == by.id else no("Only they themselves can change this."))
    staff.telephone, staff.email = telephone, email
    staff.save(update_fields=["telephone", "email"])
    ledger.record("staff.reach_changed", on=staff, by=by, at=at)
    return staff


@command
def change_password(
    *, by: Actor, at: datetime, staff: Staff, old: str, password: str, here: UUID | None = None
) -> Staff:
    """Change one's own password; everywhere but here one is signed out."""
    staff = hold(staff, by=by)
    require(YES if staff.pk == by.id else no("Only they themselves can change their password."))
    require(YES if staff.check_password(old) else no("That is not your present password. Type it again."))
    require(sound_password(password, staff))
    staff.set_password(password)
    staff.save(update_fields=["password"])
    end_sessions(by=by, at=at, staff=staff, why="The password was changed.", but=here)
    ledger.record("staff.password_changed", on=staff, by=by, at=at)
    return staff


def sound_password(password: str, staff: Staff | None = None) -> Verdict:
    """Refuse a password that is too short or too well known."""
    try:
        validate_password(password, staff)
    except ValidationError as fault:
        return no(" ".join(fault.messages))
    return YES


def _free(username: str) -> Verdict:
    """Refuse a name to sign in with that somebody has, however they capitalise it."""
    taken = Staff.objects.filter(username__iexact=username).exists()
    return no("Somebody has that username already. Choose another.") if taken else YES


def _sound_role(role: str, *, staff: Staff, team: Team | None, consortium: Consortium | None) -> Verdict:
    if role not in roles():
        return no("There is no such role. Choose one from the list.")
    if team is not None and (consortium is not None or team.controller_id != staff.controller_id):
        return no("That team belongs to another force, or to no consortium. Choose a team of their own force.")
    if consortium is not None and not consortium.members.filter(pk=staff.controller_id).exists():
        return no("Their force is not in that consortium.")
    return YES
