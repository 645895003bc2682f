"""What do exhibits want of me? Offers to accept, and what I or my role must know of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Case, DateTimeField, F, Q, When
from django.urls import reverse

from longstone.evidence.models import Exhibit
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.web.clock_piles import Share, clock_piles
from longstone.kernel.web.piles import Line, Pile, by_run
from longstone.people.queries import told_as

DOOR = "Pursue"
ACCEPTED = "exhibit_accepted"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give the offers that wait for the officer, and the deadlines of what they offered or their role is told of."""
    seen = Exhibit.objects.visible_to(by)
    yield _offers(by, at)
    clocks = [one.id for one in asking.of_kind("exhibit")]
    shares = [Share(seen.filter(holder=by.id), clocks, "It is in your hands, and yours to answer for.")]
    for clock in asking.of_kind("exhibit"):
        forces, teams = told_as(by, roles=clock.tells, at=at)
        if forces or teams:
            others = seen.filter(Q(controller__in=forces) | Q(case__team__in=teams))
            others = others.exclude(holder=by.id).exclude(offered_to=by.id)
            shares.append(Share(others, [clock.id], "Your role is told of it.", acts=True))
    yield from clock_piles(shares, names, by=by, at=at)


def _offers(by: Actor, at: datetime) -> Pile:
    rows = Exhibit.objects.visible_to(by).filter(state="offered", offered_to=by.id)
    rows, near = rows.annotate(run_due=asking.run_of("exhibit", ACCEPTED)), asking.warned(ACCEPTED, at)
    since = Case(When(run_due__lte=near, then=F("run_due")), default=F("since"), output_field=DateTimeField())
    return Pile(rows, by_run(at, near), since, lambda pks: _told(by, pks, at))


def _told(by: Actor, pks: Iterable[int], at: datetime) -> Mapping[int, Line]:
    rows = Exhibit.objects.visible_to(by).filter(pk__in=list(pks)).select_related("holder", "case")
    return {one.pk: _line(one, at) for one in rows}


def _line(one: Exhibit, at: datetime) -> Line:
    waits = asking.how_long((at - one.since).total_seconds())
    when = f"offered {asking.moment_of(one.since)}, {waits} ago"
    what = f"Accept or decline {one.reference}: {one.description}"
    return Line(what, f"{one.holder} offers it to you.", "Accept", reverse("evidence:accept", args=[one.pk]), when)


def names(by: Actor, pks: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name exhibits, and say where their pages are."""
    found = Exhibit.objects.visible_to(by).filter(pk__in=list(pks)).select_related("case")
    return {
        one.pk: (f"{one.reference} of {one.case.reference}, {one.description}", reverse("exhibit", args=[one.pk]))
        for one in found
    }
