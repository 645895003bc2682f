"""How does a clock stand in somebody's work? What is late or nearly due on their things, and what was late without a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse

from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking, rules
from longstone.kernel.clocks.models import ClockRun
from longstone.kernel.scoped import ScopedQuerySet
from longstone.kernel.web.piles import WAITING, Line, Pile, always, by_due

BY_MOMENT = ("the_moment",)
Names = Callable[
    [Actor, Iterable[int]], Mapping[int, tuple[str, str]]
]  # what things are called, and where their pages are


@dataclass(frozen=True)
class Share:
    """Some things whose clocks are somebody's business, and why; `acts` says that it is theirs to do what is due."""

    things: ScopedQuerySet[Any]
    clocks: list[str]
    why: str
    acts: bool = field(default=False)


def clock_piles(shares: Iterable[Share], names: Names, *, by: Actor, at: datetime) -> Iterator[Pile]:
    """Give what is late or nearly due by these clocks, and what ended late and wants a reason."""
    for one in shares:
        if one.clocks:
            told = _Telling(one, names, by, at)
            yield Pile(
                asking.pressing(one.clocks, one.things, at), by_due("due_at", at), F("due_at"), told.pressing, BY_MOMENT
            )
            if by.holds(rules.EXPLAIN):
                yield Pile(
                    asking.unexplained(one.clocks, one.things),
                    always(WAITING),
                    F("due_at"),
                    told.unexplained,
                    BY_MOMENT,
                )


@dataclass(frozen=True)
class _Telling:
    """Writes the lines of one share of the clocks."""

    share: Share
    names: Names
    by: Actor
    at: datetime

    def pressing(self, pks: Iterable[int]) -> dict[int, Line]:
        """Write the lines of what is late or nearly due."""
        return self._lines(pks, self._pressing)

    def unexplained(self, pks: Iterable[int]) -> dict[int, Line]:
        """Write the lines of what was late."""
        return self._lines(pks, self._unexplained)

    def _lines(self, pks: Iterable[int], line: Callable[[ClockRun, str, str], Line]) -> dict[int, Line]:
        runs = asking.in_bulk(pks)
        names = self.names(self.by, {one.on_id for one in runs.values()})
        return {pk: line(one, *names.get(one.on_id, ("", ""))) for pk, one in runs.items()}

    def _pressing(self, run: ClockRun, name: str, url: str) -> Line:
        page = run.told_by.page if run.told_by and self.share.acts else None
        where = reverse(page, args=[run.on_id]) if page else url
        return Line(f"{run.title}: {name}", self.share.why, "Open", where, self._when(run), self._explain(run))

    def _when(self, run: ClockRun) -> str:
        if run.due_at is None:
            return asking.said_due(run)
        long = asking.how_long((run.due_at - self.at).total_seconds())
        return (
            f"{long} late, {asking.said_due(run)}" if run.due_at <= self.at else f"{long} left, {asking.said_due(run)}"
        )

    def _explain(self, run: ClockRun) -> tuple[str, str] | None:
        wanted = run.told_by and run.told_by.reason_needed and not run.explained_by
        may = rules.may_explain(by=self.by, run=run, at=self.at)
        return ("Say why it is late", reverse("clock_explain", args=[run.pk])) if wanted and may else None

    def _unexplained(self, run: ClockRun, name: str, url: str) -> Line:  # noqa: ARG002 - its page is the reason's
        assert run.due_at
        assert run.ended_at
        long = asking.how_long((run.ended_at - run.due_at).total_seconds())
        when = f"{long} late: {asking.said_due(run)}, ended {asking.moment_of(run.ended_at)}"
        where = reverse("clock_explain", args=[run.pk])
        return Line(f"Say why it was late: {run.title.lower()}, {name}", self.share.why, "Say why", where, when)
