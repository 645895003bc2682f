"""How are bytes kept so that none is lost? Written once, named by their SHA-256, safe on disk before they are acknowledged."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import stat
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.store.contract import Behaviour, Stray, objects_only
from longstone.kernel.store.disk import (
    BLOCK,
    NotHeld,
    Stored,
    StoreFault,
    copy,
    digest_of,
    make_folder,
    shelf,
    spoken,
    sync_folder,
)
from longstone.kernel.store.reading import Verified, compare, compared


class Posix:
    """A folder of write-once objects: objects/sha256/ab/cd/<digest>, mode 0440."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"

    @property
    def address(self) -> str:
        """Say where it is."""
        return str(self.root)

    def place(self, sha256: str) -> Path:
        """Say where the object of a digest lies."""
        return self.root / shelf(sha256)

    def put(self, source: BinaryIO | Path, *, expected: str = "") -> Stored:
        """Keep a stream or a file; it is on disk, under its digest, when this returns."""
        with spoken("Keeping the bytes"):
            if isinstance(source, Path):
                with source.open("rb", buffering=0) as stream:
                    return self._put(stream, expected)
            return self._put(source, expected)

    def _put(self, stream: BinaryIO, expected: str) -> Stored:
        with self._arriving() as (temporary, handle):
            stored = copy(stream, handle)
            if expected and expected != stored.sha256:
                raise StoreFault(f"The bytes have the digest {stored.sha256}, not {expected}. They were not kept.")
            self._link(temporary, stored)
            return stored

    @contextmanager
    def _arriving(self) -> Iterator[tuple[Path, int]]:
        """Give a file that nobody sees yet; its lock says that its writer lives."""
        make_folder(self.incoming)
        temporary = self.incoming / uuid.uuid4().hex
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o440)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            os.fchmod(handle, 0o440)
            yield temporary, handle
        finally:
            os.close(handle)
            with suppress(OSError):  # what cannot be removed now is swept at the next start
                temporary.unlink()

    def adopt(self, whole: Path, stored: Stored) -> None:
        """Link a whole, synced file to its place; from another disk it is copied."""
        with spoken("Keeping the bytes"):
            try:
                self._link(whole, stored)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self.put(whole, expected=stored.sha256)

    def _link(self, whole: Path, stored: Stored) -> None:
        """Give bytes their name; those that have it already must be the same."""
        final = self.place(stored.sha256)
        self._open_shelf(final.parent)
        try:
            os.link(whole, final)
        except FileExistsError:
            self.verify(stored.sha256)
        self._sync_up(final.parent)

    def _open_shelf(self, shelf: Path) -> None:
        """Make the folders of an object; `_sync_up` makes them safe, all at once, when the object lies in them."""
        make_folder(self.root)
        for folder in [*reversed(shelf.parents[:3]), shelf]:
            folder.mkdir(mode=0o700, exist_ok=True)

    def _sync_up(self, folder: Path) -> None:
        """Make every name above an object safe: another writer may have made a folder and not synced it yet."""
        while folder != self.root.parent:
            sync_folder(folder)
            folder = folder.parent
        sync_folder(folder)

    def has(self, sha256: str) -> bool:
        """Say whether the store holds an object."""
        return self.place(sha256).is_file()

    def local(self, sha256: str) -> Path:
        """Give the path of an object, to be read only."""
        path = self.place(sha256)
        if not path.is_file():
            raise NotHeld(sha256)
        return path

    @contextmanager
    def lent(self, sha256: str) -> Iterator[Path]:
        """Give the path of an object for a while; here that is the object itself."""
        yield self.local(sha256)

    def size(self, sha256: str) -> int:
        """Give the size of an object in bytes."""
        return self.local(sha256).stat().st_size

    def open(self, sha256: str) -> Verified:
        """Give an object as a stream, verified on the way out; close it, or use it in a `with`."""
        return Verified(self.blocks(sha256), size=self.size(sha256))

    def blocks(self, sha256: str) -> Generator[bytes, None, None]:
        """Give an object's bytes, verified on the way out; damage raises before the last block is given."""
        with spoken(f"Reading {sha256}"), self.local(sha256).open("rb", buffering=0) as stream:
            yield from compared(sha256, iter(partial(stream.read, BLOCK), b""))

    def verify(self, sha256: str) -> Stored:
        """Read an object and compare it with its digest."""
        with spoken(f"Reading {sha256}"), self.local(sha256).open("rb", buffering=0) as stream:
            found = digest_of(stream)
        compare(sha256, found.sha256)
        return found

    def inventory(self) -> Iterator[Stored]:
        """List the objects in the order of the digests; what is no object is named, not passed over."""
        return objects_only(self.listing(), StoreFault)

    def listing(self) -> Iterator[Stored | Stray]:
        """List all that lies in the store, objects in the order of the digests, and what is no object."""
        with spoken("Listing the store"):
            for folder, below, names in os.walk(self.root / "objects", onerror=_raise):
                below.sort()
                for name in sorted(names):
                    yield self._listed(Path(folder) / name)

    def _listed(self, path: Path) -> Stored | Stray:
        size = path.lstat().st_size
        try:
            rightly = self.place(path.name) == path and stat.S_ISREG(path.lstat().st_mode)
        except StoreFault:
            rightly = False
        return Stored(path.name, size) if rightly else Stray(path.name, size, "lies in the wrong place in the store.")

    def discard(self, sha256: str) -> None:
        """Remove an object, for a disposal that two people ordered; one that is gone already is no fault."""
        with spoken(f"Removing {sha256}"):
            path = self.place(sha256)
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def probe(self) -> Behaviour:
        """Try what this folder does with a second write, a wrong digest and an early deletion, on bytes of its own."""
        tried = Posix(self.root / "probe")  # on the same disk, and out of every listing
        made = tried.put(io.BytesIO(f"probe {uuid.uuid4()}".encode()))
        with tried._arriving() as (other, _):
            conditional = _refuses(FileExistsError, partial(os.link, other, tried.place(made.sha256)))
        checksum = _refuses(StoreFault, partial(tried.put, io.BytesIO(b"probe"), expected="0" * 64))
        locked = _refuses(PermissionError, tried.place(made.sha256).unlink)
        return Behaviour(conditional, checksum, locked)

    def sweep_incoming(self) -> int:
        """Remove what a killed process left half-written, none of it acknowledged; leave what is being written."""
        left = list(self.incoming.glob("*")) if self.incoming.is_dir() else []
        return sum(_abandoned(path) for path in left)


def _refuses(refusal: type[Exception], tried: Callable[[], object]) -> bool:
    try:
        tried()
    except refusal:
        return True
    return False


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a store that has taken nothing yet has no objects folder
        raise error


def _abandoned(path: Path) -> bool:
    """Remove a half-written file if nobody holds it; say whether it went."""
    try:
        with path.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (BlockingIOError, FileNotFoundError):
        return False
    return True
