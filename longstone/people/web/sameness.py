"""The pages of two records that may be of one: what speaks for it and against, merging them, and undoing that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.request import Request, show
from longstone.people import commands, rules, sameness
from longstone.people.commands.matching import may_merge, may_unmerge
from longstone.people.models import Organisation, Person
from longstone.people.web.forms import ReasonForm


def _person(request: Request, person_id: int) -> Person:
    return find(Person.objects.visible_to(request.actor).select_related("controller"), pk=person_id)


def _organisation(request: Request, organisation_id: int) -> Organisation:
    return find(Organisation.objects.visible_to(request.actor).select_related("controller"), pk=organisation_id)


@page
def persons_alike(request: Request, person_id: int) -> HttpResponse:
    """List the records that may be of the same person, each with what speaks for it and against."""
    person = _person(request, person_id)
    found = sameness.candidates(person, by=request.actor)
    show(
        request,
        "person",
        on=person,
        page="the same person",
        power="see people",
        persons=[str(one.pk) for one in [person, *found]],
    )
    rows = [(one, *rules.compare(person, one), reverse("people:merge", args=[one.pk, person.pk])) for one in found]
    context = {"subject": person, "rows": rows, "back": reverse("person", args=[person.pk]), "page_of": "person"}
    return render(request, "people/alike.html", context)


def _day(moment: date | None) -> str:
    return date_format(localtime(moment) if isinstance(moment, datetime) else moment, "d/m/Y") if moment else ""


@page
def merge(request: Request, record_id: int, survivor_id: int) -> HttpResponse:
    """Lay two records of persons side by side, and merge one into the other."""
    record, survivor = _person(request, record_id), _person(request, survivor_id)
    show(request, "person", on=record, page="merge", power="see people", persons=[str(record.pk), str(survivor.pk)])
    speaks_for, against = rules.compare(record, survivor)
    sides = [
        ("Family name", record.family_name, survivor.family_name), ("Given names", record.given_names, survivor.given_names),
        ("Born", _day(record.born_on), _day(survivor.born_on)), ("Safe contact", record.safe_contact, survivor.safe_contact),
        ("Never contact by", record.never_contact_by, survivor.never_contact_by), ("Record of", record.controller, survivor.controller),
        ("Recorded", _day(record.recorded_at), _day(survivor.recorded_at)),
    ]  # fmt: skip
    told = {
        "sides": sides,
        "for": speaks_for,
        "against": against,
        "swapped": reverse("people:merge", args=[survivor.pk, record.pk]),
    }
    return _merge(request, record, survivor, told, commands.merge_persons, "person", "people:alike")


@page
def organisations_alike(request: Request, organisation_id: int) -> HttpResponse:
    """List the records that may be of the same organisation."""
    organisation = _organisation(request, organisation_id)
    found = sameness.organisations_like(organisation, by=request.actor)
    show(request, "organisation", on=organisation, page="the same organisation", ids=[one.pk for one in found])
    rows: list[tuple[Any, ...]] = [(one, ["The names are spelt alike."], [], reverse("people:merge-organisations", args=[one.pk, organisation.pk])) for one in found]  # fmt: skip
    back = reverse("organisation", args=[organisation.pk])
    return render(
        request, "people/alike.html", {"subject": organisation, "rows": rows, "back": back, "page_of": "organisation"}
    )


@page
def merge_organisations(request: Request, record_id: int, survivor_id: int) -> HttpResponse:
    """Lay two records of organisations side by side, and merge one into the other."""
    record, survivor = _organisation(request, record_id), _organisation(request, survivor_id)
    show(request, "organisation", on=record, page="merge", ids=[survivor.pk])
    sides = [
        ("Name", record.name, survivor.name), ("Kind", record.kind, survivor.kind), ("Contact", record.contact, survivor.contact),
        ("Record of", record.controller, survivor.controller), ("Recorded", _day(record.recorded_at), _day(survivor.recorded_at)),
    ]  # fmt: skip
    same_kind = record.kind == survivor.kind
    told = {
        "sides": sides,
        "for": ["The kind is the same."] if same_kind else [],
        "against": [] if same_kind else ["The kinds differ."],
    }
    told["swapped"] = reverse("people:merge-organisations", args=[survivor.pk, record.pk])
    return _merge(
        request, record, survivor, told, commands.merge_organisations, "organisation", "people:organisations-alike"
    )


def _merge(
    request: Request, record: Any, survivor: Any, told: dict[str, Any], command: Callable[..., Any], page_of: str, alike: str
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {
        "title": "Are these the same?",
        "caption": f"{record} and {survivor}",
        "button": f"Merge into {survivor}",
    }
    context |= {"back": reverse(alike, args=[survivor.pk]), "told": told, "record": record, "survivor": survivor}
    return act(
        request, template="people/merge.html", form=ReasonForm(request.POST or None), command=command, context=context,
        may=may_merge(by=request.actor, record=record, survivor=survivor), record=record, survivor=survivor,
        done=lambda _: (f"{record} is merged into {survivor}. It can be undone.", reverse(page_of, args=[survivor.pk])),
    )  # fmt: skip


@page
def unmerge(request: Request, person_id: int) -> HttpResponse:
    """Undo the merge of a person's record."""
    record = _person(request, person_id)
    show(request, "person", on=record, page="undo the merge", power="see people")
    return _unmerge(request, record, commands.unmerge_persons, "person")


@page
def unmerge_organisations(request: Request, organisation_id: int) -> HttpResponse:
    """Undo the merge of an organisation's record."""
    record = _organisation(request, organisation_id)
    show(request, "organisation", on=record, page="undo the merge")
    return _unmerge(request, record, commands.unmerge_organisations, "organisation")


def _unmerge(request: Request, record: Any, command: Callable[..., Any], page_of: str) -> HttpResponse:
    where = reverse(page_of, args=[sameness.survivor_of(record) or record.pk])
    context = {"title": f"Undo the merge of {record}", "button": "Undo it", "back": where}
    return act(
        request, form=ReasonForm(request.POST or None), command=command, context=context, record=record,
        may=may_unmerge(by=request.actor, record=record), done=lambda _: ("Undone. Both records are what they were.", reverse(page_of, args=[record.pk])),
    )  # fmt: skip
