"""What must a store do, wherever it keeps its bytes? Digest in, digest out; written once; damage is said, never given out."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol

from longstone.kernel.store.disk import Stored
from longstone.kernel.store.reading import Verified


@dataclass(frozen=True)
class Stray:
    """Something that lies in the store and is no object: its name, its size in bytes, and what is wrong with it."""

    name: str
    size: int
    said: str


@dataclass(frozen=True)
class Behaviour:
    """What a place was seen to do when it was tried, not what it promises."""

    conditional: bool
    checksum: bool
    locked: bool

    @property
    def write_once(self) -> bool:
        """Say whether it may be called write-once: only if all three were seen."""
        return self.conditional and self.checksum and self.locked

    @property
    def sentence(self) -> str:
        """Say what it is, or which behaviour failed."""
        if self.write_once:
            return "Write-once: it refused a second write, a wrong checksum and an early deletion when it was tried."
        wrong = [
            said for seen, said in zip((self.conditional, self.checksum, self.locked), FAILED, strict=True) if not seen
        ]
        return f"Not write-once: {'; '.join(wrong)}."


FAILED = (
    "a second write to the same name was let through",
    "bytes with a wrong checksum were taken",
    "what was just written could be deleted at once, by the house's own account",
)


class Store(Protocol):
    """A keeper of write-once bytes. Every fault is a StoreFault with a sentence; nothing half-written is ever seen."""

    @property
    def address(self) -> str:
        """Say where it is, without its keys."""

    def place(self, sha256: str) -> PurePath:
        """Say where the object of a digest lies."""

    def put(self, source: BinaryIO | Path, *, expected: str = "") -> Stored:
        """Keep a stream or a file; it is safe, under its digest, when this returns."""

    def adopt(self, whole: Path, stored: Stored) -> None:
        """Keep a whole file of this machine whose digest is known."""

    def has(self, sha256: str) -> bool:
        """Say whether the store holds an object."""

    def size(self, sha256: str) -> int:
        """Give the size of an object in bytes."""

    def open(self, sha256: str) -> Verified:
        """Give an object as a stream, verified on the way out; close it, or use it in a `with`."""

    def blocks(self, sha256: str) -> Generator[bytes, None, None]:
        """Give an object's bytes; damage raises before the last block is given."""

    def local(self, sha256: str) -> Path:
        """Give the path of a file of this machine that holds the object, to be read only, soon."""

    def lent(self, sha256: str) -> AbstractContextManager[Path]:
        """Give that path for as long as it is needed; a copy made for it stays meanwhile, and may go afterwards."""

    def verify(self, sha256: str) -> Stored:
        """Read an object and compare it with its digest."""

    def listing(self) -> Iterator[Stored | Stray]:
        """List all that lies there, objects in the order of their digests, and what is no object."""

    def inventory(self) -> Iterator[Stored]:
        """List the objects in the order of their digests; what is no object raises."""

    def discard(self, sha256: str) -> None:
        """Remove an object and every version of it: for a disposal that two people ordered, and for nothing else."""

    def sweep_incoming(self) -> int:
        """Remove what killed processes left half-written, none of it acknowledged; say how many there were."""

    def probe(self) -> Behaviour:
        """Try what the place does, on bytes of its own."""


def objects_only(listing: Iterator[Stored | Stray], refuse: type[Exception]) -> Iterator[Stored]:
    """Give the objects of a listing; the first thing that is none raises."""
    for one in listing:
        if isinstance(one, Stray):
            raise refuse(f"{one.name} {one.said} Tell the person who keeps the store.")
        yield one
