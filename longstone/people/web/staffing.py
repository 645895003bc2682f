"""The pages of staff, posts, competence, teams, roles and consortia."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import Link, act, find, page
from longstone.kernel.web.panels import Action
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show
from longstone.people import admission, commands, queries, rules
from longstone.people.models import Staff
from longstone.people.web import forms, letting_in
from longstone.people.web.registers import consortia as all_consortia
from longstone.people.web.registers import staff as all_staff
from longstone.people.web.registers import teams as all_teams


def _keeps(request: Request) -> Verdict:
    return rules.may_keep_staff(by=request.actor, controller=request.actor.force)


def _staff(request: Request, staff_id: int) -> Staff:
    return find(Staff.objects.visible_to(request.actor).select_related("controller"), pk=staff_id)


def _url(staff: Staff) -> str:
    return reverse("people:colleague", args=[staff.pk])


@page
def staff(request: Request) -> HttpResponseBase:
    """Show who works in the force and its consortia."""
    actions = [Action("Take somebody on", reverse("people:take-on"), _keeps(request).refusal)]
    return answer(request, all_staff.REGISTER, actions=actions)


@page
def take_on(request: Request) -> HttpResponse:
    """Enter somebody new."""
    show(request, "take somebody on")
    force = request.actor.force
    context = {"title": "Take somebody on", "button": "Take them on", "back": reverse("people:staff")}
    controller = _staff(request, request.actor.staff).controller
    return act(
        request, form=forms.StaffForm(request.POST or None), command=commands.take_on, controller=controller,
        may=rules.may_keep_staff(by=request.actor, controller=force), context=context,
        done=lambda made: (f"{made} is taken on. Now give them a post.", _url(made)),
    )  # fmt: skip


@page
def colleague(request: Request, staff_id: int) -> HttpResponse:
    """Show a colleague: how to reach them, their posts, and their competence to those who may know it."""
    found = _staff(request, staff_id)
    show(request, "staff", on=found)
    by, force = request.actor, found.controller_id
    may_see = rules.may_see_competence(by=by, holder=found.pk, controller=force)
    keeps = rules.may_keep_staff(by=by, controller=force)
    context = {
        "staff": found,
        "posts": queries.posts_of(found, at=request.now),
        "may_see": may_see,
        "competences": queries.competences_of(found, at=request.now) if may_see else [],
        "keeps": keeps,
        "actions": _acts_on(request, found),
        "letting_in": letting_in.actions_for(request, found),
        "locks": admission.locks_of(found, at=request.now) if keeps else [],
    }
    return render(request, "people/colleague.html", context)


def _acts_on(request: Request, found: Staff) -> list[Action]:
    by, force = request.actor, found.controller_id
    release = rules.may_release(by=by, staff=found.pk, controller=force, serving=found.is_active)
    offered = [
        ("Give a post", "appoint", rules.may_appoint(by=by, staff=found.pk, controllers=frozenset({force}))),
        ("Record competence", "certify", rules.may_certify(by=by, holder=found.pk, controller=force)),
        ("Record that they left", "release", release),
    ]
    shown = offered if found.is_active else []
    return [Action(label, reverse(f"people:{name}", args=[found.pk]), may.refusal) for label, name, may in shown]


def _act_on(
    request: Request, found: Staff, *, title: str, button: str, form: CommandForm, command: Any, may: Verdict, said: str,
    **given: Any,
) -> HttpResponse:  # fmt: skip
    show(request, "staff", on=found, page=title)
    back = _url(found)
    context = {"title": title, "caption": str(found), "button": button, "back": back}
    return act(
        request, form=form, command=command, may=may, context=context, done=lambda _: (said, back),
        **(given or {"staff": found}),
    )  # fmt: skip


@page
def appoint(request: Request, staff_id: int) -> HttpResponse:
    """Give somebody a post."""
    found = _staff(request, staff_id)
    form = forms.PostForm(request.POST or None, initial={"from_on": timezone.localdate(request.now)})
    form.fields["team"].queryset = queries.teams_of(found.controller_id)  # type: ignore[attr-defined]  # a choice of rows
    form.fields["consortium"].queryset = queries.consortia_of(found.controller_id)  # type: ignore[attr-defined]
    may = rules.may_appoint(by=request.actor, staff=found.pk, controllers=frozenset({found.controller_id}))
    return _act_on(
        request, found, title="Give a post", button="Give the post", form=form, command=commands.appoint, may=may,
        said="The post is given.",
    )  # fmt: skip


@page
def end_post(request: Request, staff_id: int, post_id: int) -> HttpResponse:
    """End a post."""
    found = _staff(request, staff_id)
    post = find(found.posts.select_related("staff"), pk=post_id)
    form = forms.EndPostForm(request.POST or None, initial={"to_on": timezone.localdate(request.now)})
    may = rules.may_keep_staff(by=request.actor, controller=found.controller_id)
    return _act_on(
        request, found, title=f"End the post: {queries.title_of(post)}", button="End the post", form=form,
        command=commands.end_post, may=may, said="The post is ended.", post=post,
    )  # fmt: skip


@page
def certify(request: Request, staff_id: int) -> HttpResponse:
    """Record somebody's competence."""
    found = _staff(request, staff_id)
    may = rules.may_certify(by=request.actor, holder=found.pk, controller=found.controller_id)
    return _act_on(
        request, found, title="Record competence", button="Record it", form=forms.CompetenceForm(request.POST or None),
        command=commands.certify, may=may, said="The competence is recorded.", holder=found,
    )  # fmt: skip


