"""What do examinations want of me? Findings to read, and what is late in the examiner's queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse

from longstone.evidence import queries
from longstone.evidence.models import Examination
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.web.clock_piles import Share, clock_piles
from longstone.kernel.web.piles import WAITING, Line, Pile, always
from longstone.people.queries import told_as

DOOR = "Prepare"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give the findings that the officer has not read, and the deadlines of their cases' examinations."""
    if by.holds("read catalogues"):
        yield _findings(by, at)
    seen, clocks = Examination.objects.visible_to(by), asking.of_kind("examination")
    mine = seen.filter(copy__exhibit__case__officer=by.id)
    shares = [Share(mine, [one.id for one in clocks], "You have its case.")]
    for clock in clocks:
        forces, teams = told_as(by, roles=clock.tells, at=at)
        if forces or teams:
            others = seen.filter(Q(controller__in=forces) | Q(copy__exhibit__case__team__in=teams))
            others = others.exclude(copy__exhibit__case__officer=by.id)
            shares.append(Share(others, [clock.id], "Your role is told of it.", acts=True))
    yield from clock_piles(shares, names, by=by, at=at)


def _findings(by: Actor, at: datetime) -> Pile:
    return Pile(queries.findings_unread(by=by), always(WAITING), F("finished_at"), lambda pks: _told(by, pks, at))


def _told(by: Actor, pks: Iterable[int], at: datetime) -> Mapping[int, Line]:
    rows = queries.findings_unread(by=by).filter(pk__in=list(pks)).select_related("copy__exhibit__case")
    return {one.pk: _line(one, one.finished_at, at) for one in rows}  # type: ignore[attr-defined]  # annotated


def _line(one: Examination, ended: datetime, at: datetime) -> Line:
    exhibit = one.copy.exhibit
    unread = "" if one.complete else ": not everything could be read"
    when = f"finished {asking.how_long((at - ended).total_seconds())} ago{unread}"
    what = f"Read what was found on {exhibit.reference} of {exhibit.case.reference}: {one.copy.name}"
    return Line(what, "You have the case, or asked for it.", "Read", reverse("evidence:catalogue", args=[one.copy_id]), when)  # fmt: skip


def names(by: Actor, pks: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name examinations by their copies, and say where their exhibits' pages are."""
    rows = Examination.objects.visible_to(by).filter(pk__in=list(pks))
    found = rows.select_related("copy__exhibit__case")
    return {
        one.pk: (
            f"{one.copy.name} of {one.copy.exhibit.reference}, {one.copy.exhibit.case.reference}",
            reverse("exhibit", args=[one.copy.exhibit_id]),
        )
        for one in found
    }
