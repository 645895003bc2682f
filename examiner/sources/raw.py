"""What lies at an offset of a raw image, whole or split into parts?"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from collections.abc import Sequence

from examiner.board import Board
from examiner.sources.damage import Damage

PIECE = 1 << 20


class Raw:
    """A raw image: the media is the parts, one after another."""

    kind = "raw image"

    def __init__(self, parts: Sequence[int]) -> None:
        self._parts = list(parts)
        self._ends: list[int] = []
        self.size = 0
        for part in parts:
            self.size += os.lseek(part, 0, os.SEEK_END)
            self._ends.append(self.size)
        self.damage = Damage()

    def read(self, offset: int, length: int) -> bytes:
        if len(self._parts) == 1:
            return os.pread(self._parts[0], length, offset) if offset < self.size else b""
        found = []
        while length > 0 and offset < self.size and (piece := self._within_part(offset, length)):
            found.append(piece)
            offset, length = offset + len(piece), length - len(piece)
        return b"".join(found)

    def _within_part(self, offset: int, length: int) -> bytes:
        part = bisect_right(self._ends, offset)
        start = self._ends[part - 1] if part else 0
        return os.pread(self._parts[part], min(length, self._ends[part] - offset), offset - start)

    def verify(self, *, board: Board, wanted: bool) -> dict[str, str]:
        """The SHA-256 of the media and of each part, if it was asked for: one pass, and one digest for a single part."""
        facts = {"media_size": str(self.size)}
        if not wanted:
            return facts
        whole = hashlib.sha256()
        for number, part in enumerate(self._parts):
            alone = hashlib.sha256() if len(self._parts) > 1 else whole
            size = self._digest(part, {whole, alone}, board)
            facts |= {f"part_size:{number}": str(size), f"part_sha256:{number}": alone.hexdigest()}
        return facts | {"media_sha256": whole.hexdigest()}

    def _digest(self, part: int, digests: set[hashlib._Hash], board: Board) -> int:
        at = 0
        while piece := os.pread(part, PIECE, at):
            for digest in digests:
                digest.update(piece)
            at += len(piece)
            board.verified += len(piece)
            board.post()
        return at
