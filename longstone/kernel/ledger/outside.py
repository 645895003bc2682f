"""What of the ledger lies outside the house? Its last checkpoint, every leaf's commitment, and what was erased: enough to go on after a restore (D11).

A commitment tells nothing of its entry. With the commitments of entries that a restore lost, the tree grows on from what was
signed before, and every checkpoint that anybody keeps still fits (docs/adr/0006).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from longstone.kernel import keys, whole
from longstone.kernel.ledger.entries import Checkpoint, Leaf
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import make_folder, sync_folder, write_all
from verifier import note

WIDTH = 32
CHUNK = 1 << 15


class OutsideFault(Refusal):
    """What lies outside the house cannot be read, or is not this ledger's."""


@dataclass(frozen=True)
class Known:
    """A checkpoint that somebody kept: signed by this house, so it was shown to somebody."""

    size: int
    root: bytes
    note: str


NONE = Known(0, b"", "")


def folder() -> Path | None:
    """Say where the house keeps what must outlive it, if a folder is set."""
    return Path(settings.LONGSTONE_OUTSIDE) if settings.LONGSTONE_OUTSIDE else None


def read(told: bytes, *, named: str) -> Known:
    """Read a checkpoint that this house must have signed; raises OutsideFault."""
    try:
        kept = note.parse_note(told)
        known = note.parse_checkpoint(kept.text)
        signed = any(note.verify(kept, key) for key in _keys())
    except note.BadNote as error:
        raise OutsideFault(f"{named} is not a checkpoint of this ledger: {error}") from error
    if known.origin != settings.LONGSTONE_ORIGIN or not signed:
        raise OutsideFault(f"{named} is a checkpoint of {known.origin}, or is not signed with a key of this house.")
    return Known(known.size, known.root, told.decode())


def _keys() -> list[note.Key]:
    name = settings.LONGSTONE_ORIGIN
    raw = [key.public_bytes_raw() for key in keys.verifying("checkpoint").values()]
    return [note.Key(name, note.key_id(name, note.ED25519, one), note.ED25519, one) for one in raw]


def last() -> Known:
    """Give the checkpoint that lies outside; NONE if none does, or no folder is set."""
    place = folder()
    if place is None:
        return NONE
    try:
        told = (place / "checkpoint").read_bytes()
    except FileNotFoundError:
        if not place.is_dir():
            raise OutsideFault(f"LONGSTONE_OUTSIDE says {place}, which is not there. Is its disk connected?") from None
        return NONE
    except OSError as error:
        raise OutsideFault(f"{place}/checkpoint cannot be read: {error.strerror}. Is its disk connected?") from error
    return read(told, named=str(place / "checkpoint"))


def commitments(start: int, end: int) -> list[bytes]:
    """Give the commitments of some leaves, as far as they lie outside."""
    place = folder()
    if place is None or not (place / "leaves").is_file():
        return []
    with (place / "leaves").open("rb") as leaves:
        leaves.seek(start * WIDTH)
        told = leaves.read((end - start) * WIDTH)
    return [told[at : at + WIDTH] for at in range(0, len(told) - WIDTH + 1, WIDTH)]


def keep(*, sure: int) -> int:
    """Bring what lies outside up to the last checkpoint, and give its size; of its leaves the first `sure` stay. Raises OutsideFault."""
    place, newest = folder(), Checkpoint.objects.order_by("-size").first()
    if place is None or newest is None:
        return 0
    known = last()
    if known.size > newest.size:
        raise OutsideFault(f"{place} holds a checkpoint of {known.size} entries; this ledger has signed {newest.size}.")
    if known.size < newest.size:
        try:
            _append(place, min(sure, known.size), newest.size)
            whole.write(place / "checkpoint", newest.note.encode())
        except OSError as error:
            raise OutsideFault(f"{place} cannot be written to: {error.strerror}. Make room, or mend it.") from error
    return newest.size


def listed(name: str) -> list[str]:
    """Give a list that lies outside: `erased`, the ids of entries; `removed`, the digests of disposed bytes."""
    place = folder()
    try:
        return (place / name).read_text("ascii").split() if place else []
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise OutsideFault(f"{place}/{name} cannot be read: {error}. Mend it: what was erased must stay so.") from error


def add(name: str, told: Iterable[str]) -> None:
    """Add to a list outside what is new."""
    place, known = folder(), listed(name)
    new = sorted(set(told) - set(known))
    if place and new:
        whole.write(place / name, "".join(f"{one}\n" for one in [*known, *new]).encode())


def _append(place: Path, sure: int, size: int) -> None:
    """Add the leaves that are new; the checkpoint that speaks of them is written after them."""
    make_folder(place)
    handle = os.open(place / "leaves", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        start = min(sure, os.fstat(handle).st_size // WIDTH)
        os.ftruncate(handle, start * WIDTH)
        os.lseek(handle, 0, os.SEEK_END)
        for block in _blocks(start, size):
            write_all(handle, block)
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(place)


def _blocks(start: int, end: int) -> Iterator[bytes]:
    for first in range(start, end, CHUNK):
        beyond = min(first + CHUNK, end)
        rows = Leaf.objects.filter(index__gte=first, index__lt=beyond).order_by("index")
        found = b"".join(bytes(one) for one in rows.values_list("commitment", flat=True))
        if len(found) != (beyond - first) * WIDTH:
            raise OutsideFault(f"The ledger lacks an entry between {first} and {beyond}. Have it audited.")
        yield found
