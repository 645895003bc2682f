"""What lies at an offset of an E01, and are its chunks what their checksums say?"""

from __future__ import annotations

import hashlib
import os
import zlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from examiner.board import Board
from examiner.sources.damage import Damage, Flaw
from examiner.sources.ewf_layout import Layout, Recovered, Span, Surveyor
from examiner.sources.ewf_parts import Geometry, Table
from examiner.threads import in_threads

try:
    from isal import isal_zlib

    decompressor: Callable[[], Any] = isal_zlib.decompressobj
except ImportError:  # isal is a speed, not a need
    decompressor = zlib.decompressobj

MAGIC = b"EVF\t\r\n\xff\x00"
CACHE_BYTES = 48 << 20
WINDOW_BYTES = 8 << 20
TABLES_KEPT = 4
FLAWS_MOST = 100_000
NOWHERE = "no table says where it lies"


class Chunks:
    """Gives the bytes of a chunk by its number, or the sentence that says why not."""

    def __init__(self, *, files: Sequence[int], layout: Layout, geometry: Geometry) -> None:
        self._files, self._layout, self._geometry = files, layout, geometry
        self._firsts = [table.first for table in layout.tables]
        self._loaded: OrderedDict[int, list[Span] | None] = OrderedDict()

    def packed(self, number: int) -> tuple[bytes, bool] | str:
        """The stored bytes of a chunk and whether they are compressed, or what is wrong."""
        at = bisect_right(self._firsts, number) - 1
        if at < 0 or number >= self._layout.chunks:
            return NOWHERE
        table = self._layout.tables[at]
        spans = self._spans(at, table)
        if spans is None:
            return "both copies of its table are damaged"
        start, end, compressed = spans[number - table.first]
        if not 0 < end - start <= self._geometry.chunk * 2 + 4096:
            return "its table gives it an impossible length"
        return os.pread(self._files[table.part], end - start, start), compressed

    def _spans(self, at: int, table: Table | Recovered) -> list[Span] | None:
        if at not in self._loaded:
            self._loaded[at] = table.spans(self._files[table.part])
            if len(self._loaded) > TABLES_KEPT:
                self._loaded.popitem(last=False)
        return self._loaded[at]

    def unpack(self, packed: tuple[bytes, bool] | str, *, size: int) -> tuple[bytes, str | None]:
        """The chunk's bytes and, where they are not to be trusted, why: bytes that are lost read as zeros."""
        if isinstance(packed, str):
            return bytes(size), packed
        stored, compressed = packed
        data, fault = _inflate(stored, size) if compressed else _plain(stored, size)
        return data[:size].ljust(size, b"\0"), fault or ("it is too short" if len(data) < size else None)


def _inflate(stored: bytes, size: int) -> tuple[bytes, str | None]:
    stream = decompressor()
    try:
        data: bytes = stream.decompress(stored, size + 1)
    except Exception:  # noqa: BLE001 - zlib and isal raise errors of their own classes; each means the same
        return b"", "it cannot be decompressed or its checksum is wrong"
    return data, None if len(data) <= size else "it is longer than a chunk"


def _plain(stored: bytes, size: int) -> tuple[bytes, str | None]:
    data, check = stored[:-4], stored[-4:]
    right = zlib.adler32(data) == int.from_bytes(check, "little")
    return data[:size], None if right else "its checksum is wrong"


