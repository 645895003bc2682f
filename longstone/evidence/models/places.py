"""Where can an exhibit lie?"""

from __future__ import annotations

from django.db import models

from longstone.kernel.actor import Actor
from longstone.kernel.models import Controller, Scoped, ScopedQuerySet


class LocationQuerySet(ScopedQuerySet["Location"]):
    """Stores and lockers, for somebody: those of their own force."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller=actor.controller)


class Location(Scoped):
    """A store, or a locker in which a night officer can leave an exhibit."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=80)
    is_locker = models.BooleanField(default=False)

    objects = LocationQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "name",
                name="one_location_of_a_name",
                violation_error_message="That location exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
