"""In which order did things happen? One sequencer at a time numbers committed entries and signs the tree (D11)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from longstone.kernel import keys, promises
from longstone.kernel.ledger import bounds, canonical, nodes, notes, restorations, tree
from longstone.kernel.ledger.bounds import NotSigned
from longstone.kernel.ledger.entries import Checkpoint
from verifier.tree import leaf_hash

BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
LOCK = 0x6C6F6E67  # any number that only the sequencer uses
BATCH = 5000
WINDOW = 10_000  # old numbers that are counted again with each batch, so that a removed entry is noticed soon
COLUMNS = "id, uuid, event, controller, by_id, by_name, on_kind, on_id, on_label, at, past, recorded_at, facts, salt"
WAITING = f"SELECT {COLUMNS} FROM ledger_entry WHERE leaf_index IS NULL ORDER BY id LIMIT %s"  # noqa: S608 - our own columns
NUMBER = """UPDATE ledger_entry e SET leaf_index = n.leaf, commitment = n.told
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS n (id, leaf, told) WHERE e.id = n.id AND e.leaf_index IS NULL AND e.id BETWEEN %s AND %s"""
AGAIN = f"""SELECT leaf_index, commitment, {canonical.SALTED_TEXT}, {canonical.WORDS}, {COLUMNS} FROM ledger_entry
WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index"""  # noqa: S608 - our own columns

__all__ = ["BATCH", "NotSigned", "catch_up", "sequence"]


class Row(NamedTuple):
    """An entry as it stands in the table: a model's instance would cost more than the hashing."""

    id: int
    uuid: UUID
    event: str
    controller: str
    by_id: int | None
    by_name: str
    on_kind: str
    on_id: str
    on_label: str
    at: datetime
    past: bool
    recorded_at: datetime
    facts: str
    salt: bytes


def sequence() -> int:
    """Number what waits, and sign the tree; give how many entries were numbered."""
    with promises.writing("ledger"), transaction.atomic():
        if not _locked():
            return 0
        waiting = _waiting()
        if waiting:
            restorations.refuse_if_pending()
            _grow(waiting)
        return len(waiting)


def _locked() -> bool:
    """Hold the one lock, and have the database go by its indexes: what it guesses of a table that grew just now is far off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(BY_INDEX)
        return True


def _waiting() -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [BATCH])
        return [Row._make(found) for found in cursor.fetchall()]


def _grow(waiting: list[Row]) -> None:
    last = Checkpoint.objects.order_by("-size").first()
    size = last.size if last else 0
    bounds.refuse_below(size)
    old = nodes.hashes(tree.peaks(size))
    _follows(last, old)
    _number(waiting, size)
    leaves = _read_again(size, size + len(waiting))
    grown = tree.append(leaves, size, old.fetch)
    nodes.add(grown)
    _sign(size + len(waiting), nodes.Hashes({**old, **grown}))


def _follows(last: Checkpoint | None, old: nodes.Hashes) -> None:
    """Refuse to sign on tables that do not follow from what was signed last."""
    size = last.size if last else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(leaf_index) + 1, 0) FROM ledger_entry")
        held = cursor.fetchone()[0]
    if held != size or not _window_is_whole(size):
        raise NotSigned(f"The last checkpoint signed {size} entries, but the ledger holds another number.")
    if last and tree.root(size, old.fetch) != bytes(last.root):
        raise NotSigned(f"The tree no longer has the root that was signed at size {size}.")


def _window_is_whole(size: int) -> bool:
    """Count one stretch of the numbers again, another one with each size: to count all would take longer with every entry."""
    start = size % (size // WINDOW + 1) * WINDOW
    with connection.cursor() as cursor:
        told = "SELECT count(*) FROM ledger_entry WHERE leaf_index >= %s AND leaf_index < %s"
        cursor.execute(told, [start, min(start + WINDOW, size)])
        return bool(cursor.fetchone()[0] == min(WINDOW, size - start))


def _number(waiting: list[Row], size: int) -> None:
    told = [canonical.commitment(row) for row in waiting]
    with connection.cursor() as cursor:
        ids = [row.id for row in waiting]
        cursor.execute(NUMBER, [ids, list(range(size, size + len(ids))), told, ids[0], ids[-1]])
        if cursor.rowcount != len(waiting):
            raise NotSigned(f"Of {len(waiting)} entries {cursor.rowcount} could be numbered. The tables were changed.")


def _read_again(start: int, end: int) -> list[bytes]:
    """Re-read and re-derive what is about to be signed, and give its leaf hashes."""
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, [start, end])
        found = cursor.fetchall()
    if [one[0] for one in found] != list(range(start, end)):
        raise NotSigned(f"The entries from {start} to {end} were changed while they were being numbered.")
    for _, told, salted, words, *columns in found:
        if not canonical.fits(told, salted, words) and canonical.commitment(Row._make(columns)) != told:
            raise NotSigned(f"Entry {columns[1]} changed while it was being numbered.")
    return [leaf_hash(one[1]) for one in found]


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
