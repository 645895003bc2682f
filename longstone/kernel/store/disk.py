"""How do bytes reach the disk, and in what words is it said when they do not?"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.refusals import Refusal

BLOCK = 1 << 20
DIGEST = 64
FULL = {errno.ENOSPC, errno.EDQUOT}


class StoreFault(Refusal):
    """The store could not keep or give bytes; nothing was half-written."""


class Damaged(StoreFault):
    """Stored bytes are not what they were."""


class NotHeld(StoreFault):
    """The store has no such object."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"The store does not hold {sha256}. Tell the person who keeps the store.")
        self.sha256 = sha256


def sound(sha256: str) -> str:
    """Give a digest back, or refuse what is none: only a digest names an object."""
    if len(sha256) != DIGEST or not set(sha256) <= set("0123456789abcdef"):
        raise StoreFault(f"{sha256[:80]!r} is not a SHA-256 digest.")
    return sha256


def shelf(sha256: str) -> str:
    """Say under which name an object lies, in a folder or in a bucket."""
    return f"objects/sha256/{sound(sha256)[:2]}/{sha256[2:4]}/{sha256}"


@dataclass(frozen=True)
class Stored:
    """What was kept: the SHA-256 in hex, and the size in bytes."""

    sha256: str
    size: int


@contextmanager
def spoken(what: str) -> Iterator[None]:
    """Turn what the machine says of a fault into a sentence; `what` could not be done."""
    try:
        yield
    except OSError as error:
        raise StoreFault(f"{what} could not be done: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    if error.errno in FULL:
        return "the disk is full. Free some space, then try again."
    said = os.strerror(error.errno) if error.errno else str(error)
    return f"the disk answered “{said}”. Tell the person who keeps the store."


def write_all(handle: int, block: bytes) -> None:
    """Write a whole block; the system may take it in parts."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(handle, rest) :]


def copy(source: BinaryIO, handle: int) -> Stored:
    """Write a stream to an open file and sync it; a second thread hashes each block while it is written."""
    sha, size = hashlib.sha256(), 0
    with ThreadPoolExecutor(max_workers=1) as second:
        while block := source.read(BLOCK):
            hashed = second.submit(sha.update, block)
            write_all(handle, block)
            hashed.result()
            size += len(block)
    os.fsync(handle)
    return Stored(sha.hexdigest(), size)


def digest_of(stream: BinaryIO) -> Stored:
    """Hash a stream to its end."""
    sha, size, block = hashlib.sha256(), 0, memoryview(bytearray(BLOCK))
    while count := stream.readinto(block):  # type: ignore[attr-defined]  # every binary stream of ours has it
        sha.update(block[:count])
        size += count
    return Stored(sha.hexdigest(), size)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries safe on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, for us alone, each safe on disk; never change one that exists."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
