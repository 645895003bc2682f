"""What lies behind each door for this officer: what is in it, how much of it is late, and what to do next?

What is in it comes from the rooms' shelf `doors`, as rows that the officer may see and the list that shows just these. What is late and
what comes next is what waits for the officer, as *my work* has it: there is one rule of what is late, and no second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from longstone.kernel.actor import Actor
from longstone.kernel.controllers import Controller
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.register import Ask, Count, Register
from longstone.kernel.register.rows import COUNTED, Rows
from longstone.kernel.scoped import ScopedQuerySet
from longstone.kernel.web import shelf
from longstone.kernel.web.piles import LATE, WORDS, Counts, Line, Pile


@dataclass(frozen=True)
class Thing:
    """One kind of thing behind a door: its rows for somebody, what one and several are called, and where just these are listed."""

    door: str
    one: str
    many: str
    rows: models.QuerySet[Any]
    url: str

    @property
    def counted(self) -> models.QuerySet[Any]:
        """Give the rows to be counted: as many as anybody reads, and one more."""
        if isinstance(self.rows, ScopedQuerySet):
            self.rows._checked()  # noqa: SLF001 - its own kind
        return self.rows.order_by().values("pk")[: COUNTED + 1]


@dataclass(frozen=True)
class Inside:
    """A thing that was counted."""

    thing: Thing
    count: Count

    def __str__(self) -> str:
        return f"{self.count} {self.thing.one if self.count.number == 1 else self.thing.many}"


@dataclass(frozen=True)
class Doorway:
    """One door, for one officer; `has_any` says whether anything behind it can be theirs at all."""

    inside: list[Inside]
    waits: Mapping[int, int] = field(default_factory=dict)
    next: Line | None = None
    next_id: str = ""
    has_any: bool = False

    @property
    def late(self) -> int:
        """Count what is late."""
        return self.waits.get(LATE, 0)

    @property
    def said(self) -> str:
        """Say in a sentence how it stands behind the door, where there is nothing to list or to do."""
        if not self.has_any:
            return "There is nothing behind this door for your role."
        if not self.inside and not any(self.waits.values()):
            return "There is nothing in here at this moment."
        return "" if any(self.waits.values()) else "Nothing in here waits for you."


class Counted(models.Subquery):
    """How many rows a query gives; none where it is known without asking that it has none, as of what nobody may see."""

    empty_result_set_value: Any = 0
    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field: Any = models.IntegerField()


def of_list(door: str, register: Register, one: str, many: str, *, by: Actor, **chosen: str) -> Iterator[Thing]:
    """Give what a list holds, narrowed as its own filters narrow it; nothing if the list is not for this actor."""
    try:
        source = register.rows(by=by)
    except NotPermitted:
        return
    assert isinstance(source, Rows)
    assert register.page
    ask = Ask(chosen=chosen, fixed=register.fixed)
    yield Thing(door, one, many, source.asked(ask), register.page() + (ask.address() if chosen else ""))


def things(*, by: Actor, at: datetime) -> list[Thing]:
    """Ask every room what lies behind the doors for somebody."""
    return [thing for room in shelf.modules("doors") for thing in room.things(by, at)]


def doorways(
    names: Iterable[str], *, by: Actor, at: datetime, piles: Sequence[Pile], counts: Counts, firsts: Mapping[str, tuple[str, Line]]
) -> dict[str, Doorway]:  # fmt: skip
    """Tell how it stands behind some doors, for somebody whose piles have been counted."""
    inside = _inside([one for one in things(by=by, at=at) if one.door in set(names)], by=by)
    return {name: _doorway(name, inside, piles, counts, firsts.get(name)) for name in names}


def _inside(found: list[Thing], *, by: Actor) -> list[Inside]:
    """Count all things at once."""
    if not found or by.controller is None:
        return []
    asked = Controller.objects.filter(pk=by.controller).values_list(*(Counted(one.counted) for one in found))
    numbers = asked.first() or ()
    return [Inside(one, Count(min(n, COUNTED), whole=n <= COUNTED)) for one, n in zip(found, numbers, strict=False)]


def _doorway(
    name: str, inside: list[Inside], piles: Sequence[Pile], counts: Counts, first: tuple[str, Line] | None
) -> Doorway:
    here = [one for one in inside if one.thing.door == name]
    waits = {band: sum(counts[n, band] for n, pile in enumerate(piles) if pile.door == name) for band in WORDS}  # fmt: skip
    ident, line = first or ("", None)
    return Doorway([one for one in here if one.count.number], waits, line, ident, bool(here or any(waits.values())))
