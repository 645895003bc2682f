"""When is a thing due, and is it late? Worked out from what happened, each with its moment; nothing here reads a clock or a row.

A run is one counting of one clock on one thing: from what starts it to what ends it. Hours and minutes are counted as they pass (UTC).
Days and months are London's: the day on which a run starts is not counted, and it is due as the last counted day ends. A day does not
count if the clock stood paused as that day began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.clocks.days import A_DAY, Calendar, after, begins, london_day, months_after, working_or_next
from longstone.kernel.verdict import YES, Verdict, first_no, no

MINUTES, HOURS = "minutes", "hours"
WORKING_DAYS, CALENDAR_DAYS, MONTHS = "working_days", "calendar_days", "months"
ELAPSED = {MINUTES: timedelta(minutes=1), HOURS: timedelta(hours=1)}
RUNNING, PAUSED, MET, MET_LATE, BREACHED, STOPPED = "running", "paused", "met", "met late", "breached", "stopped"
UNDONE = "undone"  # never ran: what is past was entered later, and shows it
EXPLAIN = "explain breaches"
Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Terms:
    """How long something may take; a calendar moves a last day that is no working day to the next."""

    lasts: int
    unit: str
    calendar: Calendar | None = None


@dataclass(frozen=True)
class Reads:
    """By which happenings a clock is started, ended, stopped, paused and resumed."""

    starts: frozenset[str]
    ends: frozenset[str]
    stops: frozenset[str] = frozenset()
    pauses: frozenset[str] = frozenset()
    resumes: frozenset[str] = frozenset()


NONE: Mapping[int, Reads] = MappingProxyType({})


@dataclass(frozen=True)
class Fact:
    """That something happened, and when; its number is its row's."""

    event: str
    at: datetime
    number: int = 0


@dataclass(frozen=True)
class Run:
    """One counting, from its start to its end: `how` it ended is met or stopped, or nothing yet."""

    start: Fact
    pauses: tuple[Pause, ...] = ()
    end: Fact | None = None
    how: str = ""

    @property
    def paused_at(self) -> datetime | None:
        """Say since when it stands paused, if it does."""
        return self.pauses[-1][0] if self.pauses and self.pauses[-1][1] is None else None


class OfRun(Protocol):
    """What a rule needs to know of a run's row."""

    @property
    def controller_id(self) -> int: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def explained_by(self) -> str: ...


def runs(reads: Reads, facts: Iterable[Fact], kept: Mapping[int, Reads] = NONE) -> list[Run]:
    """Work out every run of a clock on one thing from all that happened to it; what changes nothing is passed over.

    What both ends and starts, such as a review, begins the next run only if it ended one. `kept` says by what those are
    counted that began before: a run keeps what it began with, and the next one begins by `reads`.
    """
    done: list[Run] = []
    now: Run | None = None
    by = reads
    for fact in sorted(facts, key=lambda one: (one.at, one.number)):
        its = kept.get(fact.number, reads)
        if now is None:
            now, by = Run(fact) if fact.event in its.starts - its.ends else None, its
        elif fact.event in by.ends | by.stops:
            done.append(replace(now, end=fact, how=MET if fact.event in by.ends else STOPPED))
            now, by = Run(fact) if fact.event in its.starts else None, its
        else:
            now = _paused_or_resumed(by, now, fact)
    return [*done, now] if now else done


def _paused_or_resumed(reads: Reads, run: Run, fact: Fact) -> Run:
    if fact.event in reads.pauses and run.paused_at is None:
        return replace(run, pauses=(*run.pauses, (fact.at, None)))
    if fact.event in reads.resumes and run.paused_at is not None:
        return replace(run, pauses=(*run.pauses[:-1], (run.paused_at, fact.at)))
    return run


