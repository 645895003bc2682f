"""What does the ledger keep? Entries, the tree over them, the checkpoints signed on the way, and what others say of these."""

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

    @property
    def erased(self) -> bool:
        """Say whether only the entry's leaf is left: facts are never an empty text otherwise."""
        return self.facts == ""


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


class Cosignature(models.Model):
    """That a witness saw a checkpoint and that the ledger only grew until then: its line of the note."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
        db_table = "ledger_cosignature"
        constraints = [models.UniqueConstraint("checkpoint", "witness", name="cosigned_once_by_a_witness")]


class Witnessed(models.Model):
    """The largest size that a witness says it has cosigned, which may be more than is here (D11)."""

    witness = models.CharField(max_length=200, primary_key=True)
    size = models.BigIntegerField()
    told_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
        db_table = "ledger_witnessed"


class Token(models.Model):
    """A time stamp (RFC 3161) over a checkpoint's text: the authority's whole answer, as it came."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="tokens")
    authority = models.CharField(max_length=300)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
        db_table = "ledger_token"
        constraints = [models.UniqueConstraint("checkpoint", "authority", name="stamped_once_by_an_authority")]


class Outage(models.Model):
    """That a witness or a time stamp authority does not do its part: since when, and in what words. The front page's alarm."""

    name = models.CharField(max_length=300)
    sentence = models.TextField()
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        db_table = "ledger_outage"
        constraints = [models.UniqueConstraint("name", name="one_outage_at_a_time", condition=models.Q(ended_at=None))]
