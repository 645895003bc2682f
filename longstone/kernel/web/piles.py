"""What waits for this officer? A question over all rooms, never a table: each room's shelf `work` tells what it knows.

A pile is one kind of thing that can wait: rows that the officer may see, how pressing each is, and how one is told. What is told at once
comes first, then what is late, what is nearly due, then what waits, each the oldest first. Counting and cutting a page are the database's, over all piles at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, IntegerField, Value, When

from longstone.kernel.actor import Actor
from longstone.kernel.scoped import ScopedQuerySet
from longstone.kernel.web import shelf

NOW, LATE, DUE, WAITING = -1, 0, 1, 2  # what somebody is told at once comes before what is late
WORDS = {NOW: "Now", LATE: "Late", DUE: "Due soon", WAITING: "Waiting"}


@dataclass(frozen=True)
class Line:
    """One thing that waits: what it is, why it is this officer's, what to do about it, and until when or since when."""

    what: str
    why: str
    do: str
    url: str
    when: str = ""
    more: tuple[str, str] | None = None  # what else can be done, and where
    band: int = WAITING
    moment: datetime | None = None

    @property
    def word(self) -> str:
        """Say how pressing it is."""
        return WORDS[self.band]


@dataclass(frozen=True)
class Pile:
    """One kind of thing that waits; `tell` writes the lines of some of its rows, by their numbers."""

    rows: models.QuerySet[Any]
    band: Any
    moment: Any
    tell: Callable[[Iterable[int]], Mapping[int, Line]]
    order: tuple[str, ...] = ("the_band", "the_moment")  # by the moment alone, if what is later never presses more
    door: str = ""  # behind which it stands: what its file says, if it does not say so itself

    def sorted(self) -> models.QuerySet[Any]:
        """Give each row with how pressing it is, and by what moment it is ordered."""
        if isinstance(self.rows, ScopedQuerySet):
            self.rows._checked()  # noqa: SLF001 - its own kind
        rows: models.QuerySet[Any] = self.rows.order_by().annotate(the_band=self.band, the_moment=self.moment)
        return rows


@dataclass(frozen=True)
class Work:
    """A page of what waits, with the count of all, by how pressing it is."""

    lines: list[Line]
    ids: list[str]
    counted: Mapping[int, int]
    start: int

    @property
    def total(self) -> int:
        """Count all that waits."""
        return sum(self.counted.values())


def always(band: int) -> Value:
    """Say that everything in a pile is equally pressing."""
    return Value(band, output_field=IntegerField())


def by_due(due: str, at: datetime) -> Case:
    """Say how pressing a thing is by its due moment; it is in the pile because it is nearly due."""
    return Case(When(**{f"{due}__lte": at}, then=Value(LATE)), default=Value(DUE), output_field=IntegerField())


def by_run(at: datetime, near_to: datetime) -> Case:
    """Say how pressing a row is by its annotated run: late, nearly due, or waiting."""
    late, near = When(run_due__lte=at, then=Value(LATE)), When(run_due__lte=near_to, then=Value(DUE))
    return Case(late, near, default=Value(WAITING), output_field=IntegerField())


Counts = Counter[tuple[int, int]]  # by the pile's place and by how pressing


def gather(*, by: Actor, at: datetime) -> list[Pile]:
    """Ask every room what can wait for somebody: each file on its shelf."""
    return [replace(pile, door=pile.door or room.DOOR) for room in shelf.modules("work") for pile in room.piles(by, at)]


def work(*, by: Actor, at: datetime, start: int = 0, many: int = 50, door: str = "") -> Work:
    """Give a part of what waits for somebody, the most pressing first; all of it, or what stands behind one door."""
    piles = [pile for pile in gather(by=by, at=at) if door in ("", pile.door)]
    return page_of(piles, count(piles), start=start, many=many)


def page_of(piles: Sequence[Pile], counts: Counts, *, start: int = 0, many: int = 50) -> Work:
    """Cut a page out of some piles that have been counted."""
    counted = Counter[int]()
    for (_, band), number in counts.items():
        counted[band] += number
    start = start if start < counted.total() else 0
    cut = _cut(piles, start, many)
    told = _told(piles, cut)
    return Work([told[number, pk] for number, _, _, pk in cut], [_named(piles[n], pk) for n, _, _, pk in cut], counted, start)  # fmt: skip


def firsts(piles: Sequence[Pile]) -> dict[str, tuple[str, Line]]:
    """Give the most pressing of all that waits behind each door: which it is, and its line."""
    told = [_first(pile, number, 1) for number, pile in enumerate(piles)]
    found = sorted(told[0].union(*told[1:], all=True), key=lambda one: one[1:3]) if len(told) > 1 else []
    best = {piles[one[0]].door: one for one in reversed(found)}
    lines = _told(piles, list(best.values()))
    return {door: (_named(piles[n], pk), lines[n, pk]) for door, (n, _, _, pk) in best.items()}


def count(piles: Sequence[Pile]) -> Counts:
    """Count all piles at once; a pile that is empty counts for nothing."""
    told = [_bands(pile, number) for number, pile in enumerate(piles)]
    counted: Counts = Counter()
    for number, band, many in told[0].union(*told[1:], all=True) if told else []:
        counted[number, band] += many
    return counted


def _bands(pile: Pile, number: int) -> Any:
    rows = pile.sorted().annotate(the_pile=Value(number, output_field=IntegerField())).values("the_pile", "the_band")
    return rows.annotate(n=models.Count("pk")).values_list("the_pile", "the_band", "n")


def _cut(piles: Sequence[Pile], start: int, many: int) -> list[tuple[int, int, datetime, int]]:
    """Cut one page out of all piles, ordered together."""
    told = [_first(pile, number, start + many) for number, pile in enumerate(piles)]
    if not told:
        return []
    whole = told[0].union(*told[1:], all=True) if len(told) > 1 else told[0]
    return list(whole.order_by("the_band", "the_moment", "the_pile", "the_pk")[start : start + many])


def _first(pile: Pile, number: int, many: int) -> Any:
    """Give as much of a pile as could stand on the page: an index gives it without reading the rest."""
    rows = pile.sorted().annotate(the_pile=Value(number, output_field=IntegerField()), the_pk=models.F("pk"))
    return rows.values_list("the_pile", "the_band", "the_moment", "the_pk").order_by(*pile.order, "pk")[:many]


def _told(piles: Sequence[Pile], cut: list[tuple[int, int, datetime, int]]) -> dict[tuple[int, int], Line]:
    told: dict[tuple[int, int], Line] = {}
    for number in {one[0] for one in cut}:
        lines = piles[number].tell([pk for n, _, _, pk in cut if n == number])
        told |= {(n, pk): replace(lines[pk], band=band, moment=at) for n, band, at, pk in cut if n == number}
    return told


def _named(pile: Pile, pk: int) -> str:
    return f"{pile.rows.model._meta.model_name} {pk}"  # noqa: SLF001