def due(terms: Terms, since: datetime, pauses: Sequence[Pause] = ()) -> datetime | None:
    """Give the moment from which a run is late; none while it stands paused. A pause after that moment changes nothing."""
    closed: list[tuple[datetime, datetime]] = []
    for paused, resumed in pauses:
        so_far = _due(terms, utc(since), closed)
        if paused >= so_far:
            return so_far
        if resumed is None:
            return None
        closed.append((utc(paused), utc(resumed)))
    return _due(terms, utc(since), closed)


def utc(moment: datetime) -> datetime:
    """Give a moment in UTC: Python adds hours to a London time as if the clocks never changed."""
    return moment.astimezone(UTC)


def _due(terms: Terms, since: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> datetime:
    if terms.unit in ELAPSED:
        return since + terms.lasts * ELAPSED[terms.unit] + sum((end - start for start, end in pauses), timedelta())
    last = last_day(terms, london_day(since), pauses)
    return begins(last + A_DAY)


def last_day(terms: Terms, first: date, pauses: Sequence[tuple[datetime, datetime]] = ()) -> date:
    """Give the last day on which something is in time."""
    if terms.unit == WORKING_DAYS:
        if terms.calendar is None:
            raise ValueError("Working days are those of a calendar. Name it.")
        working = terms.calendar.is_working
        return after(first, terms.lasts, lambda day: working(day) and not _stood(day, pauses))
    if terms.unit == MONTHS:
        stood = sum(_days_stood(one) for one in pauses)
        last = months_after(first, terms.lasts) + stood * A_DAY
    else:
        last = after(first, terms.lasts, lambda day: not _stood(day, pauses))
    return working_or_next(last, terms.calendar) if terms.calendar else last


def _stood(day: date, pauses: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(start <= begins(day) < end for start, end in pauses)


def _days_stood(pause: tuple[datetime, datetime]) -> int:
    first, last = london_day(pause[0]), london_day(pause[1])
    return sum(_stood(first + n * A_DAY, [pause]) for n in range((last - first).days + 1))


def elapsed(run: Run, at: datetime) -> timedelta:
    """Say how long a run has counted until a moment, or until its end, without its pauses."""
    until = utc(run.end.at if run.end else at)
    stood = (min(utc(end or until), until) - min(utc(start), until) for start, end in run.pauses)
    return until - utc(run.start.at) - sum(stood, timedelta())


def remaining(terms: Terms, run: Run, at: datetime) -> timedelta | None:
    """Say how long is left, or was left at its end; less than nothing is how late it is; none while it stands paused."""
    moment = due(terms, run.start.at, run.pauses)
    return None if moment is None else moment - utc(run.end.at if run.end else at)


def state(terms: Terms, run: Run, at: datetime) -> str:
    """Say how a run stands at a moment."""
    return standing(due(terms, run.start.at, run.pauses), run.end.at if run.end else None, run.how, at)


def standing(due_at: datetime | None, ended_at: datetime | None, how: str, at: datetime) -> str:
    """Say how a run stands whose due moment is known; none is due only while it is paused."""
    if how in {STOPPED, UNDONE}:
        return STOPPED
    late = is_late(due_at, ended_at, at)
    if how == MET:
        return MET_LATE if late else MET
    return BREACHED if late else PAUSED if due_at is None else RUNNING


def is_late(due_at: datetime | None, ended_at: datetime | None, at: datetime) -> bool:
    """Say whether a due moment has come, or had come before the end."""
    return due_at is not None and (ended_at or at) >= due_at


def may_explain(*, by: Actor, run: OfRun, at: datetime) -> Verdict:
    """Say whether the actor may say why something was late."""
    return first_no(
        YES if by.holds(EXPLAIN, controller=run.controller_id) else no("Your role does not let you say why this was late."),
        YES if is_late(run.due_at, run.ended_at, at) else no("This is not late, so there is nothing to explain."),
        no(f"{run.explained_by} has said already why this was late.") if run.explained_by else YES,
    )  # fmt: skip
