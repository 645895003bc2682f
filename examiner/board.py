"""How far has the limited process come, and what was it reading when it stopped?

One page of memory shared by both processes. The parent treats what it finds there as hostile: numbers and a few
bytes of text for a person, never anything that decides a row.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass

LAYOUT = struct.Struct("<QQQQ")
TEXT_AT = 64
TEXT_LONGEST = 1024


@dataclass(frozen=True)
class Reading:
    """Entries and bytes done, bytes of the input verified, steps taken, and the path now open."""

    entries: int
    read: int
    verified: int
    steps: int
    path: str


class Board:
    def __init__(self) -> None:
        self._page = mmap.mmap(-1, 4096)
        self.entries = self.read = self.verified = self.steps = 0

    def post(self) -> None:
        """Show the numbers to the parent; every post is one more step."""
        self.steps += 1
        LAYOUT.pack_into(self._page, 0, self.entries, self.read, self.verified, self.steps)

    def name(self, path: str) -> None:
        """Say what is about to be read, before it is read."""
        text = path.encode()[:TEXT_LONGEST]
        self._page[TEXT_AT : TEXT_AT + len(text) + 1] = text + b"\0"
        self.post()

    def look(self) -> Reading:
        entries, read, verified, steps = LAYOUT.unpack_from(self._page, 0)
        text = self._page[TEXT_AT : TEXT_AT + TEXT_LONGEST].split(b"\0")[0]
        return Reading(entries, read, verified, steps, text.decode("utf-8", "replace"))

    def close(self) -> None:
        self._page.close()
