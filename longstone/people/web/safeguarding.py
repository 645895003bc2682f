"""The pages on which a safeguarding marker is set on a person, reviewed and lifted."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from longstone.kernel.refusals import NotVisible
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.request import Request, show
from longstone.people import commands, rules
from longstone.people.marks import SEES
from longstone.people.models import Marker, Person
from longstone.people.web.forms import MarkerForm, ReasonForm


@page
def set_marker(request: Request, person_id: int) -> HttpResponse:
    """Say whom to ring before anybody makes contact with a person."""
    person = find(Person.objects.visible_to(request.actor), pk=person_id)
    show(request, "person", on=person, page="set a marker", power=SEES)
    back = reverse("person", args=[person.pk])
    context = {"title": "Set a safeguarding marker", "caption": str(person), "button": "Set it", "back": back}
    return act(
        request, form=MarkerForm(request.POST or None), command=commands.safeguard, context=context, person=person,
        may=rules.may_keep_markers(by=request.actor, controller=person.controller_id),
        done=lambda one: (f"From now on whoever looks for them is told to ring {one.team}, and no more.", back),
    )  # fmt: skip


def _marker(request: Request, marker_id: int) -> Marker:
    """Find a marker among those whom the officer may find; to anybody else there is none."""
    found = find(Marker.objects.visible_to(request.actor).select_related("person"), pk=marker_id)
    if not Person.objects.visible_to(request.actor).filter(pk=found.person_id).exists():
        raise NotVisible
    return found


@page
def review_marker(request: Request, marker_id: int) -> HttpResponse:
    """Look at a marker again, and say that it stays."""
    marker = _marker(request, marker_id)
    show(request, "person", on=marker.person, page="review the marker", power=SEES)
    back = reverse("person", args=[marker.person_id])
    initial = {"team": marker.team, "telephone": marker.telephone, "until": marker.until, "reason": marker.reason}
    return act(
        request, form=MarkerForm(request.POST or None, initial=initial), command=commands.review_marker, marker=marker,
        may=rules.may_keep_markers(by=request.actor, controller=marker.controller_id),
        context={"title": "Review the marker", "caption": str(marker.person), "button": "It stays", "back": back},
        done=lambda _: ("The marker stays.", back),
    )  # fmt: skip


@page
def lift_marker(request: Request, marker_id: int) -> HttpResponse:
    """End a marker."""
    marker = _marker(request, marker_id)
    show(request, "person", on=marker.person, page="lift the marker", power=SEES)
    back = reverse("person", args=[marker.person_id])
    return act(
        request, form=ReasonForm(request.POST or None), command=commands.lift_marker, marker=marker,
        may=rules.may_keep_markers(by=request.actor, controller=marker.controller_id),
        context={"title": "Lift the marker", "caption": str(marker.person), "button": "Lift it", "back": back},
        done=lambda _: ("The marker is lifted.", back),
    )  # fmt: skip
