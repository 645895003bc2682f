"""What runs out? My own training, certificates and vetting; and those of my force's people, for whoever keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Case, DateTimeField, F, IntegerField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking, shelf
from longstone.kernel.web.piles import DUE, LATE, Line, Pile
from longstone.people.models import Competence, CompetenceQuerySet, Staff
from longstone.people.queries import running_out, told_as

DOOR = "Prepare"
ENDS = "competence_ends"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give what runs out soon, or has lately, and was not renewed."""
    clock = shelf.clocks()[ENDS]
    found = running_out(timedelta(hours=clock.warn_hours), at=at)
    yield _pile(found.filter(holder=by.id), "It is your own.", at)
    forces, _ = told_as(by, roles=clock.tells, at=at)
    if forces:
        serving = Staff.objects.visible_to(by).serving().filter(controller__in=forces).exclude(pk=by.staff)
        yield _pile(found.filter(holder__in=serving), "Your role is told of it.", at)


def _pile(rows: CompetenceQuerySet, why: str, at: datetime) -> Pile:
    today = timezone.localdate(at)
    band = Case(When(to_on__lte=today, then=Value(LATE)), default=Value(DUE), output_field=IntegerField())
    return Pile(rows, band, Cast(F("to_on"), DateTimeField()), partial(_told, rows, why, at))


def _told(rows: CompetenceQuerySet, why: str, at: datetime, pks: Iterable[int]) -> Mapping[int, Line]:
    return {one.pk: _line(one, why, at) for one in rows.filter(pk__in=list(pks)).select_related("holder")}


def _line(one: Competence, why: str, at: datetime) -> Line:
    assert one.to_on
    left = (one.to_on - timezone.localdate(at)).days
    long = asking.how_long(abs(left) * 86400) if left else "today"
    when = f"{long} left" if left > 0 else f"ran out {long} ago" if left else "runs out today"
    url = reverse("people:colleague", args=[one.holder_id])
    return Line(
        f"Renew {one.kind}: {one}, {one.holder}", why, "Open", url, f"{when}, not valid from {one.to_on:%d/%m/%Y}"
    )
