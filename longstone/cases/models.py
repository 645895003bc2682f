"""What is a case? A reference, its officer and team, who is involved and as what, and its episodes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import localtime

from longstone.cases.rules import OUTCOMES, READ_ONLY, ROLES
from longstone.cases.sight import Connection, Glass, GlassQuerySet, Named, unconnected
from longstone.kernel import markings
from longstone.kernel.actor import Actor
from longstone.kernel.among import among
from longstone.kernel.history import DatedQuerySet, never_two
from longstone.kernel.models import (
    Dated,
    Event,
    Scoped,
    ScopedQuerySet,
    Share,
    Stateful,
    Versioned,
)
from longstone.kernel.scoped import Sight
from longstone.kernel.words import words_of
from longstone.people.models import Person, Staff, Team

__all__ = [
    "Allocation", "Case", "CaseMove", "CaseQuerySet", "CaseShare", "Connection", "Glass", "GlassQuerySet", "Involvement", "Named", "OfCases", "unconnected",
]  # fmt: skip


class CaseQuerySet(ScopedQuerySet["Case"]):
    """Cases, for somebody."""

    def for_actor(self, actor: Actor) -> models.Q:
        reached = _in_plain_sight(actor) | among("pk", Glass.live_of(actor))
        return reached & unconnected(actor) & ~models.Q(state="undone")

    def plainly_visible_to(self, actor: Actor) -> CaseQuerySet:
        """Keep what this actor may see without having broken a glass."""
        return self.visible_to(actor).filter(_in_plain_sight(actor))

    def opened_like(self, text: str) -> CaseQuerySet:
        """Keep cases whose reference or title holds a text."""
        return self.filter(models.Q(reference__icontains=text) | models.Q(title__icontains=text))


def _in_plain_sight(actor: Actor) -> models.Q:
    mine = models.Q(officer=actor.id) if actor.id is not None else models.Q(pk=None)
    whole_force = models.Q(controller__in=actor.controllers_with("see every case"), restricted=False)
    secret = models.Q(controller__in=actor.controllers_with("see restricted cases"))
    team = models.Q(team__in=actor.teams, restricted=False)
    few = among("pk", Named.of(actor)) | among("pk", CaseShare.reaching(actor))  # so that an index finds them and mine
    return whole_force | secret | team | mine | few


class Case(Scoped, Stateful, Versioned):
    """One investigation of one force, through all its episodes."""

    walled = True
    reference = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    offence = models.CharField(max_length=120)
    marking = models.CharField(max_length=20, choices=markings.CHOICES, default=markings.Marking.SENSITIVE)
    restricted = models.BooleanField(default=False)
    secret = models.BooleanField(default=False, db_default=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    episode = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    words = words_of("reference", "title", "offence")

    objects = CaseQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "reference",
                name="one_case_of_a_reference",
                condition=~models.Q(state="undone"),
                violation_error_message="Your force already has a case with that reference.",
            ),
            models.CheckConstraint(
                name="what_is_secret_is_restricted",
                condition=models.Q(secret=False) | models.Q(restricted=True),
                violation_error_message="Only a restricted case can be secret.",
            ),
        ]
        indexes = [
            models.Index("opened_at", "id", name="cases_as_they_opened"),
            models.Index("reference", "id", name="cases_by_reference"),
            models.Index("title", "id", name="cases_by_title"),
        ]

    def __str__(self) -> str:
        return self.reference

    def sight(self, by: Actor) -> Sight | None:
        """Say whether somebody sees this case only through broken glass; closed, it can then only be read."""
        glass = Glass.objects.visible_to(by).filter(case=self.pk, pk__in=Glass.live(by)).order_by("-until").first()
        if glass is None or Case.objects.plainly_visible_to(by).filter(pk=self.pk).exists():
            return None
        until = f"{localtime(glass.until):%d/%m/%Y %H:%M}"
        told = (
            f"You see this through broken glass until {until}. Your supervisor has been told, and every look is marked."
        )
        return Sight(told, "" if self.state == "open" else READ_ONLY)


class CaseMove(Event):
    """A case was opened, closed or reopened."""

    row = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    episode = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=24, blank=True, choices=list(OUTCOMES.items()))


class Allocation(Dated):
    """Who had the case, from when to when, as the record knew it: the number of a member of staff."""

    row = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="allocations")
    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [never_two("one_allocation_at_a_time")]


class CaseReview(models.Model):
    """That a supervisor looked at an open case: what was found, and what is to be done next."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    episode = models.PositiveSmallIntegerField()
    found = models.CharField(max_length=1000)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)


class OfCases(ScopedQuerySet[Any]):
    """What hangs on a case, for somebody: on the cases they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(case__in=Case.objects.visible_to(actor))


class Involvement(Scoped):
    """The part that a person plays in one case: the same person may be a victim here and a suspect there."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="involvements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=12, choices=list(ROLES.items()))
    is_opinion = models.BooleanField(default=False)
    by_name = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OfCases.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "case",
                "person",
                "role",
                name="one_involvement_of_a_kind",
                violation_error_message="That person is already recorded in that role on this case.",
            )
        ]


class CaseShare(Share):
    """A case that another force may see."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shares")

    @classmethod
    def reaching(cls, actor: Actor) -> models.QuerySet[CaseShare, int]:
        """Name the cases shared with the actor's force and still shared."""
        if actor.controller not in actor.controllers_with("see shared cases"):
            return cls.objects.none().values_list("case_id", flat=True)
        open_ended = models.Q(until__isnull=True) | models.Q(until__gt=Now())
        live = cls.objects.filter(open_ended, to=actor.controller, since__lte=Now(), ended_at__isnull=True)
        return live.values_list("case_id", flat=True)
