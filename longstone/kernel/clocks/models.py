"""What is kept of a clock? What happened, by which it counts, and the runs worked out from that, so that what is late can be asked.

A run says nothing that its facts do not say: its two ends are tied to them by foreign keys, and `following.recount` works it out afresh.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.clocks import rules, shelf
from longstone.kernel.ledger.entries import Entry
from longstone.kernel.scoped import Scoped, ScopedQuerySet


class ClockFact(models.Model):
    """That something happened to a thing, by which some clock counts; written by the act itself, never changed."""

    on_kind = models.CharField(max_length=40)
    on_id = models.BigIntegerField()
    event = models.CharField(max_length=60)
    at = models.DateTimeField()
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, related_name="+"
    )  # none: before the clock was
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
        indexes = [models.Index("on_kind", "on_id", name="clock_facts_of_a_thing")]
        constraints = [
            models.UniqueConstraint("entry", "on_kind", "on_id", "event", name="a_clock_fact_of_an_entry_once"),
        ]

    def plain(self) -> rules.Fact:
        """Give what a rule needs."""
        return rules.Fact(self.event, self.at, self.pk)


class ClockFollowed(models.Model):
    """What the clocks have caught up with: a happening of before its clock was on the shelf, or a calendar."""

    name = models.CharField(max_length=120, unique=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"


class ClockRunQuerySet(ScopedQuerySet["ClockRun"]):
    """Runs, for somebody: those on the things they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        found = models.Q(pk=None)
        for kind in {one.of for one in shelf.versions().values() if not one.due_on}:
            found |= models.Q(models.Exists(_seen(kind, actor)), on_kind=kind)
        return found

    def on(self, things: ScopedQuerySet[Any]) -> ClockRunQuerySet:
        """Keep the runs on things that are asked for somebody; for them these are too."""
        things._checked()  # noqa: SLF001 - the same promise, handed on
        kind = str(things.model._meta.model_name)  # noqa: SLF001
        return self._told(things.asked_for).filter(on_kind=kind, on_id__in=things.order_by().values("pk"))

    def still(self) -> ClockRunQuerySet:
        """Keep what still counts."""
        return self.filter(ended_at=None)

    def due_before(self, at: datetime) -> ClockRunQuerySet:
        """Keep what still counts and is late at a moment."""
        return self.still().filter(due_at__lte=at)

    def unexplained(self) -> ClockRunQuerySet:
        """Keep what ended late, and nobody has said why."""
        return self.filter(explained_by="", ended_at__gte=models.F("due_at")).exclude(how=rules.UNDONE)


def model_of(kind: str) -> Any:
    """Find the table of one kind of thing."""
    return next(one for one in apps.get_models() if one._meta.model_name == kind and issubclass(one, Scoped))  # noqa: SLF001


def _seen(kind: str, actor: Actor) -> Any:
    return model_of(kind).objects.visible_to(actor).filter(pk=models.OuterRef("on_id")).order_by()


class ClockRun(Scoped):
    """One counting of one clock on one thing, and why it was late if it was."""

    clock = models.CharField(max_length=60)
    clock_version = models.PositiveSmallIntegerField()
    on_kind = models.CharField(max_length=40)
    on_id = models.BigIntegerField()
    started = models.ForeignKey(ClockFact, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    cannot_count = models.CharField(max_length=400, blank=True, default="")
    ended = models.ForeignKey(ClockFact, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True, default="")
    why_late = models.CharField(max_length=500, blank=True, default="")
    explained_by_id = models.BigIntegerField(null=True)
    explained_by = models.CharField(max_length=120, blank=True, default="")
    explained_at = models.DateTimeField(null=True)
    explanation_recorded_at = models.DateTimeField(null=True)

    objects = ClockRunQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        indexes = [
            models.Index("clock", "due_at", "on_id", name="clocks_that_run", condition=models.Q(ended_at=None)),
            models.Index(
                "clock",
                "on_id",
                name="late_and_unexplained",
                condition=models.Q(explained_by="", ended_at__gte=models.F("due_at")),
            ),
            models.Index("on_kind", "on_id", name="runs_of_a_thing"),
            models.Index("started_at", name="runs_without_a_day", condition=~models.Q(cannot_count="")),
        ]
        constraints = [
            models.UniqueConstraint("clock", "started", name="one_run_of_a_start"),
            models.UniqueConstraint(
                "clock",
                "on_kind",
                "on_id",
                name="one_run_at_a_time",
                condition=models.Q(ended_at=None),
                violation_error_message="That clock runs on it already.",
            ),
            models.CheckConstraint(
                name="a_run_ends_whole",
                condition=models.Q(ended=None, ended_at=None, how="")
                | models.Q(
                    ended__isnull=False,
                    ended_at__isnull=False,
                    ended_at__gte=models.F("started_at"),
                    how__in=[rules.MET, rules.STOPPED, rules.UNDONE],
                ),
                violation_error_message="A run ends by something that happened after it began.",
            ),
            models.CheckConstraint(
                name="a_run_is_due_unless_it_cannot_be",
                condition=models.Q(
                    due_at__isnull=False, due_at__gte=models.F("started_at"), cannot_count=""
                )
                | (models.Q(due_at=None) & (models.Q(paused_at__isnull=False) | ~models.Q(cannot_count=""))),
                violation_error_message="A run is due at a moment, unless it stands paused or cannot be counted.",
            ),
            models.CheckConstraint(
                name="a_breach_is_explained_whole",
                condition=models.Q(why_late="", explained_by="", explained_by_id=None, explained_at=None)
                | (
                    models.Q(explained_at__isnull=False, explained_by_id__isnull=False)
                    & ~models.Q(why_late="")
                    & ~models.Q(explained_by="")
                ),
                violation_error_message="Why something was late is said by somebody, at a moment, with a reason.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def told_by(self) -> shelf.Clock | None:
        """Give the clock, in the version that this run is counted by."""
        return shelf.clock(self.clock, self.clock_version)

    @property
    def title(self) -> str:
        """Name the clock, also when it has left the shelf."""
        return self.told_by.title if self.told_by else self.clock

    def standing(self, at: datetime) -> str:
        """Say how it stands at a moment."""
        return rules.standing(self.due_at, self.ended_at, self.how, at)
