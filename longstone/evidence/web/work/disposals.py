"""Which disposals wait for my word? Those that somebody else proposed, where I may approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from longstone.evidence import rules
from longstone.evidence.models import Disposal
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.web.piles import WAITING, Line, Pile, always

DOOR = "Prepare"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give the disposals that wait for a second person."""
    forces = by.controllers_with("approve disposal")
    if forces:
        rows = Disposal.objects.visible_to(by).filter(state="proposed", controller__in=forces)
        rows = rows.exclude(proposed_by=by.id)
        yield Pile(rows, always(WAITING), F("proposed_at"), lambda pks: _told(by, pks, at))


def _told(by: Actor, pks: Iterable[int], at: datetime) -> Mapping[int, Line]:
    rows = Disposal.objects.visible_to(by).filter(pk__in=list(pks))
    return {one.pk: _line(by, one, at) for one in rows.select_related("copy__exhibit__case", "proposed_by")}


def _line(by: Actor, one: Disposal, at: datetime) -> Line:
    may = rules.may_approve_disposal(by=by, disposal=one)
    when = f"proposed {asking.how_long((at - one.proposed_at).total_seconds())} ago by {one.proposed_by}"
    what = (
        f"Approve or stop the disposal of {one.copy}, {one.copy.exhibit.reference} of {one.copy.exhibit.case.reference}"
    )
    why = "It takes two people, and you may be the second." if may else may.refusal
    return Line(what, why, "Decide", reverse("evidence:disposal-approve", args=[one.pk]), when)
