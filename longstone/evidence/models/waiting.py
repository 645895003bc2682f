"""Which devices wait to be examined, since when, as an older list had it? Submissions of our own come with their room's next work."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from longstone.evidence.models.exhibits import Exhibit
from longstone.kernel.actor import Actor
from longstone.kernel.models import Scoped, ScopedQuerySet


class WaitingQuerySet(ScopedQuerySet["Waiting"]):
    """What waits, for somebody: of the exhibits they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(exhibit__in=Exhibit.objects.visible_to(actor))


class Waiting(Scoped):
    """One exhibit of an older list of devices that wait: since which day, and what the list said of it besides."""

    exhibit = models.OneToOneField(Exhibit, on_delete=models.PROTECT, related_name="waiting")
    submitted_on = models.DateField()
    priority_note = models.CharField(max_length=300, blank=True)
    officer_as_written = models.CharField(max_length=120, blank=True)
    case_version = models.PositiveIntegerField(
        null=True
    )  # of the case, if the list opened it: whether it was changed since
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        indexes = [models.Index("submitted_on", name="waiting_since", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.exhibit} waiting since {self.submitted_on:%d/%m/%Y}"
