"""In which order did things happen? One sequencer at a time numbers committed entries and signs the tree (D11)."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from longstone.kernel import keys, promises
from longstone.kernel.ledger import canonical, notes, restorations, tree
from longstone.kernel.ledger.entries import Checkpoint, Entry, Node
from verifier.tree import leaf_hash

LOCK = 0x6C6F6E67  # any number that only the sequencer uses
BATCH = 5000


class NotSigned(AssertionError):
    """What stands in the tables does not follow from what was signed before; nothing is signed."""


def sequence() -> int:
    """Number what waits, and sign the tree; give how many entries were numbered."""
    with promises.writing("ledger"), transaction.atomic():
        if not _locked():
            return 0
        waiting = list(Entry.objects.filter(leaf_index=None).order_by("id").select_for_update()[:BATCH])
        if waiting:
            restorations.refuse_if_pending()
            _grow(waiting)
        return len(waiting)


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _grow(waiting: list[Entry]) -> None:
    size = _signed_size()
    for index, entry in enumerate(waiting, start=size):
        entry.leaf_index, entry.commitment = index, canonical.commitment(entry)
    Entry.objects.bulk_update(waiting, ["leaf_index", "commitment"], batch_size=1000)
    leaves = [leaf_hash(bytes(entry.commitment or b"")) for entry in _read_again(waiting)]
    grown = tree.append(leaves, size, fetch)
    Node.objects.bulk_create([Node(level=level, index=index, hash=h) for (level, index), h in grown.items()])
    _sign(size + len(waiting))


def _signed_size() -> int:
    """Give the size last signed, having checked that the tables hold just that many leaves."""
    last = Checkpoint.objects.order_by("-size").first()
    size = last.size if last else 0
    if Entry.objects.filter(leaf_index__isnull=False).count() != size:
        raise NotSigned(f"The last checkpoint signed {size} entries, but the ledger holds another number.")
    if last and tree.root(size, fetch) != bytes(last.root):
        raise NotSigned(f"The tree no longer has the root that was signed at size {size}.")
    return size


def _read_again(waiting: list[Entry]) -> list[Entry]:
    """Re-read and re-derive what is about to be signed."""
    again = list(Entry.objects.filter(pk__in=[entry.pk for entry in waiting]).order_by("leaf_index"))
    for entry in again:
        if canonical.commitment(entry) != bytes(entry.commitment or b""):
            raise NotSigned(f"Entry {entry.uuid} changed while it was being numbered.")
    return again


def _sign(size: int) -> None:
    root = tree.root(size, fetch)
    _, key = keys.signing("checkpoint")
    note = notes.sign_checkpoint(origin=settings.LONGSTONE_ORIGIN, size=size, root=root, key=key)
    Checkpoint.objects.create(size=size, root=root, note=note)


def fetch(level: int, index: int) -> bytes:
    """Give the hash of one complete subtree."""
    return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))


def catch_up() -> None:
    """Number everything that waits now."""
    while sequence() == BATCH:
        pass
