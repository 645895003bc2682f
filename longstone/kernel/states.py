"""How does a state become what it is? By recorded moves that PostgreSQL itself keeps legal (D2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Now

from longstone.kernel import promises
from longstone.kernel.actor import Actor
from longstone.kernel.flows import START, Flow
from longstone.kernel.ledger.entries import LEEWAY
from longstone.kernel.refusals import IllegalMove


class Transition(models.Model):
    """One legal move of one machine; written by migrations from each room's rules."""

    machine = models.CharField(max_length=40)
    was = models.CharField(max_length=24)
    now = models.CharField(max_length=24)

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint("machine", "was", "now", name="one_transition_once")]


class Event(models.Model):
    """One move of one row; the room's own table adds `row`, a foreign key to what moved."""

    seq = models.PositiveIntegerField()
    was = models.CharField(max_length=24)
    now = models.CharField(max_length=24)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def is_past(self) -> bool:
        """Say whether it was written down long after it was done: pages then show both times (D3)."""
        return self.recorded_at - self.at > LEEWAY


class Stateful(models.Model):
    """A row with a state: the last of its recorded moves, and the number of that move."""

    state = models.CharField(max_length=24)
    state_seq = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def begin(row: Any, events: type[Event], flow: Flow, *, now: str, by: Actor, at: datetime, **facts: Any) -> Event:
    """Save a new row together with its first move."""
    _refuse_illegal(flow, START, now)
    row.state, row.state_seq = now, 1
    row.save(force_insert=True)
    return _write(row, events, seq=1, was=START, now=now, by=by, at=at, facts=facts)


def move(row: Any, events: type[Event], flow: Flow, *, now: str, by: Actor, at: datetime, **facts: Any) -> Event:
    """Record a row's next move, and let the row say so."""
    _refuse_illegal(flow, row.state, now)
    was, row.state, row.state_seq = row.state, now, row.state_seq + 1
    event = _write(row, events, seq=row.state_seq, was=was, now=now, by=by, at=at, facts=facts)
    row.save()
    return event


def _write(row: Any, events: Any, *, by: Actor, facts: dict[str, Any], **move: Any) -> Event:
    event: Event = events(row=row, by_id=by.id, by_name=by.name, **move, **facts)
    event.save(force_insert=True)
    if sheet := promises.current_sheet():
        reached = f"{row._meta.model_name}.{event.now}"  # noqa: SLF001
        sheet.happened.append(promises.Happened(reached, row, event.at))
    return event


def _refuse_illegal(flow: Flow, was: str, now: str) -> None:
    verdict = flow.may_move(was=was, now=now)
    if not verdict:
        raise IllegalMove(verdict.refusal)
