"""What does the ledger keep? Entries, the tree over them, and the checkpoints signed on the way."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

LEEWAY = timedelta(minutes=5)


class Entry(models.Model):
    """One act, one read or one refusal; `leaf_index` is empty until the sequencer numbers it."""

    uuid = models.UUIDField(unique=True)
    event = models.CharField(max_length=60)
    controller = models.CharField(max_length=40, blank=True, default="")
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    on_kind = models.CharField(max_length=40, blank=True, default="")
    on_id = models.CharField(max_length=40, blank=True, default="")
    on_label = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    past = models.BooleanField(default=False)
    facts = models.TextField()
    salt = models.BinaryField()
    leaf_index = models.BigIntegerField(null=True, unique=True)
    commitment = models.BinaryField(null=True)

    class Meta:
        app_label = "kernel"
        db_table = "ledger_entry"
        constraints = [
            models.CheckConstraint(
                name="at_is_about_now",
                condition=models.Q(past=True)
                | models.Q(at__range=(models.F("recorded_at") - LEEWAY, models.F("recorded_at") + LEEWAY)),
                violation_error_message="That is over five minutes from now: only those who may record past acts can enter it.",
            )
        ]
        indexes = [
            models.Index("id", name="waiting_for_a_leaf", condition=models.Q(leaf_index=None)),
            models.Index("on_kind", "on_id", name="entries_of_a_subject"),
        ]


class Node(models.Model):
    """The hash of one complete subtree."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        app_label = "kernel"
        db_table = "ledger_node"


class Checkpoint(models.Model):
    """What was signed: the tree's size and root, as a signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
        db_table = "ledger_checkpoint"
