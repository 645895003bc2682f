"""How does the ledger go on after a restore? From the last checkpoint that anybody knows, with the leaves of what was lost (D11).

Two ways, and the restoration's signed note says which (docs/adr/0006). The commitments of the lost entries lie outside: they take
their old places, the tree only grows, and every checkpoint that was ever signed still fits. Or they are lost too: then their
places are filled with nothing, so that no size is ever signed twice, and the tree is forked, openly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from longstone.kernel import keys, ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, require
from longstone.kernel.ledger import bounds, canonical, leaves, nodes, notes, outside, restorations, sequencer, tree
from longstone.kernel.ledger.entries import Checkpoint, Entry
from longstone.kernel.ledger.restorations import LOST, Restoration
from longstone.kernel.refusals import Refusal
from longstone.kernel.verdict import YES, Verdict, no
from verifier.tree import leaf_hash

POWER = "run the house"
NOTHING = bytes(32)  # stands for a commitment that nobody has any more


@dataclass(frozen=True)
class Lost:
    """What the ledger goes on with: the commitments in the places after those that were kept, and whether they are the true ones."""

    known: outside.Known
    commitments: list[bytes]
    bridged: bool


def may_reconcile(*, by: Actor) -> Verdict:
    """Say whether the actor may settle a restore."""
    return YES if by.holds(POWER) else no("Only those who run the house can settle a restore. Ask your administrator.")


def erased_stays_erased() -> Verdict:
    """Refuse while the backup's text of something that was erased is here again."""
    if not (again := restorations.erased_no_more()):
        return YES
    return no(
        f"{len(again)} entries that were erased since the backup have their text again, such as {again[0]}. "
        "Run `python -m longstone.runner reconcile`, which erases them first."
    )


@command
def reconcile(
    *, by: Actor, at: datetime, checkpoints: list[bytes], unknown: bool = False, fork: bool = False
) -> Restoration:
    """Settle a restore: compare with what was signed, take the lost entries' places, say so in the ledger, and sign on."""
    restoration = _held()
    require(may_reconcile(by=by))
    require(erased_stays_erased())
    lost = _lost(restoration, checkpoints, unknown=unknown, fork=fork)
    ranges = _fill(restoration.kept_size, lost, at=at)
    _settle(restoration, lost, ranges, by=by, at=at)
    entry = ledger.record("ledger.restored", on=None, by=by, at=at, **_facts(restoration, ranges))
    _sign_on(entry, restoration)
    return restoration


