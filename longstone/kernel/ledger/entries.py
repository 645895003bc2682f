"""What does the ledger keep? Entries, their numbers, the tree over them, the checkpoints signed on the way, and what others say of these."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact

LEEWAY = timedelta(minutes=5)
OF_THE_LEDGER = [
    "bytes.removed",
    "checkpoint.stamped",
    "entry.erased",
    "ledger.restored",
]  # what the ledger's own keeping asks for


class Entry(models.Model):
    """One act, one read or one refusal. It is never written again but to erase it: its number stands in its leaf."""

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
            models.Index("on_kind", "on_id", name="entries_of_a_subject"),
            models.Index("event", "id", name="entries_of_the_ledger", condition=models.Q(event__in=OF_THE_LEDGER)),
        ]

    @property
    def erased(self) -> bool:
        """Say whether only the entry's leaf is left: facts are never an empty text otherwise."""
        return self.facts == ""

    @property
    def leaf_index(self) -> int | None:
        """Give the entry's number, if the sequencer has given it one."""
        found: Leaf | None = getattr(self, "leaf", None)
        return found.index if found else None

    @property
    def commitment(self) -> bytes:
        """Give what the entry's leaf commits to; nothing while it has none."""
        found: Leaf | None = getattr(self, "leaf", None)
        return bytes(found.commitment) if found else b""


class Leaf(models.Model):
    """The number of one entry, and what the tree's leaf there commits to: written once by the sequencer, changed by nobody.

    That there is such an entry is checked by a trigger, a batch at a time: a foreign key would cost more than all the rest (docs/adr/0008).
    """

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf", db_constraint=False)
    commitment = models.BinaryField()

    class Meta:
        app_label = "kernel"
        db_table = "ledger_leaf"
        constraints = [
            models.CheckConstraint(name="a_leaf_has_a_place", condition=models.Q(index__gte=0)),
            models.CheckConstraint(name="a_commitment_is_a_digest", condition=Exact(Length("commitment"), 32)),
        ]


class Waiting(models.Model):
    """That an entry has no number yet: written by the database with the entry, taken away with the number's coming."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="waiting", db_constraint=False
    )

    class Meta:
        app_label = "kernel"
        db_table = "ledger_waiting"


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
