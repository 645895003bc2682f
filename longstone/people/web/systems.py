"""The pages of the programs that act here: registered by one, given powers by another, ended by either."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from longstone.kernel.refusals import NotPermitted
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import Link, Listing, Tag, act, find, listed, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show
from longstone.people import commands, queries, rules
from longstone.people.models import System
from longstone.people.web import forms

STANDS = {
    "live": Tag("Live", "green"),
    "no powers": Tag("Waits for powers", "yellow"),
    "no secret": Tag("Waits for a secret", "yellow"),
    "expired": Tag("Powers have ended", "red"),
    "ended": Tag("Ended", "grey"),
}
ABOUT = "Programs of your force or its suppliers that act here by themselves. Two people let one in: one makes its secret, another gives its powers."


def _system(request: Request, system_id: int) -> System:
    return find(System.objects.visible_to(request.actor).select_related("powers_by", "secret_by"), pk=system_id)


def _url(system: System) -> str:
    return reverse("people:system", args=[system.pk])


def _tag(request: Request, system: System) -> Tag:
    return STANDS[system.stands(timezone.localdate(request.now))]


@page
def systems(request: Request) -> HttpResponse:
    """Show the programs that act here."""
    may = rules.may_keep_systems(by=request.actor, controller=request.actor.force)
    if not may:
        raise NotPermitted(may.refusal)
    shown = sliced(queries.systems(by=request.actor), request.GET.get("from"))
    show(request, "systems", ids=[one.pk for one in shown.rows], total=shown.total)
    rows = [
        [Link(one.name, _url(one)), one.purpose, f"{one.ends_on:%d/%m/%Y}" if one.ends_on else "Not yet", _tag(request, one)]
        for one in shown.rows
    ]  # fmt: skip
    told = Listing(
        "Systems", ["Name", "What it is for", "Until", "State"], rows, about=ABOUT, empty="No program acts here.",
        actions=[Action("Register a system", reverse("people:register-system"))],
    )  # fmt: skip
    return listed(request, told, shown=shown)


@page
def register(request: Request) -> HttpResponse:
    """Register a program."""
    show(request, "register a system")
    context = {"title": "Register a system", "button": "Register it", "back": reverse("people:systems")}
    return act(
        request, form=forms.SystemForm(request.POST or None), command=commands.register_system, context=context,
        may=rules.may_keep_systems(by=request.actor, controller=request.actor.force),
        done=lambda made: (f"{made.name} is registered. Now make its secret; a colleague gives its powers.", _url(made)),
    )  # fmt: skip


@page
def system(request: Request, system_id: int) -> HttpResponse:
    """Show a program: what it is for, what it may do, and who let it in."""
    found = _system(request, system_id)
    show(request, "system", on=found)
    by, at = request.actor, [found.pk]
    offered = [
        ("Give powers", "system-powers", rules.may_give_powers(by=by, system=found)),
        ("Make a new secret", "system-secret", rules.may_make_secret(by=by, system=found)),
        ("End it", "end-system", rules.may_end_system(by=by, system=found)),
    ]
    actions = [Action(label, reverse(f"people:{name}", args=at), may.refusal) for label, name, may in offered]
    context = {"system": found, "tag": _tag(request, found), "actions": actions}
    return render(request, "people/system.html", context)


@page
def give_powers(request: Request, system_id: int) -> HttpResponse:
    """Say what a program may do, until when, and how often."""
    found = _system(request, system_id)
    show(request, "system", on=found, page="give powers")
    until = found.ends_on or timezone.localdate(request.now) + timedelta(days=90)
    standing = {"powers": found.powers, "ends_on": until, "per_minute": found.per_minute}
    stands = [("Powers", ", ".join(found.powers)), ("Until", found.ends_on), ("Requests a minute", found.per_minute)]
    context = {
        "title": "Give powers",
        "caption": found.name,
        "button": "Give these powers",
        "back": _url(found),
        "stands": stands,
    }
    return act(
        request, form=forms.PowersForm(request.POST or None, initial=standing), command=commands.give_powers, edits=found,
        may=rules.may_give_powers(by=request.actor, system=found), context=context, system=found,
        done=lambda changed: (f"{changed.name} has these powers now.", _url(changed)),
    )  # fmt: skip


@page
def make_secret(request: Request, system_id: int) -> HttpResponse:
    """Make a program's secret, and show it once."""
    found = _system(request, system_id)
    show(request, "system", on=found, page="make a secret")
    form, secret = CommandForm(request.POST or None), secrets.token_urlsafe(32)
    context: dict[str, Any] = {"system": found, "form": form, "back": _url(found)}
    if request.method == "POST" and form.is_valid():
        form.do(commands.make_secret, by=request.actor, at=request.now, system=found, secret=secret)
        if not form.errors:
            return render(request, "people/system_secret.html", {**context, "secret": "" if form.again else secret})
    may = rules.may_make_secret(by=request.actor, system=found)
    told = {"title": "Make a new secret", "caption": found.name, "button": "Make it and show it", "may": may}
    return render(request, "people/make_secret.html", {**context, **told})


@page
def end(request: Request, system_id: int) -> HttpResponse:
    """End a program."""
    found = _system(request, system_id)
    show(request, "system", on=found, page="end it")
    context = {"title": "End this system", "caption": found.name, "button": "End it", "back": _url(found)}
    return act(
        request, form=forms.EndSystemForm(request.POST or None), command=commands.end_system, context=context, system=found,
        may=rules.may_end_system(by=request.actor, system=found),
        done=lambda ended: (f"{ended.name} is ended. It can do nothing any more.", _url(ended)),
    )  # fmt: skip