def _held() -> Restoration:
    """Hold the sequencer's own lock, so that nobody signs meanwhile, and the restore that waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer.LOCK])
    found = Restoration.objects.select_for_update().filter(reconciled_at=None).first()
    if found is None and not restorations.pending():
        raise Refusal("Nothing waits to be reconciled: this house was not restored.")
    newest = Checkpoint.objects.order_by("-size").first()
    size, root = (newest.size, bytes(newest.root)) if newest else (0, tree.root(0, restorations.fetch))
    if tree.root(size, restorations.fetch) != root:
        raise Refusal("The restored ledger does not have the root that it signed. Restore another backup.")
    return found or Restoration.objects.create(kept_size=size, kept_root=root)


def _lost(restoration: Restoration, checkpoints: list[bytes], *, unknown: bool, fork: bool) -> Lost:
    """Find out what was signed after what was kept."""
    told = [outside.read(one, named=f"Checkpoint {number}") for number, one in enumerate(checkpoints, start=1)]
    known = max([outside.last(), *told], key=lambda one: one.size)
    if not (known.size or unknown):
        raise Refusal(
            "Nobody has said what was last signed. Give the newest checkpoint that a witness, another force or an expert holds "
            "with --checkpoint, or say --unknown if none was ever kept outside the house."
        )
    for one in (*told, known):
        _refuse_other_history(one, restoration.kept_size)
    start, end = restoration.kept_size, max(known.size, restoration.kept_size)
    found = outside.commitments(start, end) if end > start else []
    if _root_with(start, found) == known.root or end == start:
        return Lost(known, found, bridged=True)
    if not fork:
        raise Refusal(
            f"{end - start} entries were lost, and their commitments do not lie outside, so the tree cannot grow on from "
            f"the checkpoint of {known.size}. Find the folder LONGSTONE_OUTSIDE, or say --fork: who holds a later checkpoint "
            "than the backup's will be told that the ledger was restored, and cannot be shown more."
        )
    return Lost(known, [NOTHING] * (end - start), bridged=False)


def _refuse_other_history(known: outside.Known, kept: int) -> None:
    """Refuse a restored ledger that is not the beginning of what was signed."""
    if 0 < known.size <= kept and tree.root(known.size, restorations.fetch) != known.root:
        raise Refusal(
            f"The restored ledger is not the one that signed {known.size} entries: its root there is another. Somebody changed "
            "it. Restore another backup, and have this one looked at."
        )


def _grown(start: int, commitments: list[bytes]) -> dict[tuple[int, int], bytes]:
    return tree.append([leaf_hash(one) for one in commitments], start, restorations.fetch)


def _root_with(start: int, commitments: list[bytes]) -> bytes:
    made = _grown(start, commitments)
    return tree.root(
        start + len(commitments), lambda level, index: made.get((level, index)) or restorations.fetch(level, index)
    )


def _fill(start: int, lost: Lost, *, at: datetime) -> list[tuple[int, int]]:
    """Give the lost places back to entries that the backup still held unnumbered; fill the others; say which those are."""
    still_here = {canonical.commitment(one): one for one in Entry.objects.filter(waiting__isnull=False)}
    places = list(enumerate(lost.commitments, start=start))
    found = [(index, commitment, still_here.get(commitment)) for index, commitment in places]
    gone = [index for index, _, entry in found if entry is None]
    made = Entry.objects.bulk_create([_placeholder(at=at) for _ in gone], batch_size=1000)
    standing = dict(zip(gone, made, strict=True))
    leaves.add(start, [(entry or standing[index]).pk for index, _, entry in found], lost.commitments)
    nodes.add(_grown(start, lost.commitments))
    return _ranges(gone)


def _placeholder(*, at: datetime) -> Entry:
    return Entry(uuid=uuid4(), event=LOST, by_name="the restorer", at=at, past=True, facts="", salt=b"")


def _ranges(indices: list[int]) -> list[tuple[int, int]]:
    """Put numbers that follow each other together."""
    told: list[tuple[int, int]] = []
    for index in indices:
        if told and told[-1][1] == index - 1:
            told[-1] = (told[-1][0], index)
        else:
            told.append((index, index))
    return told


def _settle(restoration: Restoration, lost: Lost, ranges: list[tuple[int, int]], *, by: Actor, at: datetime) -> None:
    known = lost.known if lost.known.size > restoration.kept_size else None
    restoration.known_size = known.size if known else restoration.kept_size
    restoration.known_root = known.root if known else bytes(restoration.kept_root)
    restoration.lost, restoration.bridged = sum(last - first + 1 for first, last in ranges), lost.bridged
    restoration.reconciled_at, restoration.by_name = at, by.name
    name, (_, key) = settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")
    restoration.note = notes.sign(restoration.text(name, ranges), name=name, key=key)
    restoration.save(update_fields=["known_size", "known_root", "lost", "bridged", "reconciled_at", "by_name", "note"])
    if known and lost.bridged:
        Checkpoint.objects.create(size=known.size, root=known.root, note=known.note)


def _facts(restoration: Restoration, ranges: list[tuple[int, int]]) -> dict[str, object]:
    kept, known = bytes(restoration.kept_root).hex(), bytes(restoration.known_root or b"").hex()
    return {
        "kept": {"size": restoration.kept_size, "root": kept},
        "known": {"size": restoration.known_size, "root": known},
        "lost": [list(one) for one in ranges],
        "bridged": restoration.bridged,
        "erased": restorations.erased_again(),
        "backup": restoration.backup,
        "note": restoration.note,
    }


def _sign_on(entry: Entry, restoration: Restoration) -> None:
    """Number the entry that says so, next after what was known, and sign: no size that was signed before is signed again."""
    entry.refresh_from_db()
    index = int(restoration.known_size or 0)
    commitment = canonical.commitment(entry)
    leaves.add(index, [entry.pk], [commitment])
    nodes.add(_grown(index, [commitment]))
    sequencer.put_name(index + 1, tree.root(index + 1, restorations.fetch))
    transaction.on_commit(partial(bounds.restored, index + 1))
