"""The store: write-once bytes, known by their digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.store.posix import Damaged, Posix, Stored, StoreFault

__all__ = ["Damaged", "Posix", "StoreFault", "Stored", "blocks", "current", "local", "put"]


def current() -> Posix:
    """Give the store of this house."""
    from django.conf import settings

    return Posix(Path(settings.LONGSTONE_HOME) / "store")


def put(stream: BinaryIO, *, expected: str = "") -> Stored:
    """Keep a stream."""
    return current().put(stream, expected=expected)


def local(sha256: str) -> Path:
    """Give the path of an object, to be read only."""
    return current().local(sha256)


def blocks(sha256: str) -> Iterator[bytes]:
    """Give an object's bytes, verified on the way out."""
    return current().blocks(sha256)
