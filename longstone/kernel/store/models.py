"""Which bytes have arrived and wait for a command to claim them?"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Staged(models.Model):
    """Bytes that somebody uploads: `offset` of them are safe on disk; a command links them when they are whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    controller_id = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True)
    by_system = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"


class ObjectKey(models.Model):
    """The wrapped key of an object that is kept encrypted; without it nobody can read the object again."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    kept_as = models.CharField(max_length=64, unique=True)
    kept_size = models.BigIntegerField()
    key = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"


class Tombstone(models.Model):
    """What is left of an object that two people had disposed of; `bytes_are` says how far that has come."""

    BYTES = {"waiting": "waiting to be removed", "removed": "removed", "shared": "kept for another record of them"}

    holding = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(null=True)
    what = models.CharField(max_length=300)
    reason = models.CharField(max_length=500)
    authority = models.CharField(max_length=300)
    proposed_by_id = models.BigIntegerField()
    proposed_by = models.CharField(max_length=120)
    approved_by_id = models.BigIntegerField()
    approved_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    disposal = models.BigIntegerField()
    bytes_are = models.CharField(max_length=8, choices=list(BYTES.items()), default="waiting")
    bytes_since = models.DateTimeField()
    why_not = models.CharField(max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(
                name="two_people_dispose",
                condition=~models.Q(approved_by_id=models.F("proposed_by_id")),
                violation_error_message="Disposal takes two people: the one who proposed it cannot approve it.",
            ),
            models.UniqueConstraint("disposal", "holding", "sha256", name="one_tombstone_of_a_disposal"),
        ]

    def __str__(self) -> str:
        return self.sha256


class Check(models.Model):
    """When an object was last read through and compared with its digest: verified, not yet, or wrong."""

    STATES = {"not yet": "not yet verified", "verified": "verified", "damaged": "damaged", "missing": "missing"}

    holding = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(null=True)
    what = models.CharField(max_length=40)
    since = models.DateTimeField()
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="not yet")
    verified_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint("holding", "sha256", name="one_check_of_an_object")]


class Inventory(models.Model):
    """One reconciliation of what lies in a holding with what the records say should lie there."""

    holding = models.CharField(max_length=20)
    address = models.CharField(max_length=300)
    at = models.DateTimeField()
    expected = models.BigIntegerField()
    expected_bytes = models.BigIntegerField()
    found = models.BigIntegerField()
    found_bytes = models.BigIntegerField()
    differences = models.BigIntegerField()
    since = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"


class Difference(models.Model):
    """One thing that an inventory found to be otherwise than the records say."""

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="found_wrong")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=300)
    what = models.CharField(max_length=40, blank=True, default="")
    expected_size = models.BigIntegerField(null=True)
    size = models.BigIntegerField(null=True)
    said = models.CharField(max_length=300)

    class Meta:
        app_label = "kernel"


class Probe(models.Model):
    """What the place where the store lies was seen to do when it was tried."""

    address = models.CharField(max_length=300)
    at = models.DateTimeField()
    conditional = models.BooleanField()
    checksum = models.BooleanField()
    locked = models.BooleanField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
