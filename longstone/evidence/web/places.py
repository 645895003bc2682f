"""The pages that find exhibits: all of them, mine, those in lockers, those in a place; and what the examiner has in hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.evidence import commands, queries, rules
from longstone.evidence.models import Examination, Location
from longstone.evidence.web import forms
from longstone.kernel.web.pages import Link, Listing, Tag, act, asked, find, listed, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show


def _exhibits(request: Request, found: Any, *, register: str, text: str = "", **told: Any) -> HttpResponse:
    shown = sliced(found, request.GET.get("from"))
    show(request, register, on=told.get("location"), ids=[one.pk for one in shown.rows], filter=text, total=shown.total)
    return render(request, "evidence/exhibits.html", {"shown": shown, "q": text, **told})


@page
def exhibits(request: Request) -> HttpResponse:
    """Find an exhibit by its reference, what it is, or its seal."""
    text = asked(request)
    empty = (
        "No exhibit you may see has that reference, description or seal."
        if text
        else "There is no exhibit you may see."
    )
    found = queries.exhibits_like(by=request.actor, text=text)
    return _exhibits(request, found, register="exhibits", text=text, title="Exhibits", empty=empty, find="Find by reference, seal or what it is")  # fmt: skip


@page
def mine(request: Request) -> HttpResponse:
    """Show what the officer holds and is offered."""
    found = queries.in_my_hands(by=request.actor)
    return _exhibits(request, found, register="exhibits in hand", title="In my hands", empty="You hold nothing.")


@page
def lockers(request: Request) -> HttpResponse:
    """Show what waits in lockers."""
    found = queries.awaiting_collection(by=request.actor)
    return _exhibits(request, found, register="lockers", title="Lockers", empty="No exhibit waits in a locker.")


@page
def locations(request: Request) -> HttpResponse:
    """Show the force's stores and lockers, and how much lies in each."""
    found = queries.places(by=request.actor)
    show(request, "locations", ids=[one.pk for one, _ in found])
    rows = [
        [Link(one.name, reverse("evidence:location", args=[one.pk])), "Locker" if one.is_locker else "Store", count]
        for one, count in found
    ]
    may = rules.may_keep_locations(by=request.actor, controller=request.actor.force)
    told = Listing(
        "Locations", ["Name", "Kind", "Exhibits you may see"], rows, empty="Your force has no store and no locker yet.",
        actions=[Action("Add a location", reverse("evidence:add-location"), may.refusal)],
    )  # fmt: skip
    return listed(request, told)


@page
def location(request: Request, location_id: int) -> HttpResponse:
    """Show what lies in one place."""
    place = find(Location.objects.visible_to(request.actor), pk=location_id)
    found = queries.lying_in(place, by=request.actor)
    crumb = reverse("evidence:locations")
    return _exhibits(
        request, found, register="location", title=place.name, empty="Nothing that you may see lies here.", location=place,
        crumb=crumb,
    )  # fmt: skip


@page
def add_location(request: Request) -> HttpResponse:
    """Add a store or a locker."""
    show(request, "add a location")
    back = reverse("evidence:locations")
    may = rules.may_keep_locations(by=request.actor, controller=request.actor.force)
    return act(
        request, form=forms.LocationForm(request.POST or None), command=commands.add_location, may=may,
        context={"title": "Add a location", "button": "Add it", "back": back}, done=lambda made: (f"{made} is added.", back),
    )  # fmt: skip


@page
def examinations(request: Request) -> HttpResponse:
    """Show what the examiner has in hand, and what it could not do."""
    shown = sliced(queries.examinations_in_hand(by=request.actor), request.GET.get("from"))
    show(request, "examinations", ids=[one.pk for one in shown.rows], total=shown.total)
    told = Listing(
        "Examinations in hand", ["Exhibit", "Case", "Copy", "Asked", "State", "Why it failed"],
        [_examination(one) for one in shown.rows], empty="Nothing waits for the examiner, and nothing has failed.",
    )  # fmt: skip
    return listed(request, told, shown=shown)


STATES = {
    "queued": Tag("Waiting", "yellow"),
    "running": Tag("Being examined", "yellow"),
    "failed": Tag("Failed", "red"),
}


def _examination(one: Examination) -> list[object]:
    exhibit = one.copy.exhibit
    link = Link(exhibit.reference, reverse("exhibit", args=[exhibit.pk]))
    asked_at = f"{localtime(one.asked_at):%d/%m/%Y %H:%M}"
    return [link, exhibit.case.reference, one.copy.name, asked_at, STATES[one.state], one.why_failed or "–"]
