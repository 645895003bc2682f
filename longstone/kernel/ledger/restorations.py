"""Was this house restored from a backup, and what was lost? Until that is settled nothing is signed (D11, docs/adr/0006)."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from django.db import models
from django.db.models.functions import Now

from longstone.kernel.ledger import outside, tree
from longstone.kernel.ledger.canonical import moment
from longstone.kernel.ledger.entries import Checkpoint, Entry, Node
from longstone.kernel.refusals import Refusal

FORMAT = "longstone-restoration/1"
LOST = "entry.lost"
HOW = "Run `python -m longstone reconcile` (docs/how-to/restore.md)."


class Pending(Refusal):
    """The house was restored, and what was lost is not settled: nothing is signed."""


class Restoration(models.Model):
    """One restore of this house: from which backup, to which size of the ledger, and what was known to have been signed."""

    backup = models.CharField(max_length=64, blank=True, default="")  # its manifest's SHA-256; empty: restored by hand
    backup_of = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(db_default=Now(), editable=False)
    kept_size = models.BigIntegerField()
    kept_root = models.BinaryField()
    known_size = models.BigIntegerField(null=True)
    known_root = models.BinaryField(null=True)
    lost = models.BigIntegerField(null=True)
    bridged = models.BooleanField(null=True)  # the lost leaves' commitments lay outside: the tree only grew
    reconciled_at = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=120, blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        app_label = "kernel"
        db_table = "ledger_restoration"
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                name="one_restoration_waits",
                condition=models.Q(reconciled_at=None),
                violation_error_message="A restore of this house waits already to be reconciled.",
            ),
            models.CheckConstraint(
                name="a_restoration_is_settled_whole",
                condition=models.Q(reconciled_at=None)
                | (models.Q(known_size__isnull=False, lost__isnull=False, bridged__isnull=False) & ~models.Q(note="")),
                violation_error_message="A restoration is settled with what was known, what was lost, and its signed note.",
            ),
        ]

    def text(self, origin: str, ranges: list[tuple[int, int]]) -> str:
        """Write what is signed of a restoration: docs/bundle.md, restorations. No checkpoint reads like it."""
        kept, known = (base64.b64encode(bytes(root or b"")).decode() for root in (self.kept_root, self.known_root))
        lost = ",".join(f"{first}-{last}" for first, last in ranges) or "none"
        lines = [FORMAT, origin, f"kept {self.kept_size} {kept}", f"known {self.known_size} {known}", f"lost {lost}"]
        lines += [f"restored {moment(self.restored_at)}", f"backup {self.backup or 'none'}"]
        return "\n".join([*lines, f"tree {'grown' if self.bridged else 'forked'}"]) + "\n"


def waiting() -> Restoration | None:
    """Give the restore that nobody has reconciled yet."""
    return Restoration.objects.filter(reconciled_at=None).first()


def lossy(since: datetime) -> list[Restoration]:
    """List the restores settled since, in which something was lost."""
    return list(Restoration.objects.filter(reconciled_at__gt=since, lost__gt=0).order_by("pk"))


def pending() -> str:
    """Say why nothing may be signed now, or nothing."""
    if found := waiting():
        from_ = f" from the backup of {found.backup_of:%Y-%m-%d %H:%M} UTC" if found.backup_of else ""
        return f"This house was restored{from_}, and what was lost is not settled yet: nothing is signed. {HOW}"
    known, newest = outside.last(), Checkpoint.objects.order_by("-size").first()
    size, root = (newest.size, bytes(newest.root)) if newest else (0, b"")
    if known.size > size:
        return f"This ledger has signed {size} entries; outside the house lies its checkpoint of {known.size}. {HOW}"
    if known.size and not _fits(known, size, root):
        return (
            f"This ledger is not the one whose checkpoint of {known.size} entries lies outside the house: somebody changed it, "
            "or restored it by hand. Nothing is signed. Keep both as they are, and restore a backup elsewhere to compare."
        )
    return ""


def _fits(known: outside.Known, size: int, root: bytes) -> bool:
    found = root if known.size == size else tree.root(known.size, fetch)
    return found == known.root or Restoration.objects.filter(bridged=False, known_root=known.root).exists()


def fetch(level: int, index: int) -> bytes:
    """Give one hash of the tree."""
    return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))


def refuse_if_pending() -> None:
    """Sign nothing after a restore until it is reconciled, and nothing smaller than what was signed before."""
    if sentence := pending():
        raise Pending(sentence)


def keep_outside() -> int:
    """Bring what lies outside up to the last checkpoint; after a fork the leaves are written anew from where it began."""
    known = outside.last()
    forks = Restoration.objects.filter(bridged=False, known_size__gte=known.size).values_list("kept_size", flat=True)
    outside.add("erased", _told_since(known.size, "entry.erased", "entry"))
    outside.add("removed", _told_since(known.size, "bytes.removed", "sha256"))
    return outside.keep(sure=min(forks, default=known.size))


def _told_since(size: int, event: str, fact: str) -> list[str]:
    """Name what entries numbered since tell of; bytes that another record keeps were not removed."""
    told = Entry.objects.filter(leaf__index__gte=size, event=event).exclude(facts="").values_list("facts", flat=True)
    facts = (json.loads(one) for one in told)
    return [str(one[fact]) for one in facts if not one.get("kept")]


def erased_no_more() -> list[str]:
    """Name the entries that were erased, and of which a restored backup has the text again."""
    told = outside.listed("erased")
    found = Entry.objects.filter(uuid__in=told).exclude(facts="") if told else Entry.objects.none()
    return [str(one) for one in found.values_list("uuid", flat=True)]


def erased_again() -> list[dict[str, object]]:
    """Name the entries that were erased before the restore: the entry that said so may be lost, so the next one says it."""
    told = outside.listed("erased")
    found = Entry.objects.filter(uuid__in=told, facts="", leaf__isnull=False)
    return [
        {"entry": str(one.uuid), "leaf_index": one.leaf_index, "commitment": one.commitment.hex()}
        for one in found.select_related("leaf").order_by("leaf__index")
    ]


def notes() -> list[str]:
    """Give the signed note of every restore of this house, the oldest first."""
    return list(Restoration.objects.exclude(reconciled_at=None).order_by("pk").values_list("note", flat=True))


def was_lost(entry: Entry) -> bool:
    """Say whether a numbered entry stands for one that a restore lost: its leaf is kept, its text is not."""
    if entry.event != LOST or entry.leaf_index is None:
        return False
    settled = Restoration.objects.filter(reconciled_at__isnull=False, lost__gt=0)
    return settled.filter(kept_size__lte=entry.leaf_index, known_size__gt=entry.leaf_index).exists()
