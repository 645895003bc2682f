"""Why was it late? Somebody says so, once. And the clocks catch up with what happened before they were on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
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


@command
def catch_up(*, by: Actor, at: datetime) -> list[str]:
    """Count by what happened before a clock was on its shelf, and count again what a new calendar may move."""
    require(YES if by.holds(KEEP) else no("Only the clock keeper does that."))
    new = behind()
    for name in new:
        _follow(*name.split(" ", 1))
    ClockFollowed.objects.bulk_create(ClockFollowed(name=name) for name in new)
    ledger.record("clocks.caught_up", on=None, by=by, at=at, with_what=new)
    return new


def _follow(kind: str, event: str) -> None:
    if kind == "calendar":
        rows = ClockRun.objects.everything(because="the clocks count on everything, whoever may see it").filter(
            ended_at=None
        )
        dated = [one.id for one in shelf.clocks().values() if one.calendar]
        for of in set(rows.filter(clock__in=dated).values_list("on_kind", flat=True)):
            _recount(of, rows.filter(clock__in=dated, on_kind=of).values_list("on_id", flat=True))
        return
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LEDGER, [kind, event])
        for moves in _moves_of(kind):
            cursor.execute(FROM_THE_MOVES.format(moves=moves), [kind, event, event.partition(".")[2], kind, event])
    _recount(kind, ClockFact.objects.filter(on_kind=kind, event=event).values_list("on_id", flat=True).distinct())


def _moves_of(kind: str) -> Iterator[str]:
    """Name the tables of the moves of one kind of thing; a state is told as `kind.state`."""
    for model in apps.get_models():
        row: Any = model._meta.get_field("row") if issubclass(model, Event) else None  # type: ignore[misc]  # noqa: SLF001
        if row and following.kind_of(row.related_model) == kind:
            yield model._meta.db_table  # noqa: SLF001


def _recount(kind: str, things: Any) -> None:
    found = list(things)
    for start in range(0, len(found), AT_ONCE):
        rows = (
            model_of(kind)
            .objects.everything(because="the clocks count on everything, whoever may see it")
            .filter(pk__in=found[start : start + AT_ONCE])
        )
        following.recount(kind, dict(rows.values_list("pk", "controller_id")))
