"""How is an E01 laid out: which sections follow one another, and where does each chunk lie?

Expert Witness Compression Format, version 1, as documented by the libewf project ("EWF file format", Joachim Metz).
Every length read from the file is checked before it is used.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SECTION = struct.Struct("<16sQQ40sI")
TABLE = struct.Struct("<I4xQ4xI")
FIRST_SECTION = 13
SECTIONS_MOST = 1_000_000
ENTRIES_MOST = 1 << 22
SHORTEST_VOLUME, ENCASE_VOLUME, TABLE_HEAD, CHECKSUM = 24, 1052, 24, 4
SMALLEST_CHUNK, LARGEST_CHUNK = 512, 8 << 20
COMPRESSED = 1 << 31


@dataclass(frozen=True)
class Section:
    """One section: its kind, and where its body starts and ends in its file."""

    kind: str
    part: int
    start: int
    end: int
    whole: bool


@dataclass(frozen=True)
class Geometry:
    """What the volume section says of the media: bytes in a chunk, chunks, bytes in all."""

    chunk: int
    chunks: int
    size: int


def sections(*, part: int, file: int) -> Iterator[Section]:
    """Yield the sections of one segment file in order; stop after the first whose descriptor is damaged."""
    length = os.lseek(file, 0, os.SEEK_END)
    at = FIRST_SECTION
    for _ in range(SECTIONS_MOST):
        section, following = _section(part=part, file=file, at=at, length=length)
        yield section
        if following <= at or (not section.whole and section.kind == "damaged"):
            return
        at = following


def _section(*, part: int, file: int, at: int, length: int) -> tuple[Section, int]:
    head = os.pread(file, SECTION.size, at)
    if len(head) < SECTION.size or zlib.adler32(head[:72]) != SECTION.unpack(head)[4]:
        return Section("damaged", part, at, at, whole=False), 0
    kind, following, size, _, _ = SECTION.unpack(head)
    end = at + size if size >= SECTION.size else following
    name = kind.split(b"\0")[0].decode("ascii", "replace")
    start = at + SECTION.size
    return Section(name, part, start, max(start, min(end, length)), whole=end <= length), following


def geometry(body: bytes) -> Geometry | None:
    """Read a volume section's body; None if it cannot be true."""
    if len(body) < SHORTEST_VOLUME:
        return None
    chunks, sectors_in_chunk, sector = struct.unpack_from("<III", body, 4)
    wide = len(body) >= ENCASE_VOLUME
    count = struct.unpack_from("<Q" if wide else "<I", body, 16)[0]
    chunk = sectors_in_chunk * sector
    if not SMALLEST_CHUNK <= chunk <= LARGEST_CHUNK or count * sector > 1 << 60:
        return None
    return Geometry(chunk, chunks, count * sector)


@dataclass(frozen=True)
class Table:
    """Where the chunks of one sectors section lie.

    `first` is the number of its first chunk; `places` are positions of the entries in the file (the table and its
    copy); `end` is where the last chunk ends.
    """

    part: int
    first: int
    count: int
    base: int
    places: tuple[int, ...]
    end: int

    def spans(self, file: int) -> list[tuple[int, int, bool]] | None:
        """Start, end and whether compressed, of each chunk; None if neither copy is whole."""
        for place in self.places:
            entries = os.pread(file, self.count * 4 + 4, place)
            if _entries_whole(entries, self.count):
                return self._spans(struct.unpack_from(f"<{self.count}I", entries))
        return None

    def _spans(self, entries: tuple[int, ...]) -> list[tuple[int, int, bool]]:
        starts = [self.base + (entry & ~COMPRESSED) for entry in entries]
        ends = [*starts[1:], self.end]
        packed = (bool(entry & COMPRESSED) for entry in entries)
        return list(zip(starts, ends, packed, strict=True))


def _entries_whole(entries: bytes, count: int) -> bool:
    body, check = entries[: count * 4], entries[count * 4 : count * 4 + 4]
    return len(body) == count * 4 and len(check) == CHECKSUM and zlib.adler32(body) == int.from_bytes(check, "little")


def table_head(*, file: int, section: Section) -> tuple[int, int] | None:
    """Count of entries and base offset of a table section; None if its header is damaged."""
    head = os.pread(file, TABLE_HEAD, section.start)
    if len(head) < TABLE_HEAD or zlib.adler32(head[:20]) != int.from_bytes(head[20:], "little"):
        return None
    count, base, _ = TABLE.unpack(head)
    if not 0 < count <= ENTRIES_MOST or section.start + TABLE_HEAD + count * 4 > section.end:
        return None
    return count, base
