"""What is late, nearly due, or was late and nobody has said why? Questions that the database answers from an index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import models

from longstone.kernel.actor import Actor
from longstone.kernel.clocks import rules, shelf
from longstone.kernel.clocks.days import A_DAY, LONDON, london_day
from longstone.kernel.clocks.models import ClockRun, ClockRunQuerySet, model_of
from longstone.kernel.scoped import ScopedQuerySet


def pressing(clocks: Iterable[str], things: ScopedQuerySet[Any], at: datetime) -> ClockRunQuerySet:
    """Keep the runs of some clocks, on things that are asked for somebody, that are late or nearly due."""
    near = (models.Q(clock=one, due_at__lte=warned(one, at)) for one in clocks)
    return ClockRun.objects.on(things).still().filter(reduce(or_, near))


def warned(clock: str, at: datetime) -> datetime:
    """Give the moment up to which what is due is nearly so."""
    return at + timedelta(hours=shelf.clocks()[clock].warn_hours)


def unexplained(clocks: Iterable[str], things: ScopedQuerySet[Any]) -> ClockRunQuerySet:
    """Keep the runs of some clocks, on things that are asked for somebody, that ended late without a reason."""
    asked = [one for one in clocks if shelf.clocks()[one].reason_needed]
    return ClockRun.objects.on(things).filter(clock__in=asked).unexplained()


def late(clock: str, things: ScopedQuerySet[Any], at: datetime) -> ClockRunQuerySet:
    """List what is late by one clock, the longest first."""
    return ClockRun.objects.on(things).filter(clock=clock).due_before(at).order_by("due_at", "pk")


def history_of(thing: ScopedQuerySet[Any]) -> ClockRunQuerySet:
    """List every run on a thing, the newest first."""
    return ClockRun.objects.on(thing).exclude(how=rules.UNDONE).order_by("-started_at", "clock", "pk")


@dataclass(frozen=True)
class Told:
    """One deadline of a thing, as a page tells it."""

    title: str
    word: str
    colour: str
    when: str
    why_late: str
    explained: str


WORDS = {
    rules.RUNNING: ("Running", ""), rules.PAUSED: ("Paused", "grey"), rules.MET: ("Met", "green"),
    rules.MET_LATE: ("Met late", "red"), rules.BREACHED: ("Late", "red"), rules.STOPPED: ("Stopped", "grey"),
}  # fmt: skip


def told_of(thing: ScopedQuerySet[Any], at: datetime) -> list[Told]:
    """Tell every deadline of a thing, for its page."""
    return [_told(run, at) for run in history_of(thing)]


def _told(run: ClockRun, at: datetime) -> Told:
    word, colour = WORDS[run.standing(at)]
    ended = f", ended {moment_of(run.ended_at)}" if run.ended_at else ""
    said = f"{run.explained_by}, {moment_of(run.explained_at)}" if run.explained_at else ""
    return Told(run.title, word, colour, f"{said_due(run)}{ended}", run.why_late, said)


def thing_of(run: ClockRun, actor: Actor) -> str:
    """Name what a run counts on, for somebody who may see it."""
    row = model_of(run.on_kind).objects.visible_to(actor).filter(pk=run.on_id).first()
    return f"{run.on_kind} {row}" if row else run.on_kind


def said_due(run: ClockRun) -> str:
    """Say when a run is due: the moment, or the day whose end it is."""
    if run.due_at is None:
        return "it stands paused" if run.paused_at else run.cannot_count
    unit = run.told_by.unit if run.told_by else ""
    if unit in rules.ELAPSED:
        return f"due {moment_of(run.due_at)}"
    return f"due by the end of {london_day(run.due_at) - A_DAY:%d/%m/%Y}"


def moment_of(at: datetime) -> str:
    """Write a moment as London has it."""
    return f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}"


def how_long(seconds: float) -> str:
    """Say how long something is, roughly, as a person does."""
    minutes = int(abs(seconds) // 60)
    for many, word in ((minutes // 1440, "day"), (minutes // 60, "hour"), (minutes, "minute")):
        if many >= (2 if word == "day" else 1):  # under two days, hours say more
            return f"{many} {word}{'' if many == 1 else 's'}"
    return "less than a minute"


def in_bulk(pks: Iterable[int]) -> dict[int, ClockRun]:
    """Give runs by their numbers, which were found among those that the officer may see."""
    rows = ClockRun.objects.everything(because="their numbers were found among what the officer may see")
    return {one.pk: one for one in rows.filter(pk__in=list(pks))}


def of_kind(kind: str) -> list[shelf.Clock]:
    """Give the clocks that count on one kind of thing."""
    return list(shelf.counted(kind))


def telling(kind: str, roles: Iterable[str]) -> list[str]:
    """Name the clocks of one kind of thing that tell any of some roles."""
    held = set(roles)
    return [one.id for one in shelf.counted(kind) if held & set(one.tells)]


def run_of(kind: str, clock: str) -> models.Subquery:
    """Give the due moment of the run that counts on a row, if one does, for those who may see the row."""
    rows = ClockRun.objects.everything(because="the row itself is scoped, and this is its own clock")
    found = rows.filter(on_kind=kind, clock=clock, on_id=models.OuterRef("pk"), ended_at=None)
    return models.Subquery(found.order_by().values("due_at")[:1], output_field=models.DateTimeField(null=True))
