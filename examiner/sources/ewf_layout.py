"""Which chunks does an E01 hold, found from its tables or, where the file is cut short, from the chunks themselves?"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from examiner.sources.damage import Damage
from examiner.sources.ewf_parts import Geometry, Section, Table, geometry, sections, table_head
from examiner.sources.unreadable import Unreadable

BOTH_DIGESTS = 36  # MD5 and SHA-1; a hash section is as long
CHECKSUM = 4
Span = tuple[int, int, bool]


@dataclass(frozen=True)
class Recovered:
    """Chunks found one after another in a sectors section whose table is missing."""

    part: int
    first: int
    found: tuple[Span, ...]

    @property
    def count(self) -> int:
        return len(self.found)

    def spans(self, file: int) -> list[Span] | None:  # noqa: ARG002 - the same call as a table's
        return list(self.found)


@dataclass
class Layout:
    """All that is known of an E01 before a chunk is read."""

    geometry: Geometry | None = None
    tables: list[Table | Recovered] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    done: bool = False

    @property
    def chunks(self) -> int:
        return self.tables[-1].first + self.tables[-1].count if self.tables else 0


class Surveyor:
    """Reads the section chain of each segment file and keeps what it finds in a layout."""

    def __init__(self, *, files: Sequence[int], damage: Damage) -> None:
        self.files, self.damage, self.layout = files, damage, Layout()
        self._sectors: Section | None = None

    def survey(self) -> Layout:
        """Read every section chain. Raises Unreadable if no volume section says how large the media is."""
        for part, file in enumerate(self.files):
            for section in sections(part=part, file=file):
                self._take(section, file)
        if self.layout.geometry is None:
            raise Unreadable(
                "This E01 has no readable volume section, so its chunks cannot be placed. Ask for a new copy."
            )
        self._finish()
        return self.layout

    def _take(self, section: Section, file: int) -> None:
        if not section.whole:
            self._remark(section, "is damaged or cut short")
        takers: dict[str, Callable[[Section, int], None]]
        takers = {"volume": self._volume, "disk": self._volume, "data": self._volume, "sectors": self._chunks}
        takers |= {"table": self._table, "hash": self._hashes, "digest": self._hashes, "done": self._done}
        if section.kind in takers:
            takers[section.kind](section, file)

    def _done(self, *_: object) -> None:
        self.layout.done = True

    def _chunks(self, section: Section, _: int) -> None:
        self._recover()
        self._sectors = section

    def _volume(self, section: Section, file: int) -> None:
        if self.layout.geometry is None:
            self.layout.geometry = geometry(os.pread(file, min(4096, section.end - section.start), section.start))

    def _table(self, section: Section, file: int) -> None:
        head = table_head(file=file, section=section)
        if head is None or self._sectors is None:
            self._remark(section, "has a damaged header")
            return
        count, base = head
        copy = section.end + 76 + 24  # table2 follows with its own descriptor and header
        first, end = self.layout.chunks, self._sectors.end
        self.layout.tables.append(Table(section.part, first, count, base, (section.start + 24, copy), end))
        self._sectors = None

    def _hashes(self, section: Section, file: int) -> None:
        body = os.pread(file, 36, section.start)
        if section.whole and len(body) == BOTH_DIGESTS:
            self.layout.stored["md5"] = body[:16].hex()
        if section.whole and section.kind == "digest" and any(body[16:36]):
            self.layout.stored["sha1"] = body[16:36].hex()

    def _recover(self) -> None:
        """Find the chunks of the sectors section that no table followed."""
        if self._sectors is None or self.layout.geometry is None:
            return
        section, self._sectors = self._sectors, None
        found = tuple(chunks_in(file=self.files[section.part], section=section, chunk=self.layout.geometry.chunk))
        if found:
            self._remark(section, f"has no table; {len(found)} chunks were found without it")
            self.layout.tables.append(Recovered(section.part, self.layout.chunks, found))

    def _finish(self) -> None:
        self._recover()
        if not self.layout.done:
            self.damage.truncated = True
            sentence = "The image ends before its closing section: it was cut short, or a segment file is missing."
            self.damage.remark(where=f"segment {len(self.files)}", sentence=sentence)

    def _remark(self, section: Section, what: str) -> None:
        where = f"segment {section.part + 1}, section {section.kind} at byte {section.start}"
        self.damage.remark(where=where, sentence=f"A section of the E01 {what}.")


def chunks_in(*, file: int, section: Section, chunk: int) -> list[Span]:
    """Walk a sectors section chunk by chunk: each is a zlib stream or a chunk of bytes with its checksum."""
    found: list[Span] = []
    at = section.start
    while at < section.end and (span := _chunk_at(os.pread(file, chunk * 2, at), at, chunk)):
        found.append(span)
        at = span[1]
    return found


def _chunk_at(ahead: bytes, at: int, chunk: int) -> Span | None:
    stream = zlib.decompressobj()
    try:
        stream.decompress(ahead, chunk)
        stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error:
        return _plain_chunk(ahead, at, chunk)
    if not stream.eof:
        return _plain_chunk(ahead, at, chunk)
    return at, at + len(ahead) - len(stream.unused_data), True


def _plain_chunk(ahead: bytes, at: int, chunk: int) -> Span | None:
    check = ahead[chunk : chunk + 4]
    if len(check) == CHECKSUM and zlib.adler32(ahead[:chunk]) == int.from_bytes(check, "little"):
        return at, at + chunk + 4, False
    return None