class Ewf:
    """An E01: chunks are decoded as they are needed, several at once, and the latest are kept."""

    kind = "E01"

    def __init__(self, parts: Sequence[int]) -> None:
        self.damage = Damage()
        layout = Surveyor(files=parts, damage=self.damage).survey()
        assert layout.geometry
        self.size, self._chunk = layout.geometry.size, layout.geometry.chunk
        self._stored = layout.stored
        self._chunks = Chunks(files=parts, layout=layout, geometry=layout.geometry)
        self._count = layout.chunks
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._room = max(2, CACHE_BYTES // self._chunk)
        self._missing()

    def _missing(self) -> None:
        """Say at once, in one flaw, that the chunks after the last table are lost."""
        start = self._count * self._chunk
        self._placed = min(self.size, start)
        if start < self.size:
            self.damage.truncated = True

    def read(self, offset: int, length: int) -> bytes:
        end = min(self.size, offset + length)
        if offset < 0 or offset >= end:
            return b""
        first, last = offset // self._chunk, (end - 1) // self._chunk
        if first == last:
            return self._one(first)[offset - first * self._chunk : end - first * self._chunk]
        whole = b"".join(self._many(first, last))
        return whole[offset - first * self._chunk : end - first * self._chunk]

    def _one(self, number: int) -> bytes:
        if (data := self._kept.get(number)) is not None:
            self._kept.move_to_end(number)
            return data
        return self._keep(number, self._decode(number)[0])

    def _many(self, first: int, last: int) -> Iterator[bytes]:
        absent = [n for n in range(first, last + 1) if n not in self._kept]
        fresh = dict(zip(absent, (data for data, _ in self._decoded(absent)), strict=True))
        for number in range(first, last + 1):
            kept = fresh.get(number)
            yield self._one(number) if kept is None else self._keep(number, kept)

    def _keep(self, number: int, data: bytes) -> bytes:
        self._kept[number] = data
        if len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return data

    def _decode(self, number: int) -> tuple[bytes, str | None]:
        size = min(self._chunk, self.size - number * self._chunk)
        return self._chunks.unpack(self._chunks.packed(number), size=size)

    def _decoded(self, numbers: Sequence[int]) -> Iterator[tuple[bytes, str | None]]:
        """Decode chunks in several threads; the files and tables are read in this one."""
        packed = [self._chunks.packed(number) for number in numbers]
        sizes = [min(self._chunk, self.size - number * self._chunk) for number in numbers]
        work = list(zip(packed, sizes, strict=True))
        return iter(in_threads(lambda one: self._chunks.unpack(one[0], size=one[1]), work))

    def verify(self, *, board: Board, wanted: bool) -> dict[str, str]:  # noqa: ARG002 - an E01 is always verified
        """Decode every chunk once, keep the flaws, and compare the digests that the image carries.

        A chunk that is lost is read as zeros, so the digest is of what this examiner saw.
        """
        digests = {"sha256": hashlib.sha256()} | {name: hashlib.new(name) for name in self._stored}
        window = max(1, WINDOW_BYTES // self._chunk)
        placed = -(-self._placed // self._chunk)
        for first in range(0, placed, window):
            self._verify(range(first, min(placed, first + window)), digests, board)
        self._zeros_after(digests, board)
        facts = {f"media_{name}": digest.hexdigest() for name, digest in digests.items()}
        return (
            facts | {f"stored_{name}": value for name, value in self._stored.items()} | {"media_size": str(self.size)}
        )

    def _verify(self, numbers: range, digests: dict[str, Any], board: Board) -> None:
        for number, (data, fault) in zip(numbers, self._decoded(numbers), strict=True):
            for digest in digests.values():
                digest.update(data)
            if fault and len(self.damage.flaws) < FLAWS_MOST:
                self._flaw(number, number + 1, fault)
            board.verified += len(data)
        board.post()

    def _zeros_after(self, digests: dict[str, Any], board: Board) -> None:
        """Note what no table places; its zeros are hashed only while the claim is no larger than the rest."""
        if self._placed >= self.size:
            return
        self._flaw(self._count, -(-self.size // self._chunk), NOWHERE)
        digests.clear()
        board.post()

    def _flaw(self, first: int, after: int, why: str) -> None:
        where = f"chunk {first}" if after == first + 1 else f"chunks {first} to {after - 1}"
        start, end = first * self._chunk, min(self.size, after * self._chunk)
        subject = where[0].upper() + where[1:]
        says = f"{subject} of the image cannot be trusted: {why}. Bytes {start} to {end - 1} of the media."
        self.damage.add(Flaw(start, end, f"{where}, media bytes {start} to {end - 1}", says))
