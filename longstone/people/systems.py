"""Which other programs may act here? Systems that a force has registered: with few powers, until a day, at a measured pace (D18)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.models import Scoped, ScopedQuerySet, Versioned
from longstone.people.rules import KEEP_SYSTEMS, TWO_PEOPLE

MAY_BE_EMPTY: Any = {"blank": True, "default": ""}


class SystemQuerySet(ScopedQuerySet["System"]):
    """Systems, for those who keep them; a system sees itself."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with(KEEP_SYSTEMS)) | models.Q(pk=actor.system)


class System(Scoped, Versioned):
    """A program of a force or of its supplier: one person makes its secret, another gives its powers."""

    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300)
    client_id = models.CharField(max_length=40, unique=True)
    powers = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    powers_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField(null=True)
    per_minute = models.PositiveIntegerField(default=60)
    secret = models.CharField(max_length=64, **MAY_BE_EMPTY)  # a digest: nobody can read the secret again
    secret_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    secret_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, **MAY_BE_EMPTY)
    why_ended = models.CharField(max_length=300, **MAY_BE_EMPTY)

    objects = SystemQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "name",
                name="one_system_of_a_name",
                violation_error_message="Your force has registered a system of that name. Choose another name.",
            ),
            models.CheckConstraint(
                name="two_people_let_a_system_in",
                condition=models.Q(powers_by=None)
                | models.Q(secret_by=None)
                | ~models.Q(powers_by=models.F("secret_by")),
                violation_error_message=TWO_PEOPLE,
            ),
            models.CheckConstraint(
                name="a_system_ends_whole",
                condition=models.Q(ended_at=None, ended_by="", why_ended="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_by="") & ~models.Q(why_ended="")),
                violation_error_message="A system is ended at a moment, by somebody, for a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.client_id})"

    def stands(self, today: date) -> str:
        """Say in a word where it stands: ended, expired, waiting for its powers or its secret, or live."""
        if self.ended_at is not None:
            return "ended"
        if self.ends_on is None or not self.powers:
            return "no powers"
        if self.ends_on <= today:
            return "expired"
        return "live" if self.secret else "no secret"


class SystemToken(models.Model):
    """What a system shows with each request, for a few minutes: kept as a digest, and used again once it is over."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("system", "expires_at", name="tokens_that_are_over")]
