"""Two things of NTFS that The Sleuth Kit does not tell: how much of a file was ever written, and what lies in a very
large folder without comparing every name with every other.

Layouts: NTFS attribute records and $I30 index records, as in Carrier, "File System Forensic Analysis", chapter 13.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pytsk3

from examiner.streams import Run, streams

DATA, INDEX_ROOT, INDEX_ALLOCATION, INDEX_BITMAP = 128, 144, 160, 176
LARGE_INDEX = 4 << 20
WINDOW, WINDOWS = 64 << 10, 256
DOS_NAMESPACE = 2
SECTOR = 512
FLAGS_AT, FOLDER_IN_USE = 22, 3
UTF16 = codecs.lookup("utf-16-le")  # found now: behind the walls nothing more can be loaded
RESIDENT_HEAD, ROOT_HEAD, ENTRY_HEAD = 24, 32, 16
SHORTEST_KEY = 68  # a $FILE_NAME of one letter
KIND_AND_LENGTH = struct.Struct("<II").unpack_from
SIZE_AND_VALID = struct.Struct("<QQ").unpack_from
DIRECTORY_FLAG = 0x10000000
READ = 1 << 20


class Initialised:
    """Knows whether all of a file's bytes were written: beyond its valid length NTFS reads zeros, not the clusters."""

    def __init__(self, system: pytsk3.FS_Info) -> None:
        self._mft = system.open_meta(0)
        boot = system.open_meta(7).read_random(0, 512)
        clusters, cluster = struct.unpack_from("<b", boot, 64)[0], boot[13] * struct.unpack_from("<H", boot, 11)[0]
        self._record = clusters * cluster if clusters > 0 else 1 << -clusters
        self._windows: dict[int, bytes] = {}
        plain = [stream for stream in streams(self._mft) if stream.kind == DATA and not stream.name]
        self._runs: list[Run] = plain[0].runs if plain else []
        self._block = int(system.info.block_size)

    def where(self, address: int) -> int | None:
        """The byte of the volume where a record starts: what a small file holds lies within it."""
        offset = address * self._record
        for block, count, _ in self._runs:
            if offset < count * self._block:
                return int(block * self._block + offset)
            offset -= count * self._block
        return None

    def whole(self, address: int, size: int) -> bool:
        """True only when the record itself says that all `size` bytes of its unnamed data are valid."""
        record, at = self._at(address * self._record)
        end = min(at + self._record, len(record)) - 64
        at += record[at + 20] if end > at else 0
        while at <= end:
            kind, length = KIND_AND_LENGTH(record, at)
            if kind == DATA and record[at + 9] == 0:
                return bool(record[at + 8]) and _valid(record, at, self._record, size)
            if kind >= DATA or not RESIDENT_HEAD <= length <= self._record:
                return False
            at += length
        return False

    def any_large_folder(self) -> bool:
        """Whether any folder of the volume is too large to be listed by comparison: one pass over the folders' records."""
        size = self._mft.info.meta.size
        for start in range(0, size - self._record + 1, READ):
            window = self._mft.read_random(start, min(READ, size - start))
            flags = window[FLAGS_AT :: self._record]
            if any(
                self._large(window, number * self._record)
                for number, flag in enumerate(flags)
                if flag & FOLDER_IN_USE == FOLDER_IN_USE
            ):
                return True
        return False

    def _large(self, window: bytes, at: int) -> bool:
        end = min(at + self._record, len(window)) - 64
        at += window[at + 20] if end > at else 0
        while at <= end:
            kind, length = KIND_AND_LENGTH(window, at)
            if kind == INDEX_ALLOCATION:
                return bool(window[at + 8]) and SIZE_AND_VALID(window, at + 48)[0] > LARGE_INDEX
            if kind > INDEX_ALLOCATION or not RESIDENT_HEAD <= length <= self._record:
                return False
            at += length
        return False

    def _at(self, offset: int) -> tuple[bytes, int]:
        """The window of the table of records that holds a byte, and where in it: the names of a folder leap about in it."""
        number, at = divmod(offset, WINDOW)
        window = self._windows.get(number)
        if window is None:
            if len(self._windows) >= WINDOWS:
                self._windows.pop(next(iter(self._windows)))
            window = self._windows[number] = self._mft.read_random(number * WINDOW, WINDOW)
        return window, at


