"""How are bytes kept so that none is lost? Written once, named by their SHA-256, safe on disk before they are acknowledged."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.refusals import Refusal

BLOCK = 1 << 20


class StoreFault(Refusal):
    """The store could not keep or give bytes; nothing was half-written."""


class Damaged(StoreFault):
    """Stored bytes are not what they were."""


@dataclass(frozen=True)
class Stored:
    """What was kept: the SHA-256 in hex, and the size in bytes."""

    sha256: str
    size: int


def fsync_folder(folder: Path) -> None:
    """Make a folder's entries safe on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(stream: BinaryIO) -> Stored:
    """Hash a stream to its end."""
    sha, size, block = hashlib.sha256(), 0, memoryview(bytearray(BLOCK))
    while count := stream.readinto(block):  # type: ignore[attr-defined]  # every binary stream of ours has it
        sha.update(block[:count])
        size += count
    return Stored(sha.hexdigest(), size)


class Posix:
    """A folder of write-once objects."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"

    def place(self, sha256: str) -> Path:
        """Say where the object of a digest lies."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):  # noqa: PLR2004
            raise StoreFault(f"{sha256[:80]!r} is not a SHA-256 digest.")
        return self.root / "objects" / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def put(self, stream: BinaryIO, *, expected: str = "") -> Stored:
        """Keep a stream; it is on disk, under its digest, when this returns."""
        self._folder(self.incoming)
        temporary = self.incoming / uuid.uuid4().hex
        try:
            return self._put(stream, temporary, expected)
        except OSError as error:
            raise StoreFault(f"The store could not write: {error.strerror}. Nothing was kept; try again.") from error
        finally:
            temporary.unlink(missing_ok=True)

    def _put(self, stream: BinaryIO, temporary: Path, expected: str) -> Stored:
        stored = self._write(stream, temporary)
        if expected and expected != stored.sha256:
            raise StoreFault(f"The bytes have the digest {stored.sha256}, not {expected}. They were not kept.")
        self.adopt(temporary, stored)
        return stored

    def _write(self, stream: BinaryIO, temporary: Path) -> Stored:
        """Write and hash at once: hashing leaves the interpreter free, so a second thread does it."""
        sha, size = hashlib.sha256(), 0
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o440)
        with os.fdopen(handle, "wb", buffering=0) as out, ThreadPoolExecutor(1) as hasher:
            while block := stream.read(BLOCK):
                hashed = hasher.submit(sha.update, block)
                _write_all(out.fileno(), block)
                size += len(block)
                hashed.result()
            os.fsync(out.fileno())
        return Stored(sha.hexdigest(), size)

    def adopt(self, whole: Path, stored: Stored) -> None:
        """Link a whole, synced file to its place; bytes already there must be the same."""
        final = self.place(stored.sha256)
        self._folder(final.parent)
        try:
            os.link(whole, final)
        except FileExistsError:
            self.verify(stored.sha256)
        fsync_folder(final.parent)

    def _folder(self, folder: Path) -> None:
        """Make a folder and those above it, each safe on disk; never change one that exists."""
        if folder.is_dir():
            return
        self._folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        fsync_folder(folder.parent)

    def has(self, sha256: str) -> bool:
        """Say whether the store holds an object."""
        return self.place(sha256).is_file()

    def local(self, sha256: str) -> Path:
        """Give the path of an object, to be read only."""
        path = self.place(sha256)
        if not path.is_file():
            raise StoreFault(f"The store does not hold {sha256}. Tell the person who keeps the store.")
        return path

    def blocks(self, sha256: str) -> Iterator[bytes]:
        """Give an object's bytes, verified on the way out; damage raises before the last block is given."""
        sha, held = hashlib.sha256(), b""
        with self.local(sha256).open("rb", buffering=0) as stream:
            while block := stream.read(BLOCK):
                sha.update(block)
                if held:
                    yield held
                held = block
        if sha.hexdigest() != sha256:
            raise Damaged(
                f"The stored bytes of {sha256} have changed. Do not use them; tell the person who keeps the store."
            )
        if held:
            yield held

    def verify(self, sha256: str) -> Stored:
        """Read an object and compare it with its digest."""
        with self.local(sha256).open("rb", buffering=0) as stream:
            found = digest_of(stream)
        if found.sha256 != sha256:
            raise Damaged(
                f"The stored bytes of {sha256} have changed. Do not use them; tell the person who keeps the store."
            )
        return found

    def inventory(self) -> Iterator[Stored]:
        """List what lies in the store, by name and size."""
        for path in sorted((self.root / "objects").rglob("*")):
            if path.is_file():
                yield Stored(path.name, path.stat().st_size)

    def sweep_incoming(self) -> int:
        """Remove what a killed process left half-written; nothing of it was acknowledged."""
        left = list(self.incoming.glob("*")) if self.incoming.is_dir() else []
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _write_all(handle: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(handle, rest) :]
