"""How are bytes kept so that the keeper of the disk or the bucket cannot read them? Encrypted, each object under its own key.

The digest is always that of the plaintext. What lies in the store beneath lies under the digest of the encrypted bytes, and can be
counted and verified there without any key. The object's key is wrapped by a named key of the house and kept in the database:
whoever removes it has removed the object, whatever copies of its bytes there are. Objects from before it was turned on lie in the open
under their own digest, and are read as they are.
"""

from __future__ import annotations

import base64
import fcntl
import os
import uuid
import weakref
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import BinaryIO, cast

from longstone.kernel import keys, promises
from longstone.kernel.store.cache import unused
from longstone.kernel.store.cipher import Encrypting, decrypted, new_key
from longstone.kernel.store.contract import Behaviour, Store, Stray, objects_only
from longstone.kernel.store.disk import Damaged, NotHeld, Stored, StoreFault, make_folder, sound, spoken, write_all
from longstone.kernel.store.models import ObjectKey
from longstone.kernel.store.reading import Verified, changed, compared, hashed


class Encrypted:
    """A store whose objects lie encrypted in another; `key` names the house's key that wraps theirs."""

    def __init__(self, beneath: Store, key: str, scratch: Path) -> None:
        self.beneath, self.key, self.scratch = beneath, key, scratch
        self._given: dict[str, tuple[Path, BinaryIO]] = {}
        weakref.finalize(self, _take_back, self._given)

    @property
    def address(self) -> str:
        """Say where it is."""
        return f"{self.beneath.address}, encrypted"

    def place(self, sha256: str) -> PurePath:
        """Say where the encrypted bytes of a digest lie."""
        return self.beneath.place(self._name(sha256))

    def put(self, source: BinaryIO | Path, *, expected: str = "") -> Stored:
        """Keep a stream or a file; its encrypted bytes and its wrapped key are safe when this returns and commits."""
        with spoken("Keeping the bytes"):
            if isinstance(source, Path):
                with source.open("rb", buffering=0) as stream:
                    return self._put(stream, expected)
            return self._put(source, expected)

    def _put(self, stream: BinaryIO, expected: str) -> Stored:
        key = new_key()
        coming = Encrypting(stream, key)
        kept = self.beneath.put(cast("BinaryIO", coming))
        made = False
        try:
            if expected and expected != coming.plain.sha256:
                raise StoreFault(
                    f"The bytes have the digest {coming.plain.sha256}, not {expected}. They were not kept."
                )
            made = not self.has(coming.plain.sha256) and self._remember(coming.plain, kept, key)
        finally:
            if not made:  # bytes of this moment that no key will open
                self.beneath.discard(kept.sha256)
        return coming.plain if made else self.verify(coming.plain.sha256)

    def _remember(self, plain: Stored, kept: Stored, key: bytes) -> bool:
        """Keep an object's wrapped key; say no if the object was here already."""
        wrapped = keys.seal(self.key, base64.b64encode(key).decode(), row=_row_name(plain.sha256, kept.sha256))
        told = {"size": plain.size, "kept_as": kept.sha256, "kept_size": kept.size, "key": self.key, "wrapped": wrapped}
        with promises.writing("store"):
            made = ObjectKey.objects.bulk_create([ObjectKey(sha256=plain.sha256, **told)], ignore_conflicts=True)
        return bool(made) and ObjectKey.objects.filter(sha256=plain.sha256, kept_as=kept.sha256).exists()

    def adopt(self, whole: Path, stored: Stored) -> None:
        """Keep a whole file of this machine; what is here already must be the same."""
        if self.has(stored.sha256):
            self.verify(stored.sha256)
        else:
            self.put(whole, expected=stored.sha256)

    def _name(self, sha256: str) -> str:
        """Say under which digest an object lies beneath: that of its encrypted bytes, or its own if it lies in the open."""
        row = ObjectKey.objects.filter(sha256=sound(sha256)).first()
        return row.kept_as if row else sha256

    def has(self, sha256: str) -> bool:
        """Say whether the store holds an object, and its key if it is encrypted."""
        return self.beneath.has(self._name(sha256))

    def size(self, sha256: str) -> int:
        """Give the size of an object in bytes."""
        row = ObjectKey.objects.filter(sha256=sound(sha256)).first()
        if not self.has(sha256):
            raise NotHeld(sha256)
        return row.size if row else self.beneath.size(sha256)

    def open(self, sha256: str) -> Verified:
        """Give an object as a stream, verified on the way out; close it, or use it in a `with`."""
        return Verified(self.blocks(sha256), size=self.size(sha256))

    def blocks(self, sha256: str) -> Generator[bytes, None, None]:
        """Give an object's bytes; damage raises before the last block is given."""
        return compared(sha256, self._opened(sha256))

    def _opened(self, sha256: str) -> Iterator[bytes]:
        row = ObjectKey.objects.filter(sha256=sound(sha256)).first()
        if not self.has(sha256):
            raise NotHeld(sha256)
        if row is None:
            yield from self.beneath.blocks(sha256)
            return
        told = keys.unseal(row.key, bytes(row.wrapped), row=_row_name(sha256, row.kept_as)).reveal()
        try:
            yield from decrypted(sha256, self.beneath.blocks(row.kept_as), base64.b64decode(told))
        except Damaged as fault:
            raise changed(sha256) from fault

    def verify(self, sha256: str) -> Stored:
        """Read an object through, decrypted, and compare it with its digest."""
        return hashed(sha256, self._opened(sha256))

    def local(self, sha256: str) -> Path:
        """Give the path of a decrypted copy that goes when this process ends; `lent` is better, for it goes earlier."""
        if sha256 not in self._given:
            self._given[sha256] = self._copy(sha256)
        return self._given[sha256][0]

    @contextmanager
    def lent(self, sha256: str) -> Iterator[Path]:
        """Give the path of a decrypted copy that goes as soon as it is no longer needed."""
        path, held = self._copy(sha256)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
            held.close()

    def _copy(self, sha256: str) -> tuple[Path, BinaryIO]:
        """Decrypt an object into a file that is ours alone; its lock says that we live."""
        path = self.scratch / uuid.uuid4().hex
        with spoken(f"Decrypting {sha256}"):
            make_folder(self.scratch)
            held = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o400), "r+b", buffering=0)
            try:
                fcntl.flock(held, fcntl.LOCK_EX)
                for block in self.blocks(sha256):
                    write_all(held.fileno(), block)
            except BaseException:
                path.unlink(missing_ok=True)
                held.close()
                raise
        return path, held

    def inventory(self) -> Iterator[Stored]:
        """List the objects in the order of their digests; what is no object is named, not passed over."""
        return objects_only(self.listing(), StoreFault)

    def listing(self) -> Iterator[Stored | Stray]:
        """List what is no object; then the objects, those encrypted and those that lie in the open, in the order of their digests."""
        beneath: dict[bytes, int] = {}
        for one in self.beneath.listing():
            if isinstance(one, Stray):
                yield one
            else:
                beneath[bytes.fromhex(one.sha256)] = one.size
        found = list(self._encrypted(beneath))
        yield from (Stored(sha256.hex(), size) for sha256, size in sorted([*found, *beneath.items()]))

    def _encrypted(self, beneath: dict[bytes, int]) -> Iterator[tuple[bytes, int]]:
        """Take out of what lies beneath that to which there is a key; give its own digest and size."""
        for row in ObjectKey.objects.order_by("sha256").iterator():
            size = beneath.pop(bytes.fromhex(row.kept_as), None)
            if size is not None:
                yield bytes.fromhex(row.sha256), row.size - row.kept_size + size

    def discard(self, sha256: str) -> None:
        """Remove an object's wrapped key, and its bytes; without the key no copy of encrypted bytes can be read."""
        self.beneath.discard(self._name(sha256))
        with promises.writing("store"):
            ObjectKey.objects.filter(sha256=sha256).delete()
        if given := self._given.pop(sha256, None):
            _take_back({sha256: given})

    def sweep_incoming(self) -> int:
        """Remove what killed processes left: half-written bytes, and decrypted copies that nobody holds."""
        with suppress(FileNotFoundError):
            left = sum(unused(path) for path in list(self.scratch.iterdir()))
            return left + self.beneath.sweep_incoming()
        return self.beneath.sweep_incoming()

    def probe(self) -> Behaviour:
        """Try what the store beneath does."""
        return self.beneath.probe()


def _take_back(given: dict[str, tuple[Path, BinaryIO]]) -> None:
    """Remove decrypted copies."""
    for path, held in given.values():
        path.unlink(missing_ok=True)
        held.close()


def rewrap(key: str) -> int:
    """Wrap the keys of all objects again, under the newest version of the house's key; the objects stay as they are."""
    count = 0
    for row in ObjectKey.objects.filter(key=key).order_by("sha256").iterator():
        name = _row_name(row.sha256, row.kept_as)
        told = keys.unseal(key, bytes(row.wrapped), row=name).reveal()
        with promises.writing("store"):
            ObjectKey.objects.filter(pk=row.pk, wrapped=row.wrapped).update(wrapped=keys.seal(key, told, row=name))
        count += 1
    return count


def _row_name(sha256: str, kept_as: str) -> str:
    return f"object {sha256} kept as {kept_as}"
