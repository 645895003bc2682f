"""Where is somebody signed in, which door is shut for a while, and what opens it again?"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models.functions import Now

from longstone.kernel import constraints, promises
from longstone.kernel.actor import Actor

KEEPS = "keep the staff list"
Row = TypeVar("Row", bound=models.Model)
constraints.MESSAGES["one_attachment_each"] = "They are attached to somebody already."
SEEN_EVERY = timedelta(minutes=1)


class OfStaff(models.QuerySet[Row]):
    """Rows about how somebody signs in: for themselves, and for those who keep the staff list of their force."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep one's own rows, and those of the staff whose list one keeps."""
        if actor.sees_everything:
            return self
        return self.filter(
            models.Q(staff=actor.id) | models.Q(staff__controller__in=actor.controllers_with(KEEPS)),
            staff__isnull=False,
        )


class SignedIn(models.Model):
    """One browser in which somebody is signed in; it ends here, whatever cookie it still shows."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="sessions")
    how = models.CharField(max_length=20)  # password, passkey, directory
    factor = models.CharField(max_length=20, blank=True)  # what was shown beside it, if anything
    device = models.CharField(max_length=80)
    address = models.CharField(max_length=45, blank=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=200, blank=True, default="")

    objects = OfStaff["SignedIn"].as_manager()

    class Meta:
        indexes = [models.Index("staff", "address", name="addresses_of_staff")]
        constraints = [
            models.CheckConstraint(
                name="a_session_ends_for_a_reason",
                condition=models.Q(ended_at=None, why_ended="") | (models.Q(ended_at__isnull=False) & ~models.Q(why_ended="")),
                violation_error_message="A session ends for a reason.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.device} at {self.address or 'an unknown address'}"

    def seen(self, at: datetime) -> None:
        """Note that something was done in it; once a minute is enough."""
        if at - self.seen_at >= SEEN_EVERY:
            with promises.writing("sign-in"):
                SignedIn.objects.filter(pk=self.pk, ended_at=None).update(seen_at=at)


class Lock(models.Model):
    """That too many tries failed: for one name at one address, or for one name wherever it was never used before."""

    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="locks")
    username = models.CharField(max_length=60)
    address = models.CharField(max_length=45, blank=True)  # empty: wherever the name was never used before
    since = models.DateTimeField()
    until = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    objects = OfStaff["Lock"].as_manager()

    class Meta:
        indexes = [models.Index("username", "until", name="locks_that_last", condition=models.Q(lifted_at=None))]

    def __str__(self) -> str:
        return f"{self.username} at {self.address or 'addresses never used before'}"


class OneTimeCode(models.Model):
    """A code that somebody was told so that they can choose a new password: it is used once, and soon."""

    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=128)  # as a password is kept: it cannot be read back
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)  # used, replaced, or tried too often

    objects = OfStaff["OneTimeCode"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "staff", name="one_code_at_a_time", condition=models.Q(ended_at=None),
                violation_error_message="They have a code already.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"code of {self.staff}"


class InDirectory(models.Model):
    """By which e-mail address the force's own directory knows somebody, as the administrator entered it."""

    staff = models.OneToOneField("people.Staff", on_delete=models.PROTECT, related_name="in_directory")
    email = models.EmailField(unique=True, null=True, error_messages={"unique": "Somebody has that address already."})
    left_at = models.DateTimeField(null=True)  # the directory said that they are no longer of the force
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OfStaff["InDirectory"].as_manager()

    def __str__(self) -> str:
        return f"{self.staff} in the directory"