@page
def release(request: Request, staff_id: int) -> HttpResponse:
    """Record that somebody has left."""
    found = _staff(request, staff_id)
    form = forms.ReleaseForm(request.POST or None, initial={"left_on": timezone.localdate(request.now)})
    may = rules.may_release(by=request.actor, staff=found.pk, controller=found.controller_id, serving=found.is_active)
    return _act_on(
        request, found, title="Record that they left", button="Record it", form=form, command=commands.release, may=may,
        said="They have left: they cannot sign in, and their posts are ended.",
    )  # fmt: skip


@page
def teams(request: Request) -> HttpResponseBase:
    """Show the teams of the force."""
    return answer(
        request,
        all_teams.REGISTER,
        actions=[Action("Form a team", reverse("people:form-team"), _keeps(request).refusal)],
    )


@page
def form_team(request: Request) -> HttpResponse:
    """Form a team."""
    show(request, "form a team")
    controller = _staff(request, request.actor.staff).controller
    context = {"title": "Form a team", "button": "Form the team", "back": reverse("people:teams")}
    return act(
        request, form=forms.TeamForm(request.POST or None), command=commands.form_team, may=_keeps(request), context=context,
        controller=controller, done=lambda made: (f"{made} is formed.", reverse("people:team", args=[made.pk])),
    )  # fmt: skip


@page
def team(request: Request, team_id: int) -> HttpResponse:
    """Show a team and who is in it today."""
    found = find(queries.teams_of(request.actor.force), pk=team_id)
    posts = queries.members_of(found, at=request.now)
    show(request, "team", on=found, ids=[post.staff_id for post in posts])
    rows = [[Link(str(post.staff), _url(post.staff)), queries.title_of(post)] for post in posts]
    return render(request, "people/team.html", {"team": found, "rows": rows})


@page
def roles(request: Request) -> HttpResponse:
    """Show every role as a person reads it."""
    show(request, "roles")
    told = sorted(queries.roles().values(), key=lambda role: role.title)
    return render(request, "people/roles.html", {"roles": told})


@page
def consortia(request: Request) -> HttpResponseBase:
    """Show the consortia that the force is in."""
    return answer(request, all_consortia.REGISTER)
