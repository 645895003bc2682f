"""How are bytes kept in a bucket so that none is lost? Written once, read back before they are acknowledged."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from longstone.kernel.store import trying
from longstone.kernel.store.address import Bucket
from longstone.kernel.store.asking import Asking
from longstone.kernel.store.cache import Cache
from longstone.kernel.store.contract import Behaviour, Stray, objects_only
from longstone.kernel.store.disk import BLOCK, NotHeld, Stored, StoreFault, copy, digest_of, shelf, spoken
from longstone.kernel.store.reading import Verified, compared, hashed

PART = 8 << 20
MOST_PARTS = 9_000  # the protocol allows 10,000
AT_ONCE = 4
ABANDONED = timedelta(days=2)  # no upload of one object takes longer
RETRIES = 3


class S3:
    """A bucket of write-once objects: objects/sha256/ab/cd/<digest>, reached through obstore."""

    def __init__(self, bucket: Bucket, cache: Cache, *, retries: int = RETRIES, part: int = PART) -> None:
        self._bucket, self._cache, self._part = bucket, cache, part
        self._asking = Asking(bucket)
        self._store = _opened(bucket, retries)

    @property
    def address(self) -> str:
        """Say where it is, without its keys."""
        return self._bucket.address

    def place(self, sha256: str) -> PurePosixPath:
        """Say under which key the object of a digest lies."""
        return PurePosixPath(shelf(sha256))

    def put(self, source: BinaryIO | Path, *, expected: str = "") -> Stored:
        """Keep a stream or a file; it lies in the bucket, under its digest, and was read back, when this returns."""
        with spoken("Keeping the bytes"), _whole(source) as (path, stored):
            if expected and expected != stored.sha256:
                raise StoreFault(f"The bytes have the digest {stored.sha256}, not {expected}. They were not kept.")
            self.adopt(path, stored)
            return stored

    def adopt(self, whole: Path, stored: Stored) -> None:
        """Keep a whole file of this machine; what lies there already must be the same, and is never written over."""
        with _answered("Keeping the bytes"), spoken("Keeping the bytes"):
            if not self.has(stored.sha256):
                self._send(whole, stored)
        self.verify(stored.sha256)

    def _send(self, whole: Path, stored: Stored) -> None:
        key = shelf(stored.sha256)
        if stored.size > self._part:
            part = max(self._part, -(-stored.size // MOST_PARTS))
            blocks = compared(stored.sha256, _read(whole, part))
            obstore.put(self._store, key, blocks, use_multipart=True, chunk_size=part, max_concurrency=AT_ONCE)
            return
        told = b"".join(compared(stored.sha256, _read(whole, BLOCK)))
        with suppress(
            AlreadyExistsError
        ):  # somebody kept the same bytes in this moment: they are verified like our own
            obstore.put(self._store, key, told, mode="create", use_multipart=False)

    def has(self, sha256: str) -> bool:
        """Say whether the bucket holds an object."""
        try:
            self.size(sha256)
        except NotHeld:
            return False
        return True

    def size(self, sha256: str) -> int:
        """Give the size of an object in bytes."""
        with _answered(f"Reading {sha256}", sha256):
            return int(obstore.head(self._store, shelf(sha256))["size"])

    def open(self, sha256: str) -> Verified:
        """Give an object as a stream, verified on the way out; close it, or use it in a `with`."""
        return Verified(self.blocks(sha256), size=self.size(sha256))

    def blocks(self, sha256: str) -> Generator[bytes, None, None]:
        """Give an object's bytes; damage raises before the last block is given."""
        return compared(sha256, self._coming(sha256))

    def _coming(self, sha256: str) -> Iterator[bytes]:
        with _answered(f"Reading {sha256}", sha256):
            for block in obstore.get(self._store, shelf(sha256)).stream(min_chunk_size=BLOCK):
                yield bytes(block)

    def verify(self, sha256: str) -> Stored:
        """Read an object and compare it with its digest."""
        return hashed(sha256, self._coming(sha256))

    def local(self, sha256: str) -> Path:
        """Give the path of a verified copy on this machine, to be read only, soon: `lent` keeps it."""
        return self._cache.copy_of(sha256, self.size(sha256), lambda: self.blocks(sha256))

    def lent(self, sha256: str) -> AbstractContextManager[Path]:
        """Give the path of a verified copy on this machine for as long as it is needed."""
        return self._cache.lent(sha256, self.size(sha256), lambda: self.blocks(sha256))

    def inventory(self) -> Iterator[Stored]:
        """List the objects in the order of the digests; what is no object is named, not passed over."""
        return objects_only(self.listing(), StoreFault)

    def listing(self) -> Iterator[Stored | Stray]:
        """List all that lies in the bucket, objects in the order of the digests, and what is no object."""
        with _answered("Listing the bucket"):
            for some in obstore.list(self._store, prefix="objects"):
                yield from (_listed(one["path"], one["size"]) for one in some)

    def discard(self, sha256: str) -> None:
        """Remove an object and every version of it, for a disposal that two people ordered."""
        trying.remove(self._asking, shelf(sha256))
        self._cache.forget(sha256)
        if self.has(sha256):
            raise StoreFault(
                f"The bucket still holds {sha256} after it was removed. Tell the person who keeps the store."
            )

    def sweep_incoming(self, *, older: timedelta = ABANDONED) -> int:
        """Give up uploads that were begun long ago and never finished, none of them acknowledged."""
        swept = trying.give_up_unfinished(self._asking, before=datetime.now(UTC) - older)
        return swept + self._cache.sweep()

    def probe(self) -> Behaviour:
        """Try what the bucket does with a second write, a wrong checksum and an early deletion, on bytes of its own."""
        return trying.behaviour(self._asking)


