"""In which order is everything checked? One reading of one moment of the database, then the store's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from longstone.kernel import keys, store
from longstone.kernel.ledger import bounds, proofs
from longstone.kernel.ledger.audit import checkpoints, trees
from longstone.kernel.ledger.audit.blocks import BLOCK, IN_ORDER
from longstone.kernel.ledger.audit.leaves import Leaves
from longstone.kernel.ledger.audit.report import Report
from longstone.kernel.refusals import Refusal
from longstone.kernel.store import Damaged, StoreFault
from verifier import note

BEYOND = """SELECT e.uuid, l."index" FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry_id
WHERE l."index" < 0 OR l."index" >= %s ORDER BY l."index" LIMIT 1000"""
WAITING = "SELECT count(*), max(now() - recorded_at) FROM ledger_waiting JOIN ledger_entry ON id = entry_id"
CENSUS = """SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_waiting w JOIN ledger_entry e ON e.id = w.entry_id
WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id))"""
FORGOTTEN = """SELECT uuid FROM ledger_entry e WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id)
AND NOT EXISTS (SELECT FROM ledger_waiting w WHERE w.entry_id = e.id) ORDER BY id LIMIT 1000"""
PATIENCE = timedelta(minutes=5)


def audit(report: Report, *, ledger_only: bool = False, since: str = "") -> Report:
    """Check the ledger, and unless only that is asked for every stored object; `since` is the note of a checkpoint kept earlier."""
    try:
        with one_moment():
            _ledger(report)
            if since:
                _since(report, since)
    except (DatabaseError, keys.KeyFault, Refusal) as fault:
        report.gap(f"the rest of the ledger: {fault}")
    if not ledger_only:
        _objects(report)
    return report


@contextmanager
def one_moment() -> Iterator[None]:
    """Read the database as it is at one moment, however long that takes, and write nothing."""
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with connection.cursor() as cursor:
            cursor.execute(IN_ORDER)
        yield


def _ledger(report: Report) -> None:
    signed = checkpoints.Checkpoints(report)
    last = signed.last()
    report.size = last.size
    tree = trees.Trees(report)
    stream = signed.stream()
    after = next(stream, None)
    entries = Leaves(report, last.size, last.root)
    for leaves in entries.blocks():
        tree.add(leaves, entries.stored)
        while after and after[0] <= tree.start + len(leaves):
            signed.check(*after, tree.root(after[0]) if after[0] > 0 else None)
            after = next(stream, None)
    while after:
        signed.check(*after, None)
        after = next(stream, None)
    trees.beyond(report, last.size)
    _numbers(report, last.size)
    checkpoints.cosignatures(report)
    checkpoints.tokens(report)


def _numbers(report: Report, size: int) -> None:
    """Find entries with numbers that were never signed, or without one that wait for none or too long, and a ledger that was cut short."""
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, [size])
        for uuid, index in cursor.fetchall():
            report.fault(
                "entry", f"{uuid} (index {index})", f"The ledger was signed up to {size}: nobody gave it that number."
            )
        _forgotten(report, cursor, size)
        cursor.execute(WAITING)
        waiting, longest = cursor.fetchone()
    if waiting and longest > PATIENCE:
        report.gap(f"{waiting} entries that have no number yet. Is the sequencer running?")
    bound = bounds.already_signed()
    if bound > size:
        report.fault(
            "ledger", f"size {size}", f"A ledger of {bound} entries was signed or witnessed. It was cut short."
        )


def _forgotten(report: Report, cursor: Any, size: int) -> None:
    """Find entries that neither have a number nor wait for one: none, if all numbers are sound and the rest of the entries wait."""
    cursor.execute(CENSUS)
    held, waiting = cursor.fetchone()
    if not report.failed and held == size + waiting:
        return
    cursor.execute(FORGOTTEN)
    for (uuid,) in cursor.fetchall():
        report.fault("entry", f"{uuid} (no index)", "It has no number and waits for none: somebody took it away.")


def _since(report: Report, told: str) -> None:
    """Check that the ledger continues a checkpoint that somebody kept."""
    try:
        kept = note.parse_checkpoint(note.parse_note(told.encode()).text)
    except note.BadNote as error:
        return report.gap(f"the old checkpoint: {error}")
    try:
        proofs.since(kept)
    except Refusal as refusal:
        return report.fault("ledger", f"since size {kept.size}", refusal.sentence)
    report.sound["old checkpoints"] += 1
    return None


def _objects(report: Report) -> None:
    """Read every stored object."""
    held = store.current()
    try:
        for one in held.inventory():
            try:
                held.verify(one.sha256)
                report.sound["objects"] += 1
            except Damaged as fault:
                report.fault("object", one.sha256, fault.sentence)
            except StoreFault as fault:
                report.gap(f"object {one.sha256}: {fault.sentence}")
    except StoreFault as fault:
        report.fault("store", "its list", fault.sentence)
        report.gap("the objects after it in the store's list.")


__all__ = ["BLOCK", "audit"]
