"""In which order did things happen? One sequencer at a time numbers committed entries and signs the tree (D11)."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from longstone.kernel import keys, promises
from longstone.kernel.ledger import bounds, leaves, nodes, notes, restorations, texts, tree
from longstone.kernel.ledger.bounds import NotSigned
from longstone.kernel.ledger.entries import Checkpoint
from verifier.tree import leaf_hash

BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
LOCK = 0x6C6F6E67  # any number that only the sequencer uses
BATCH = 10_000
WINDOW = 5000  # old numbers that are counted again with each batch, so that a removed entry is noticed soon
COUNT = """SELECT count(*) FROM ledger_leaf l CROSS JOIN LATERAL (SELECT FROM ledger_entry e WHERE e.id = l.entry_id OFFSET 0) AS entry
WHERE l."index" >= %s AND l."index" < %s"""

__all__ = ["BATCH", "NotSigned", "catch_up", "sequence"]


def sequence() -> int:
    """Number what waits, and sign the tree; give how many entries were numbered."""
    with promises.writing("ledger"), transaction.atomic():
        if not _locked():
            return 0
        ids, commitments = texts.waiting(BATCH)
        if ids:
            restorations.refuse_if_pending()
            _grow(ids, commitments)
        return len(ids)


def _locked() -> bool:
    """Hold the one lock, and have the database go by its indexes: what it guesses of a table that grew just now is far off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(BY_INDEX)
        return True


def _grow(ids: list[int], commitments: list[bytes]) -> None:
    last = Checkpoint.objects.order_by("-size").first()
    size = last.size if last else 0
    end = size + len(ids)
    bounds.refuse_below(size)
    old = nodes.hashes(tree.peaks(size))
    _follows(last, old)
    _number(ids, commitments, size)
    grown = tree.append(_read_again(size, end), size, old.fetch)
    nodes.add(grown)
    _sign(end, nodes.Hashes({**old, **grown}))


def _follows(last: Checkpoint | None, old: nodes.Hashes) -> None:
    """Refuse to sign on tables that do not follow from what was signed last."""
    size = last.size if last else 0
    with connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(max("index") + 1, 0) FROM ledger_leaf')
        held = cursor.fetchone()[0]
    if held != size or not _window_is_whole(size):
        raise NotSigned(f"The last checkpoint signed {size} entries, but the ledger holds another number.")
    if last and tree.root(size, old.fetch) != bytes(last.root):
        raise NotSigned(f"The tree no longer has the root that was signed at size {size}.")


def _window_is_whole(size: int) -> bool:
    """Count one stretch of the numbers again, another one with each size: to count all would take longer with every entry."""
    start = size % (size // WINDOW + 1) * WINDOW
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [start, min(start + WINDOW, size)])
        return bool(cursor.fetchone()[0] == min(WINDOW, size - start))


def _number(ids: list[int], commitments: list[bytes], size: int) -> None:
    waited = leaves.add(size, ids, commitments)
    if waited != len(ids):
        raise NotSigned(f"Of {len(ids)} entries only {waited} still waited. The tables were changed.")


def _read_again(start: int, end: int) -> list[bytes]:
    """Re-read and re-derive what is about to be signed, and give its leaf hashes."""
    found = texts.numbered(start, end)
    if found.numbers != list(range(start, end)) or None in found.digests:
        raise NotSigned(f"The entries from {start} to {end} were changed while they were being numbered.")
    sound = [one or b"" for one in found.digests]
    if found.told != b"".join(sound):
        raise NotSigned(f"An entry from {start} to {end} changed while it was being numbered.")
    return [leaf_hash(one) for one in sound]


def _sign(size: int, known: nodes.Hashes) -> None:
    """Sign the root that follows from the tables, if it is the one that follows from what we meant to write."""
    root = tree.root(size, nodes.hashes(tree.peaks(size)).fetch)
    if root != tree.root(size, known.fetch):
        raise NotSigned(f"The tree of {size} entries was not written as it was meant.")
    put_name(size, root)


def put_name(size: int, root: bytes) -> None:
    """Sign a tree under every key that signs now, and keep its checkpoint."""
    newest, *older = keys.signers("checkpoint")
    note = notes.sign_checkpoint(origin=settings.LONGSTONE_ORIGIN, size=size, root=root, key=newest)
    for key in older:
        note = notes.sign_also(note, name=settings.LONGSTONE_ORIGIN, key=key)
    Checkpoint.objects.create(size=size, root=root, note=note)
    transaction.on_commit(lambda: bounds.remember(size))


def catch_up() -> None:
    """Number everything that waits now."""
    while sequence() == BATCH:
        pass
