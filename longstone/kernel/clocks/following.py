"""How do the clocks keep up? After every act, by what it recorded; in its transaction, so that neither is ever without the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from longstone.kernel.clocks import rules, shelf
from longstone.kernel.clocks.days import BeyondCalendar
from longstone.kernel.clocks.models import ClockFact, ClockRun
from longstone.kernel.promises import Happened

COUNTED = ("clock_version", "due_at", "paused_at", "cannot_count", "ended_id", "ended_at", "how")
Known = dict[tuple[str, int], ClockRun]


def follow(happened: Iterable[Happened], entry: Any) -> None:
    """Let the clocks count what one act did to things that any of them counts on."""
    told = {(kind_of(one.to), one.to.pk, one.event): one for one in happened if counts(one)}
    if not told:
        return
    ClockFact.objects.bulk_create(
        ClockFact(on_kind=kind, on_id=pk, event=event, at=one.at, entry_id=getattr(entry, "pk", None))
        for (kind, pk, event), one in told.items()
    )
    for kind in {kind for kind, _, _ in told}:
        here = {pk: one for (of, pk, _), one in told.items() if of == kind}
        since = min(one.at for (of, _, _), one in told.items() if of == kind)
        recount(kind, {pk: one.to.controller_id for pk, one in here.items()}, since=since)


def counts(one: Happened) -> bool:
    """Say whether any clock counts by this."""
    return isinstance(one.to, models.Model) and one.event in shelf.events(kind_of(one.to))


def kind_of(row: Any) -> str:
    """Say what kind of thing a row is, as clocks call it."""
    return str(row._meta.model_name)  # noqa: SLF001


def recount(kind: str, things: Mapping[int, int], *, since: datetime | None = None) -> None:
    """Work out every run on some things afresh from all that happened to them, and keep what differs; each thing has its controller.

    `since` is the moment of what is new: a run that ended before it is told as it was, by the calendar of its time.
    """
    facts, known = _facts(kind, things), _known(kind, things)
    new: list[ClockRun] = []
    for pk, controller in things.items():
        for clock in shelf.counted(kind):
            rows = [one for one in known[pk].values() if one.clock == clock.id]
            found = rules.runs(clock.reads, facts[pk], {one.started_id: _told_by(one).reads for one in rows})
            _undo({run.start.number for run in found}, rows)
            both = [(run, known[pk].get((clock.id, run.start.number))) for run in found]
            new += [_counted(_begun(clock, run, kind, pk, controller), run) for run, row in both if row is None]
            _keep([(run, row) for run, row in both if row is not None and not _over(run, row, since)])
    ClockRun.objects.bulk_create(new)


def _facts(kind: str, things: Iterable[int]) -> dict[int, list[rules.Fact]]:
    found: dict[int, list[rules.Fact]] = defaultdict(list)
    for one in ClockFact.objects.filter(on_kind=kind, on_id__in=list(things)).order_by("at", "pk"):
        found[one.on_id].append(one.plain())
    return found


def _known(kind: str, things: Iterable[int]) -> dict[int, Known]:
    found: dict[int, Known] = defaultdict(dict)
    for one in ClockRun.objects.everything(because="the clocks count on everything, whoever may see it").filter(
        on_kind=kind, on_id__in=list(things)
    ):
        found[one.on_id][one.clock, one.started_id] = one
    return found


def _begun(clock: shelf.Clock, run: rules.Run, kind: str, pk: int, controller: int) -> ClockRun:
    told = {"clock": clock.id, "clock_version": clock.version, "on_kind": kind, "on_id": pk}
    return ClockRun(controller_id=controller, started_id=run.start.number, started_at=run.start.at, **told)


def _over(run: rules.Run, row: ClockRun, since: datetime | None) -> bool:
    """Say whether a run had ended, just so, before what is new."""
    return since is not None and run.end is not None and row.ended_id == run.end.number and run.end.at <= since


def _keep(rows: Iterable[tuple[rules.Run, ClockRun]]) -> None:
    """Write down what is not what it was."""
    for run, row in rows:
        was = [getattr(row, name) for name in COUNTED]
        if was != [getattr(_counted(row, run), name) for name in COUNTED]:
            row.save(update_fields=[name.removesuffix("_id") for name in COUNTED])


def _counted(row: ClockRun, run: rules.Run) -> ClockRun:
    """Let a run's row say what its facts say; a day beyond the calendar leaves it without a due moment, and says why."""
    clock = _told_by(row)
    row.clock_version, row.paused_at, row.cannot_count = clock.version, run.paused_at, ""
    row.ended_id, row.ended_at, row.how = (run.end.number, run.end.at, run.how) if run.end else (None, None, "")
    try:
        row.due_at = rules.due(clock.terms, run.start.at, run.pauses)
    except BeyondCalendar as beyond:
        row.due_at, row.cannot_count = None, beyond.sentence[:400]
    return row


def _told_by(row: ClockRun) -> shelf.Clock:
    """Give the clock in the version that a run began with, or in the newest if that has left the shelf."""
    return shelf.clock(row.clock, row.clock_version) or shelf.clocks()[row.clock]


def _undo(starts: set[int], kept: Iterable[ClockRun]) -> None:
    """End what never ran: something that is past was entered later, and shows that it did not start there."""
    for row in kept:
        if row.started_id not in starts and row.how != rules.UNDONE:
            row.ended_id, row.ended_at, row.how = row.started_id, row.started_at, rules.UNDONE
            row.save(update_fields=["ended", "ended_at", "how"])
