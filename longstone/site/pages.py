"""The front door: what is mine to do, the four doors, and the pages of a case and of an exhibit."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from longstone.cases.models import Case
from longstone.evidence import queries as evidence
from longstone.evidence.models import Exhibit
from longstone.kernel.alarms import open_alarms
from longstone.kernel.web.pages import find, page
from longstone.kernel.web.panels import panels
from longstone.kernel.web.request import Request, show
from longstone.site.frame import navigation


@page
def home(request: Request) -> HttpResponse:
    """Show what is in the officer's hands, and the doors."""
    held = list(evidence.in_my_hands(by=request.actor)[:20])
    show(request, "home", ids=[one.pk for one in held])
    told = {"held": held, "navigation": navigation().doors, "alarms": open_alarms()}
    return render(request, "home.html", told)


@page
def door(request: Request, name: str) -> HttpResponse:
    """Show what stands behind one door."""
    found = [one for one in navigation().doors if one.name.lower() == name]
    if not found:
        raise Http404
    show(request, "door", door=name)
    return render(request, "door.html", {"door": found[0]})


@page
def case(request: Request, case_id: int) -> HttpResponse:
    """Show a case, as each room knows it."""
    found = find(Case.objects.visible_to(request.actor).select_related("officer", "team", "controller"), pk=case_id)
    show(request, "case", on=found)
    return render(request, "case.html", {"case": found, "panels": panels("case", request, found)})


@page
def exhibit(request: Request, exhibit_id: int) -> HttpResponse:
    """Show an exhibit, as each room knows it."""
    rows = Exhibit.objects.visible_to(request.actor)
    found = find(rows.select_related("case", "holder", "offered_to", "location", "parent"), pk=exhibit_id)
    show(request, "exhibit", on=found)
    power = evidence.legal_power(found.power)
    context = {"exhibit": found, "power": power, "panels": panels("exhibit", request, found)}
    return render(request, "exhibit.html", context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is no such page, or none that this officer may see."""
    return render(request, "404.html", status=404)
