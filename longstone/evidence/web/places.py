"""The pages that find exhibits: all of them, mine, those in lockers, those in a place; and what the examiner has in hand."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate

from longstone.evidence import commands, queries, rules
from longstone.evidence.models import Waiting
from longstone.evidence.web import forms
from longstone.evidence.web.registers import examinations as examining
from longstone.evidence.web.registers import exhibits as all_of_them
from longstone.evidence.web.registers import in_hand
from longstone.evidence.web.registers import location as one_place
from longstone.evidence.web.registers import locations as all_places
from longstone.evidence.web.registers import lockers as in_lockers
from longstone.kernel.web.pages import Link, Listing, act, listed, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show


@page
def exhibits(request: Request) -> HttpResponseBase:
    """Find an exhibit by its reference, what it is, or its seal."""
    return answer(request, all_of_them.REGISTER)


@page
def mine(request: Request) -> HttpResponseBase:
    """Show what the officer holds and is offered."""
    return answer(request, in_hand.REGISTER)


@page
def lockers(request: Request) -> HttpResponseBase:
    """Show what waits in lockers."""
    return answer(request, in_lockers.REGISTER)


@page
def waiting(request: Request) -> HttpResponse:
    """Show what an old list says waits to be examined, the longest first."""
    shown = sliced(queries.waiting(by=request.actor), request.GET.get("from"))
    show(request, "waiting", ids=[one.exhibit_id for one in shown.rows], total=shown.total)
    told = Listing(
        "Waiting to be examined", ["Exhibit", "Case", "What it is", "Whose", "Since", "Days", "Where", "Priority"],
        [_waiting(one, localdate(request.now)) for one in shown.rows], empty="No device that you may see waits on an old list.",
        about="As the force's old list had it, the longest first. Days are counted until today.",
    )  # fmt: skip
    return listed(request, told, shown=shown)


def _waiting(one: Waiting, today: date) -> list[object]:
    exhibit = one.exhibit
    link = Link(exhibit.reference, reverse("exhibit", args=[exhibit.pk]))
    whose, days = exhibit.get_owner_role_display(), (today - one.submitted_on).days
    since = f"{one.submitted_on:%d/%m/%Y}"
    where = exhibit.location or "In somebody's hands"
    return [
        link,
        exhibit.case.reference,
        exhibit.get_kind_display(),
        whose,
        since,
        days,
        where,
        one.priority_note or "–",
    ]


@page
def locations(request: Request) -> HttpResponseBase:
    """Show the force's stores and lockers, and how much lies in each."""
    may = rules.may_keep_locations(by=request.actor, controller=request.actor.force)
    return answer(
        request, all_places.REGISTER, actions=[Action("Add a location", reverse("evidence:add-location"), may.refusal)]
    )


@page
def location(request: Request, location_id: int) -> HttpResponseBase:
    """Show what lies in one place."""
    return answer(request, one_place.within(location_id, by=request.actor), back=reverse("evidence:locations"))


@page
def examinations(request: Request) -> HttpResponseBase:
    """Show what the examiner has in hand, and what it could not do."""
    return answer(request, examining.REGISTER)


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
