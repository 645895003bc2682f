"""Why was it late? Somebody says so, once. And the clocks catch up with what happened before they were on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models.functions import Now

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.clocks import following, rules, shelf
from longstone.kernel.clocks.models import ClockFact, ClockFollowed, ClockRun, model_of
from longstone.kernel.command import command, hold, require
from longstone.kernel.states import Event
from longstone.kernel.verdict import YES, Verdict, no

KEEP = "keep clocks"
KEEPER = machine("the clock keeper", KEEP, "record past acts")
EVERYTHING = "the clocks count on everything, whoever may see it"
WHAT_RUNS = datetime.max.replace(tzinfo=UTC)  # a new calendar moves what still runs: whatever has ended stands
AT_ONCE = 1000  # things whose runs are worked out together
FROM_THE_LEDGER = """
INSERT INTO kernel_clockfact (on_kind, on_id, event, at, entry_id)
SELECT e.on_kind, e.on_id::bigint, e.event, e.at, e.id FROM ledger_entry e
WHERE e.on_kind = %s AND e.event = %s AND e.on_id ~ '^[0-9]{1,18}$'
  AND NOT EXISTS (SELECT FROM kernel_clockfact f WHERE f.entry_id = e.id AND f.event = e.event)
"""
FROM_THE_MOVES = """
INSERT INTO kernel_clockfact (on_kind, on_id, event, at)
SELECT %s, m.row_id, %s, m.at FROM "{moves}" m
WHERE m.now = %s AND NOT EXISTS (
  SELECT FROM kernel_clockfact f WHERE f.on_kind = %s AND f.on_id = m.row_id AND f.event = %s AND f.at = m.at)
"""


@command
def explain_breach(*, by: Actor, at: datetime, run: ClockRun, reason: str) -> ClockRun:
    """Say why something was late: once, and the reason stays in the record."""
    run = hold(run, by=by)
    require(rules.may_explain(by=by, run=run, at=at))
    require(_said(reason))
    run.why_late, run.explained_by_id, run.explained_by, run.explained_at = reason.strip(), by.staff, by.name, at
    run.explanation_recorded_at = Now()  # the database's own clock
    run.save(update_fields=["why_late", "explained_by_id", "explained_by", "explained_at", "explanation_recorded_at"])
    due = run.due_at.isoformat() if run.due_at else None
    told = {"clock": run.clock, "of": run.on_kind, "id": run.on_id, "due_at": due}
    ledger.record("breach.explained", on=run, by=by, at=at, reason=run.why_late, **told)
    return run


def _said(reason: str) -> Verdict:
    return YES if reason.strip() else no("Say why it was late: the reason stands in the record.")


def behind() -> list[str]:
    """Name what the clocks have not caught up with: a happening that no clock counted by before, a calendar that is new."""
    wanted = [f"{one.of} {event}" for one in shelf.versions().values() for event in one.events]
    wanted += [f"calendar {one.id} v{one.version}" for one in shelf.holidays().values()]
    known = set(ClockFollowed.objects.values_list("name", flat=True))
    return sorted(set(wanted) - known)


def catch_up(*, by: Actor, at: datetime) -> list[str]:
    """Count by what happened before a clock was on its shelf, and count again what a new calendar may move.

    Some things at a time, each time by an act of its own: an officer who acts on one of them waits for a moment only.
    """
    new = behind()
    for name in new:
        for kind, things, since in _found(*name.split(" ", 1), by=by, at=at):
            for start in range(0, len(things), AT_ONCE):
                count_again(by=by, at=at, kind=kind, things=things[start : start + AT_ONCE], since=since)
    if new:
        note_caught_up(by=by, at=at, names=new)
    return new


Found = tuple[str, list[int], datetime | None]


def _found(kind: str, event: str, *, by: Actor, at: datetime) -> Iterator[Found]:
    """Find the things to count again: those that a happening of before came to, or those on which a clock with a calendar runs."""
    if kind != "calendar":
        yield kind, gather(by=by, at=at, kind=kind, event=event), None
        return
    dated = [key for key, one in shelf.versions().items() if one.calendar]
    runs = ClockRun.objects.everything(because=EVERYTHING).filter(ended_at=None)
    found = [
        (of, pk)
        for of, pk, *told in runs.values_list("on_kind", "on_id", "clock", "clock_version")
        if tuple(told) in dated
    ]
    for of in {of for of, _ in found}:
        yield of, sorted({pk for one, pk in found if one == of}), WHAT_RUNS


@command
def gather(*, by: Actor, at: datetime, kind: str, event: str) -> list[int]:
    """Write down for the clocks what happened before they counted by it; give the things that it happened to."""
    require(_keeps(by))
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LEDGER, [kind, event])
        for moves in _moves_of(kind):
            cursor.execute(FROM_THE_MOVES.format(moves=moves), [kind, event, event.partition(".")[2], kind, event])
    things = set(ClockFact.objects.filter(on_kind=kind, event=event).values_list("on_id", flat=True))
    ledger.record("clocks.gathered", on=None, by=by, at=at, kind=kind, what=event, things=len(things))
    return sorted(things)


@command
def count_again(*, by: Actor, at: datetime, kind: str, things: list[int], since: datetime | None) -> int:
    """Work out the runs on some things afresh, while nobody acts on them; give how many things there are."""
    rows = model_of(kind).objects.everything(because=EVERYTHING).filter(pk__in=things).order_by("pk")
    held = dict(rows.select_for_update(of=("self",)).values_list("pk", "controller_id"))
    require(_keeps(by))
    following.recount(kind, held, since=since)
    ledger.record("clocks.counted_again", on=None, by=by, at=at, kind=kind, things=len(held))
    return len(held)


@command
def note_caught_up(*, by: Actor, at: datetime, names: list[str]) -> list[str]:
    """Record what the clocks have caught up with."""
    require(_keeps(by))
    ClockFollowed.objects.bulk_create(ClockFollowed(name=name) for name in names)
    ledger.record("clocks.caught_up", on=None, by=by, at=at, with_what=names)
    return names


def _keeps(by: Actor) -> Verdict:
    return YES if by.holds(KEEP) else no("Only the clock keeper does that.")


def _moves_of(kind: str) -> Iterator[str]:
    """Name the tables of the moves of one kind of thing; a state is told as `kind.state`."""
    for model in apps.get_models():
        row: Any = model._meta.get_field("row") if issubclass(model, Event) else None  # type: ignore[misc]  # noqa: SLF001
        if row and following.kind_of(row.related_model) == kind:
            yield model._meta.db_table  # noqa: SLF001
