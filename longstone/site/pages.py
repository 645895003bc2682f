"""The front door: what is mine to do, the four doors, and the pages of a case and of an exhibit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime

from longstone.cases import queries as cases
from longstone.cases.models import Case
from longstone.evidence import queries as evidence
from longstone.evidence.models import Exhibit
from longstone.kernel.alarms import open_alarms
from longstone.kernel.refusals import NotVisible
from longstone.kernel.web import typed
from longstone.kernel.web.doorways import Doorway, doorways
from longstone.kernel.web.holding import keeping
from longstone.kernel.web.pages import find, page
from longstone.kernel.web.panels import Panel, panels
from longstone.kernel.web.piles import Counts, Pile, count, firsts, gather, page_of
from longstone.kernel.web.request import Request, show
from longstone.kernel.web.working import counted
from longstone.people import sameness
from longstone.people.models import Organisation, Person
from longstone.site.frame import navigation

MOST = 10  # of the officer's work, on the front page


@page
def home(request: Request) -> HttpResponse:
    """Show what needs the officer, the four doors with what is late behind each, and what each room knows of them."""
    drawn, piles = panels("home", request, None), gather(by=request.actor, at=request.now)
    counts = count(piles)
    told, behind = page_of(piles, counts, many=MOST), _doorways(request, [one.name for one in navigation().doors], piles, counts)  # fmt: skip
    show(request, "home", work=told.ids, waiting=told.total, **_behind(behind), **_listed(drawn))
    doors = [(door, behind[door.name]) for door in navigation().doors]
    context = {"work": told, "said": counted(told), "doorways": doors, "alarms": open_alarms(), "panels": drawn}
    return render(request, "home.html", context)


def _doorways(request: Request, names: list[str], piles: list[Pile], counts: Counts) -> dict[str, Doorway]:
    return doorways(names, by=request.actor, at=request.now, piles=piles, counts=counts, firsts=firsts(piles))


def _behind(behind: dict[str, Doorway]) -> dict[str, Any]:
    """Name what the doors tell, for the record of the read."""
    told = {name.lower(): [str(one) for one in door.inside] for name, door in behind.items() if door.inside}
    return {"doors": told, "next": sorted({door.next_id for door in behind.values() if door.next_id})}


def _listed(drawn: list[Panel]) -> dict[str, Any]:
    """Name what the panels list, for the record of the read."""
    return {panel.title.lower(): panel.ids for panel in drawn if panel.ids}


@page
def door(request: Request, name: str) -> HttpResponse:
    """Show what waits for the officer behind one door, what is in it, and where everything is."""
    found = next((one for one in navigation().doors if one.name.lower() == name), None)
    if found is None:
        raise Http404
    piles = [pile for pile in gather(by=request.actor, at=request.now) if pile.door == found.name]
    counts = count(piles)
    told, behind = page_of(piles, counts, many=MOST), _doorways(request, [found.name], piles, counts)
    show(request, "door", door=name, work=told.ids, waiting=told.total, **_behind(behind))
    context = {"door": found, "doorway": behind[found.name], "work": told, "said": counted(told)}
    return render(request, "door.html", context)


@page
def case(request: Request, case_id: int) -> HttpResponse:
    """Show a case, as each room knows it."""
    rows = Case.objects.visible_to(request.actor).select_related("officer", "team", "controller")
    if not (found := rows.filter(pk=case_id).first()):
        return _not_theirs(request, case_id)
    involved = [str(one.person_id) for one in cases.involved(by=request.actor, case=found)]
    show(request, "case", on=found, power=cases.power_of(found, by=request.actor), persons=involved)
    context = {"case": found, "sight": found.sight(request.actor), "panels": panels("case", request, found)}
    return render(request, "case.html", {**context, "keeping": keeping(request, found)})


def _not_theirs(request: Request, case_id: int) -> HttpResponse:
    """Lead to whom to ring, if the officer may know that there is such a case."""
    if not cases.closed_to(by=request.actor, case=case_id):
        raise NotVisible
    return redirect("cases:glass", case_id=case_id)


@page
def exhibit(request: Request, exhibit_id: int) -> HttpResponse:
    """Show an exhibit, as each room knows it."""
    rows = Exhibit.objects.visible_to(request.actor)
    found = find(rows.select_related("case", "holder", "offered_to", "location", "parent"), pk=exhibit_id)
    show(request, "exhibit", on=found)
    power = evidence.legal_power(found.power)
    context = {
        "exhibit": found,
        "power": power.title if power else found.power,
        "sight": found.sight(request.actor),
        "panels": panels("exhibit", request, found),
        "keeping": keeping(request, found, found.case),
        "seized": date_format(localtime(found.seized_at), "d/m/Y" if found.only_the_day else "d/m/Y H:i"),
    }
    return render(request, "exhibit.html", context)


@page
def person(request: Request, person_id: int) -> HttpResponse:
    """Show a person, as each room knows them."""
    found = find(Person.objects.visible_to(request.actor).select_related("controller"), pk=person_id)
    if survivor := sameness.survivor_of(found):
        return redirect("person", person_id=survivor)
    drawn = panels("person", request, found)
    show(
        request,
        "person",
        on=found,
        power=sameness.power_over(found, by=request.actor),
        persons=[str(one) for one in sameness.one_person(found)],
        **_listed(drawn),
    )
    return render(request, "person.html", {"person": found, "panels": drawn, "keeping": keeping(request, found)})


@page
def organisation(request: Request, organisation_id: int) -> HttpResponse:
    """Show an organisation, as each room knows it."""
    found = find(Organisation.objects.visible_to(request.actor).select_related("controller"), pk=organisation_id)
    if survivor := sameness.survivor_of(found):
        return redirect("organisation", organisation_id=survivor)
    drawn = panels("organisation", request, found)
    show(request, "organisation", on=found, **_listed(drawn))
    return render(request, "organisation.html", {"organisation": found, "panels": drawn})


def sent_too_late(request: Request, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Refuse a form whose session has changed; what the same officer typed waits on the form, drawn afresh."""
    if not request.POST.get(typed.MARK):
        return render(request, "403_csrf.html", status=403)
    if request.actor.id is None:
        return typed.turn_away(request)
    return redirect(request.get_full_path()) if typed.keep(request) else render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is no such page, or none that this officer may see."""
    return render(request, "404.html", status=404)
