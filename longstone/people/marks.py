"""Before whom must somebody be rung, and which records are of one and the same? Markers (D21), and merges that can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.models import Controller, Scoped, ScopedQuerySet

SEES = "see safeguarded people"
MERGES = "merge records"


def marked_off(actor: Actor) -> RawSQL:
    """Name the persons with a live marker whom an actor may not see; asked behind the wall."""
    return RawSQL("SELECT people_marked_off(%s::bigint[])", [sorted(actor.controllers_with(SEES))])


class MarkerQuerySet(ScopedQuerySet["Marker"]):
    """Markers, for those who may see whom they safeguard."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with(SEES))

    def live(self) -> MarkerQuerySet:
        """Keep those that hold now."""
        open_ended = models.Q(until=None) | models.Q(until__gt=Now())
        return self.filter(open_ended, since__lte=Now(), lifted_at=None)


class Marker(Scoped):
    """That a person is safeguarded: whom to ring, on which number, before anybody makes contact."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="markers")
    team = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=120, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="")
    why_lifted = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MarkerQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "person",
                name="one_marker_at_a_time",
                condition=models.Q(lifted_at=None),
                violation_error_message="There is a marker on this person already. Review it instead.",
            ),
            models.CheckConstraint(
                name="a_marker_names_whom_to_ring",
                condition=~models.Q(team="") & ~models.Q(telephone=""),
                violation_error_message="Say which team is rung, and on which number.",
            ),
        ]

    def __str__(self) -> str:
        return f"marker: ring {self.team} on {self.telephone}"


class Merge(models.Model):
    """That one record was found to be the same as another, the survivor; undone, both are what they were."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, blank=True, default="")
    why_undone = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class PersonMerge(Merge):
    """Two records of one person."""

    record = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "record",
                name="a_record_is_merged_once",
                condition=models.Q(undone_at=None),
                violation_error_message="That record is merged already. Undo that first.",
            ),
            models.CheckConstraint(
                name="a_record_is_not_merged_with_itself",
                condition=~models.Q(record=models.F("survivor")),
                violation_error_message="A record is not merged with itself.",
            ),
        ]


class OrganisationMerge(Merge):
    """Two records of one organisation."""

    record = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "record",
                name="an_organisation_is_merged_once",
                condition=models.Q(undone_at=None),
                violation_error_message="That record is merged already. Undo that first.",
            ),
            models.CheckConstraint(
                name="an_organisation_is_not_merged_with_itself",
                condition=~models.Q(record=models.F("survivor")),
                violation_error_message="A record is not merged with itself.",
            ),
        ]
