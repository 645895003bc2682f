"""Which erasures wait for my word? Those that somebody else proposed, where I may approve; the law gives them a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Case, DateTimeField, F, When
from django.urls import reverse

from longstone.kernel import erasures
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.erasures import Erasure
from longstone.kernel.web.clock_piles import Share, clock_piles
from longstone.kernel.web.piles import Line, Pile, by_run

DOOR = "Prepare"
DECIDED = "erasure_decided"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give the erasures that wait for a second person, and those of their own that press."""
    seen = Erasure.objects.visible_to(by)
    if forces := by.controllers_with(erasures.APPROVE):
        rows = seen.filter(approved=None, controller__in=forces).exclude(proposed_by_id=by.staff)
        rows, near = rows.annotate(run_due=asking.run_of("erasure", DECIDED)), asking.warned(DECIDED, at)
        since = Case(When(run_due__lte=near, then=F("run_due")), default=F("proposed_at"), output_field=DateTimeField())
        yield Pile(rows, by_run(at, near), since, lambda pks: _told(by, pks, at))
    rest = seen.exclude(approved=None, controller__in=forces) | seen.filter(proposed_by_id=by.staff)
    share = Share(rest, [one.id for one in asking.of_kind("erasure")], "Your force answers for it in a month.")
    yield from clock_piles([share], names, by=by, at=at)


def _told(by: Actor, pks: Iterable[int], at: datetime) -> Mapping[int, Line]:
    rows = Erasure.objects.visible_to(by).filter(pk__in=list(pks)).select_related("entry")
    return {one.pk: _line(one, at) for one in rows}


def _line(one: Erasure, at: datetime) -> Line:
    when = f"proposed {asking.how_long((at - one.proposed_at).total_seconds())} ago by {one.proposed_by}"
    what = f"Approve or refuse an erasure: {erasures.title_of(one.ground)}"
    return Line(what, "It takes two people, and you may be the second.", "Decide", reverse("erasure_approve", args=[one.pk]), when)  # fmt: skip


def names(by: Actor, pks: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name erasures, and say where they are listed."""
    found = Erasure.objects.visible_to(by).filter(pk__in=list(pks))
    return {
        one.pk: (f"{erasures.title_of(one.ground)}, proposed by {one.proposed_by}", reverse("erasures"))
        for one in found
    }