def _valid(record: bytes, at: int, record_size: int, size: int) -> bool:
    """Compare the valid length, unless the sector's last two bytes (which NTFS swaps) lie within it."""
    first = (at + 56) % SECTOR
    if first > SECTOR - 2 - 8 or record_size % SECTOR:
        return False
    real, valid = SIZE_AND_VALID(record, at + 48)
    return bool(real == size and valid >= size)


@dataclass(frozen=True)
class Indexed:
    """One name of an index: bytes in UTF-8, the file's address and sequence, and whether it is a folder."""

    name: bytes
    address: int
    sequence: int
    directory: bool


def large_index(folder: pytsk3.File) -> tuple[int, int] | None:
    """The id and size of a folder's $INDEX_ALLOCATION, if it is too large to be listed by comparison."""
    for attribute in folder:
        info = attribute.info
        if int(info.type) == INDEX_ALLOCATION and info.size > LARGE_INDEX:
            return int(info.id), int(info.size)
    return None


def index_entries(folder: pytsk3.File, *, attribute: int, size: int) -> Iterator[Indexed]:
    """Yield the names in use of a large folder, from its index blocks; a block that is damaged yields nothing.

    Raises OSError if the index cannot be read.
    """
    block, in_use = _block_size(folder), _first_of(folder, INDEX_BITMAP, most=1 << 20)
    for start in range(0, size, READ):
        piece = folder.read_random(start, min(READ, size - start), INDEX_ALLOCATION, attribute)
        for at in range(0, len(piece) - block + 1, block):
            if _bit(in_use, (start + at) // block) and (fixed := _fixed(piece[at : at + block])):
                yield from _entries(fixed, start=24)
    yield from _root_names(folder)


def _block_size(folder: pytsk3.File) -> int:
    root = _root(folder)
    size = int.from_bytes(root[8:12], "little")
    return size if SECTOR <= size <= 1 << 16 else 4096


def _root(folder: pytsk3.File) -> bytes:
    return _first_of(folder, INDEX_ROOT, most=4096)


def _first_of(folder: pytsk3.File, kind: int, *, most: int) -> bytes:
    """The bytes of the folder's first attribute of a kind."""
    for attribute in folder:
        info = attribute.info
        if int(info.type) == kind:
            return bytes(folder.read_random(0, min(most, info.size), kind, info.id)) if info.size else b""
    return b""


def _bit(bits: bytes, number: int) -> bool:
    return number // 8 < len(bits) and bool(bits[number // 8] >> number % 8 & 1)


def _root_names(folder: pytsk3.File) -> Iterator[Indexed]:
    root = _root(folder)
    if len(root) >= ROOT_HEAD:
        yield from _entries(root, start=16)


def _fixed(block: bytes) -> bytes | None:
    """Put back the bytes that NTFS swapped out of each sector's end; None if the block is torn or not in use."""
    if block[:4] != b"INDX":
        return None
    at, count = struct.unpack_from("<HH", block, 4)
    if at + 2 * count > len(block) or (count - 1) * 512 > len(block):
        return None
    made = bytearray(block)
    for sector in range(1, count):
        end = sector * 512
        if block[end - 2 : end] != block[at : at + 2]:
            return None
        made[end - 2 : end] = block[at + 2 * sector : at + 2 * sector + 2]
    return bytes(made)


def _entries(block: bytes, *, start: int) -> Iterator[Indexed]:
    first, used = struct.unpack_from("<II", block, start)
    at, end = start + first, min(start + used, len(block))
    while at + 16 <= end:
        reference, length, key, flags = struct.unpack_from("<QHHH", block, at)
        if flags & 2 or length < ENTRY_HEAD or at + length > end:
            return
        if key >= SHORTEST_KEY and (entry := _entry(block[at + 16 : at + 16 + key], reference)):
            yield entry
        at += length


def _entry(key: bytes, reference: int) -> Indexed | None:
    letters, namespace = key[64], key[65]
    raw = key[66 : 66 + letters * 2]
    if namespace == DOS_NAMESPACE or len(raw) != letters * 2:
        return None
    name = UTF16.decode(raw, "surrogatepass")[0].encode("utf-8", "surrogatepass")
    directory = bool(int.from_bytes(key[56:60], "little") & DIRECTORY_FLAG)
    return Indexed(name, reference & 0xFFFFFFFFFFFF, reference >> 48, directory)
