"""How is one object encrypted so that no chunk of it can be cut off, moved or taken from another? In the manner of STREAM.

The head is `LSE1`, the size of a chunk (4 bytes) and a random prefix (7 bytes). Each chunk of the plaintext is sealed with
AES-256-GCM under the object's own key; its nonce is the prefix, the chunk's number (4 bytes) and 1 for the last chunk or 0,
and the head is bound to every chunk. So a chunk opens only in its place, and only the true last chunk ends the object.
docs/how-to/store.md has the format.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from longstone.kernel.store.disk import BLOCK, Stored, StoreFault
from longstone.kernel.store.reading import changed

MAGIC, PREFIX, TAG = b"LSE1", 7, 16
HEAD = len(MAGIC) + 4 + PREFIX
MOST_CHUNKS = 1 << 32


def new_key() -> bytes:
    """Make an object's own key."""
    return AESGCM.generate_key(bit_length=256)


def new_head(chunk: int = BLOCK) -> bytes:
    """Make the head of an object."""
    return MAGIC + chunk.to_bytes(4, "big") + os.urandom(PREFIX)


def _nonce(head: bytes, number: int, *, last: bool) -> bytes:
    if number >= MOST_CHUNKS:
        raise StoreFault("An object of this size cannot be encrypted. Split it.")
    return head[-PREFIX:] + number.to_bytes(4, "big") + bytes([last])


def ended(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Number chunks, and say of each whether it is the last; an object of no bytes is one chunk of none."""
    number, held = 0, b""
    for chunk in chunks:
        if held:
            yield number, held, False
            number += 1
        held = chunk
    yield number, held, True


class Encrypting(io.RawIOBase):
    """A stream of an object's encrypted bytes, made from its plaintext; at its end it knows what went through it."""

    def __init__(self, source: BinaryIO, key: bytes, *, chunk: int = BLOCK) -> None:
        super().__init__()
        self._sha, self._size = hashlib.sha256(), 0
        self._made = self._encrypted(source, AESGCM(key), new_head(chunk), chunk)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next."""
        if not self._rest:
            self._rest = memoryview(next(self._made, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    @property
    def plain(self) -> Stored:
        """Say what the plaintext was, once all of it went through."""
        return Stored(self._sha.hexdigest(), self._size)

    def _encrypted(self, source: BinaryIO, key: AESGCM, head: bytes, chunk: int) -> Iterator[bytes]:
        """Encrypt chunk by chunk; a second thread hashes the plaintext meanwhile."""
        yield head
        with ThreadPoolExecutor(max_workers=1) as second:
            for number, plain, last in ended(_chunks(source, chunk)):
                hashed = second.submit(self._sha.update, plain)
                sealed = key.encrypt(_nonce(head, number, last=last), plain, head)
                hashed.result()
                self._size += len(plain)
                yield sealed


def _chunks(source: BinaryIO, size: int) -> Iterator[bytes]:
    """Give a stream in chunks of one size; a raw stream may give less than it was asked for."""
    chunk = bytearray()
    while told := source.read(size - len(chunk)):
        if len(told) == size:
            yield told
            continue
        chunk += told
        if len(chunk) == size:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)


def decrypted(name: str, kept: Iterable[bytes], key: bytes) -> Generator[bytes, None, None]:
    """Give the plaintext of an object's encrypted bytes, chunk by chunk; whatever was changed raises."""
    whole = _Reader(kept)
    head = whole.read(HEAD)
    size = int.from_bytes(head[len(MAGIC) : len(MAGIC) + 4], "big")
    if len(head) != HEAD or head[: len(MAGIC)] != MAGIC or not size:
        raise changed(name)
    opened = AESGCM(key)
    for number, sealed, last in ended(iter(lambda: whole.read(size + TAG), b"")):
        try:
            plain = opened.decrypt(_nonce(head, number, last=last), sealed, head)
        except (InvalidTag, ValueError) as error:
            raise changed(name) from error
        if plain:
            yield plain


class _Reader:
    """Blocks of any size, read in pieces of another."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks, self._block, self._at = iter(blocks), b"", 0

    def read(self, size: int) -> bytes:
        """Give the next bytes, as many as asked for or as there are."""
        parts, need = [], size
        while need and self._more():
            part = memoryview(self._block)[self._at : self._at + need]
            parts.append(part)
            self._at, need = self._at + len(part), need - len(part)
        return b"".join(parts)

    def _more(self) -> bool:
        while self._at == len(self._block):
            block = next(self._blocks, None)
            if block is None:
                return False
            self._block, self._at = block, 0
        return True
