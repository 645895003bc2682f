"""How is an object read as a stream, so that nobody comes to the end of damaged bytes unwarned?"""

from __future__ import annotations

import io
from collections.abc import Generator
from typing import Any


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
