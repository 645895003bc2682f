"""Which broken glass must I judge? All of my force's that somebody else broke; it comes before everything, for I am told at once (D21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from longstone.cases import queries
from longstone.cases.models import Glass
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.web.piles import NOW, Line, Pile, always

DOOR = "Pursue"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give the broken glass that waits for this officer's review."""
    if by.holds("review broken glass"):
        yield Pile(queries.glass_to_review(by=by), always(NOW), F("since"), lambda pks: _told(by, pks, at))


def _told(by: Actor, pks: Iterable[int], at: datetime) -> Mapping[int, Line]:
    rows = Glass.objects.visible_to(by).filter(pk__in=list(pks)).select_related("staff")
    return {one.pk: _line(one, at) for one in rows}


def _line(one: Glass, at: datetime) -> Line:
    when = f"broken {asking.how_long((at - one.since).total_seconds())} ago"
    what = f"{one.staff} opened case {one.case_label}, which was closed to them: review it"
    return Line(what, f"Their reason: {one.reason}", "Review", reverse("cases:review-glass", args=[one.pk]), when)
