"""The store: write-once bytes, known by their digest. One setting says where they lie and whether they are encrypted."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from longstone.kernel.store.disk import Damaged, NotHeld, Stored, StoreFault
from longstone.kernel.store.posix import Posix
from longstone.kernel.store.reading import Verified

if TYPE_CHECKING:
    from longstone.kernel.store.contract import Store

__all__ = [
    "Damaged", "Disposed", "NotHeld", "Posix", "StoreFault", "Stored", "blocks", "current", "lent", "local", "open", "put",
]  # fmt: skip

T = TypeVar("T")


class Disposed(StoreFault):
    """These bytes were removed, as two people ordered."""


def current() -> Store:
    """Give the store of this house."""
    from django.conf import settings

    told = settings.LONGSTONE_STORE, settings.LONGSTONE_STORE_KEY_NAME, settings.LONGSTONE_STORE_CACHE
    return _opened(Path(settings.LONGSTONE_HOME), *told)


@cache
def _opened(home: Path, setting: str, key: str, room: int) -> Store:
    """Open a store once for each process."""
    beneath = _bucket(home, setting, room) if "://" in setting else Posix(Path(setting) if setting else home / "store")
    if not key:
        return beneath
    from longstone.kernel.store.encrypted import Encrypted

    return Encrypted(beneath, key, home / "scratch")


def _bucket(home: Path, setting: str, room: int) -> Store:
    from longstone.kernel.store import address
    from longstone.kernel.store.cache import Cache
    from longstone.kernel.store.s3 import S3

    return S3(address.bucket(setting, os.environ), Cache(home / "copies", room))


def put(source: BinaryIO | Path, *, expected: str = "") -> Stored:
    """Keep a stream or a file."""
    return current().put(source, expected=expected)


def open(sha256: str) -> Verified:  # noqa: A001 - read as `store.open`, it says what it does
    """Give an object as a stream, verified on the way out."""
    return _or_disposed(sha256, lambda: current().open(sha256))


def local(sha256: str) -> Path:
    """Give the path of an object's bytes on this machine, to be read only, soon; `lent` keeps it as long as it is needed."""
    return _or_disposed(sha256, lambda: current().local(sha256))


@contextmanager
def lent(sha256: str) -> Iterator[Path]:
    """Give the path of an object's bytes on this machine for as long as it is needed."""
    held = current().lent(sha256)
    path = _or_disposed(sha256, held.__enter__)
    try:
        yield path
    finally:
        held.__exit__(None, None, None)


def blocks(sha256: str) -> Generator[bytes, None, None]:
    """Give an object's bytes, verified on the way out."""
    try:
        yield from current().blocks(sha256)
    except NotHeld as fault:
        raise (_disposed(sha256) or fault) from fault


def _or_disposed(sha256: str, give: Callable[[], T]) -> T:
    try:
        return give()
    except NotHeld as fault:
        raise (_disposed(sha256) or fault) from fault


def _disposed(sha256: str) -> Disposed | None:
    """Say by whom and why, if bytes that the store does not hold were disposed of."""
    from django.utils import timezone

    from longstone.kernel.store.models import Tombstone

    stone = Tombstone.objects.filter(sha256=sha256).order_by("-at").first()
    if stone is None:
        return None
    when = f"{timezone.localtime(stone.at):%d/%m/%Y}"
    return Disposed(
        f"These bytes ({sha256}) were disposed of on {when}, proposed by {stone.proposed_by} and approved by "
        f"{stone.approved_by}: {stone.reason}"
    )
