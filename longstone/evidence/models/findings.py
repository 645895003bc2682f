"""Who has read what an examination found, and what of it is withheld? Each officer says for themselves that they read it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from longstone.evidence.models.exhibits import Examination
from longstone.kernel.actor import Actor
from longstone.kernel.models import Scoped, ScopedQuerySet
from longstone.people.models import Staff


class FindingsRead(models.Model):
    """That an officer has read what an examination found."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="readers")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "examination",
                "staff",
                name="findings_are_read_once",
                violation_error_message="You have said already that you read this.",
            )
        ]


class WithheldQuerySet(ScopedQuerySet["Withheld"]):
    """What is withheld, for somebody: of the examinations they see, for what they see is less by it."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(examination__in=Examination.objects.visible_to(actor))


class Withheld(Scoped):
    """A row of a catalogue that nobody sees in list, count or search, and why."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="withheld")
    row = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    by_name = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WithheldQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "examination",
                "row",
                name="withheld_once",
                violation_error_message="That is withheld already.",
            )
        ]
