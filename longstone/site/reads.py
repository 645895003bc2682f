"""Who has read of this person? One page, for the data protection officer and the auditor; to look at it is itself a read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from longstone.cases import queries as cases
from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.web.pages import page
from longstone.kernel.web.request import Request, show
from longstone.people import reads, rules, sameness
from longstone.people.models import Person

MANY = 50
COLUMNS = ["When", "Who", "What", "Under which power", "Reason"]
PAGES = {
    "person": "their page",
    "persons": "a search or list of persons",
    "search": "a search for anything",
    "case": "a case they are in",
    "record a person": "a new record was compared with theirs",
}

POWERS = dict.fromkeys(("person", "persons", "search"), "see people")  # which alone shows them, if no power is told


@page
def person_reads(request: Request, person_id: int) -> HttpResponse:
    """Tell who has read anything of a person: when, where, under which power and for what reason."""
    may = rules.may_read_who_read(by=request.actor)
    if not may:
        raise NotPermitted(may.refusal)
    person = Person.objects.visible_to(request.actor).filter(pk=person_id).first()
    start = _start(request)
    records, but = sameness.one_person(person) if person else [person_id], cases.never_told_of(by=request.actor)
    found = reads.reads_of(records, by=request.actor, start=start, many=MANY, but=but)
    if person is None and not found:
        raise NotVisible
    show(request, "who has read", on=person, persons=[str(person_id)], ids=[one.id for one in found[:MANY]])
    context = {
        "person": person,
        "number": person_id,
        "columns": COLUMNS,
        "rows": _rows(request, found[:MANY]),
        "start": start,
    }
    context |= {"before": max(start - MANY, 0) if start else None, "after": start + MANY if len(found) > MANY else None}
    return render(request, "person_reads.html", context)


def _start(request: Request) -> int:
    told = request.GET.get("from", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0  # noqa: PLR2004


def _rows(request: Request, found: Iterable[reads.WasRead]) -> list[list[Any]]:
    told = [(one, one.told) for one in found]
    reasons = cases.reasons_of({number for _, facts in told for number in facts.get("glass", [])}, by=request.actor)
    return [
        [
            one.at,
            one.by_name,
            _what(one, facts),
            facts.get("power") or POWERS.get(_register(one), "not said"),
            _why(facts, reasons),
        ]
        for one, facts in told
    ]


def _register(one: reads.WasRead) -> str:
    return one.event.removesuffix(".read")


def _what(one: reads.WasRead, facts: dict[str, Any]) -> str:
    register = _register(one)
    where = PAGES.get(register, register)
    if searched := _looked_for(facts.get("filter") or facts.get("find")):
        where = f"{where}, looking for “{searched}”"
    return f"{where}: {facts['page']}" if facts.get("page") else where


def _looked_for(told: Any) -> str:
    """Give the words that were looked for; a list tells them among what else was chosen."""
    return str(told.get("find", "")) if isinstance(told, dict) else str(told or "")


def _why(facts: dict[str, Any], reasons: dict[int, str]) -> str:
    """Give the reasons for which glass was broken, but for that of a case of which the reader learns nothing."""
    return "; ".join(reasons[number] for number in facts.get("glass", []) if number in reasons) or "–"
