"""The store: write-once bytes, known by their digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.store.disk import Damaged, Stored, StoreFault
from longstone.kernel.store.posix import Posix
from longstone.kernel.store.reading import Verified

__all__ = ["Damaged", "Posix", "StoreFault", "Stored", "blocks", "current", "local", "open", "put"]


def current() -> Posix:
    """Give the store of this house."""
    from django.conf import settings

    return Posix(Path(settings.LONGSTONE_HOME) / "store")


def put(source: BinaryIO | Path, *, expected: str = "") -> Stored:
    """Keep a stream or a file."""
    return current().put(source, expected=expected)


def open(sha256: str) -> Verified:  # noqa: A001 - read as `store.open`, it says what it does
    """Give an object as a stream, verified on the way out."""
    return current().open(sha256)


def local(sha256: str) -> Path:
    """Give the path of an object, to be read only."""
    return current().local(sha256)


def blocks(sha256: str) -> Iterator[bytes]:
    """Give an object's bytes, verified on the way out."""
    return current().blocks(sha256)
