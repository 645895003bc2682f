"""Where does a program that needs a file find an object of a bucket? In a bounded folder of copies, verified at each use."""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longstone.kernel.store.disk import StoreFault, digest_of, make_folder, spoken, write_all

GRACE = 600.0  # seconds in which a copy that was given out stays, though nobody holds it
BOUND = 64 << 30


class Cache:
    """A folder of copies under their digests; the longest unused go when there would be more bytes than `bound`."""

    def __init__(self, folder: Path, bound: int = BOUND) -> None:
        self.folder, self.bound = folder, bound

    def copy_of(self, sha256: str, size: int, blocks: Callable[[], Iterable[bytes]]) -> Path:
        """Give the path of a copy whose bytes have their digest now."""
        with spoken(f"Making a copy of {sha256}"):
            path = self.folder / sha256
            if not self._sound(path):
                self._make_room(size)
                self._make(path, blocks())
            os.utime(path)
            return path

    @contextmanager
    def lent(self, sha256: str, size: int, blocks: Callable[[], Iterable[bytes]]) -> Iterator[Path]:
        """Give a copy that stays while it is used."""
        path = self.copy_of(sha256, size, blocks)
        with path.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_SH)
            if not path.exists():
                raise StoreFault(f"The copy of {sha256} was removed in this moment. Try again.")
            yield path

    def forget(self, sha256: str) -> None:
        """Remove the copy of an object that was disposed of."""
        with spoken(f"Removing the copy of {sha256}"):
            (self.folder / sha256).unlink(missing_ok=True)

    def _sound(self, path: Path) -> bool:
        """Say whether a copy is there and has its digest; a damaged one is made again, for the bucket holds the object."""
        try:
            with path.open("rb", buffering=0) as copy:
                return digest_of(copy).sha256 == path.name
        except FileNotFoundError:
            return False

    def _make(self, path: Path, blocks: Iterable[bytes]) -> None:
        make_folder(self.folder)
        temporary = self.folder / f"{uuid.uuid4().hex}.part"
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            for block in blocks:
                write_all(handle, block)
            temporary.rename(path)
        finally:
            os.close(handle)
            temporary.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        """Remove the longest unused until what comes has room; what is in use, or was given out just now, stays."""
        kept = sorted(self._copies(), key=lambda one: one[1].st_mtime)
        total = sum(told.st_size for _, told in kept) + size
        for path, told in kept:
            if total <= self.bound:
                return
            if told.st_mtime < time.time() - GRACE and unused(path):
                total -= told.st_size

    def _copies(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in self.folder.glob("*"):
            with suppress(FileNotFoundError):
                found.append((path, path.stat()))
        return found

    def sweep(self) -> int:
        """Remove what killed processes left half-made."""
        return sum(unused(path) for path in self.folder.glob("*.part"))


def unused(path: Path) -> bool:
    """Remove a file if nobody holds it; say whether it went."""
    try:
        with path.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (BlockingIOError, FileNotFoundError):
        return False
    return True