def _opened(bucket: Bucket, retries: int) -> S3Store:
    return S3Store(
        bucket.name,
        config={
            "endpoint": bucket.endpoint, "region": bucket.region, "access_key_id": bucket.key,
            "secret_access_key": bucket.secret, "virtual_hosted_style_request": False, "checksum_algorithm": "SHA256",
            "disable_bulk_delete": True,
        },
        client_options={
            "allow_http": bucket.plain, "timeout": timedelta(days=2), "connect_timeout": timedelta(seconds=10),
            "read_timeout": timedelta(minutes=2),
        },
        retry_config={
            "max_retries": retries, "retry_timeout": timedelta(minutes=3), "backoff": {
                "init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2,
            },
        },
    )  # fmt: skip


@contextmanager
def _answered(what: str, sha256: str = "") -> Iterator[None]:
    """Turn what the bucket says of a fault into a sentence."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        if getattr(error, "errno", None):
            raise  # a file of this machine, not an object of the bucket
        raise (
            NotHeld(sha256) if sha256 else StoreFault(f"{what} could not be done: there is no such bucket.")
        ) from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise StoreFault(f"{what} could not be done: the bucket refused the house's key. Check its rights.") from error
    except BaseError as error:
        raise StoreFault(f"{what} could not be done: the bucket did not answer as it should. Try again.") from error


@contextmanager
def _whole(source: BinaryIO | Path) -> Iterator[tuple[Path, Stored]]:
    """Give bytes as a file whose digest is known; a stream is written to one first, for its name is not known before."""
    if isinstance(source, Path):
        with source.open("rb", buffering=0) as stream:
            stored = digest_of(stream)
        yield source, stored
        return
    with tempfile.NamedTemporaryFile(prefix="longstone-") as spooled:
        stored = copy(source, spooled.fileno())
        yield Path(spooled.name), stored


def _read(path: Path, block: int) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as stream:
        while told := stream.read(block):
            yield told


def _listed(path: str, size: int) -> Stored | Stray:
    name = path.rpartition("/")[2]
    try:
        rightly = shelf(name) == path
    except StoreFault:
        rightly = False
    return Stored(name, size) if rightly else Stray(path, size, "lies in the wrong place in the bucket.")
