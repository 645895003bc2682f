"""Which enquiries want something of me? Those that nobody has taken yet, for those who answer the inbox, and those that I took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.inbox import rules
from longstone.kernel.inbox.models import Enquiry, EnquiryQuerySet
from longstone.kernel.web.inbox import DOORS
from longstone.kernel.web.piles import WAITING, Line, Pile, always

DOOR = "Protect"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give what waits for anybody who answers, and what waits for the officer's own answer, by the door it belongs to."""
    if not by.holds(rules.ANSWER):
        return
    seen = Enquiry.objects.visible_to(by).defer("answers", "reply")
    for door, (_, where, _, _) in DOORS.items():
        yield _pile(seen.filter(where, state="received"), door, at)
        yield _pile(seen.filter(where, state="accepted", owner_id=by.staff), door, at)


def _pile(rows: EnquiryQuerySet, door: str, at: datetime) -> Pile:
    return Pile(rows, always(WAITING), F("arrived_at"), lambda pks: _told(rows, pks, at), door=door)


def _told(rows: EnquiryQuerySet, pks: Iterable[int], at: datetime) -> Mapping[int, Line]:
    return {one.pk: _line(one, at) for one in rows.filter(pk__in=list(pks))}


def _line(one: Enquiry, at: datetime) -> Line:
    mine = one.state == "accepted"
    what = f"{'Answer' if mine else 'Accept or refuse'} {one.reference}: {one.title}"
    why = "You accepted it." if mine else "It is nobody’s yet, and you answer the inbox."
    when = f"arrived {asking.how_long((at - one.arrived_at).total_seconds())} ago"
    return Line(what, why, "Open", reverse("enquiry", args=[one.pk]), when)
