"""How is an object read as a stream, so that nobody comes to the end of damaged bytes unwarned?"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator, Iterable
from typing import Any

from longstone.kernel.store.disk import Damaged, Stored


class Verified(io.RawIOBase):
    """Bytes that were compared with their digest before the last block is given; `size` is how many there are."""

    def __init__(self, blocks: Generator[bytes, None, None], *, size: int) -> None:
        super().__init__()
        self._blocks, self._rest, self.size = blocks, memoryview(b""), size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next; damage raises here."""
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        self._blocks.close()
        super().close()


def compared(sha256: str, blocks: Iterable[bytes]) -> Generator[bytes, None, None]:
    """Pass blocks on, the last one only when all of them together have the digest."""
    sha, held = hashlib.sha256(), b""
    for block in blocks:
        sha.update(block)
        if held:
            yield held
        held = block
    compare(sha256, sha.hexdigest())
    if held:
        yield held


def hashed(sha256: str, blocks: Iterable[bytes]) -> Stored:
    """Read blocks to their end and compare them with their digest."""
    sha, size = hashlib.sha256(), 0
    for block in blocks:
        sha.update(block)
        size += len(block)
    compare(sha256, sha.hexdigest())
    return Stored(sha256, size)


def compare(sha256: str, found: str) -> None:
    """Refuse bytes that do not have their digest."""
    if found != sha256:
        raise changed(sha256)


def changed(sha256: str) -> Damaged:
    """Say that stored bytes are not what they were."""
    return Damaged(f"The stored bytes of {sha256} have changed. Do not use them; tell the person who keeps the store.")
