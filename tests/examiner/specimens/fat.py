"""What does a FAT12 volume look like, byte by byte? Written from Microsoft's "FAT: General Overview", 1.03.

One root folder of short names with long names before them where needed; each file lies in one run of clusters.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECTOR = 512
SECTORS, RESERVED, TABLES, TABLE_SECTORS, ROOT_ENTRIES = 720, 1, 2, 3, 128
ROOT_SECTORS = ROOT_ENTRIES * 32 // SECTOR
FIRST_CLUSTER = 2
ARCHIVE, FOLDER, LONG_NAME, LAST_LONG = 0x20, 0x10, 0x0F, 0x40
END_OF_CHAIN = 0xFFF
DELETED = 0xE5
# 10:20:30 on 2 March 2024, in FAT's own bits
WRITTEN_TIME, WRITTEN_DATE = 10 << 11 | 20 << 5 | 30 // 2, (2024 - 1980) << 9 | 3 << 5 | 2


@dataclass
class Fat12:
    """A volume being made: `add` files, then take `image`."""

    entries: list[bytes] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=lambda: [0xFF8, 0xFFF])

    def add(self, short: bytes, content: bytes, *, long: str = "", deleted: bool = False) -> None:
        """Put a file in the root folder; `short` is its name in eleven letters."""
        first = self._clusters(content, deleted=deleted) if content else 0
        self.entries += _long_entries(long, short) if long else []
        self.entries.append(self._entry(short, ARCHIVE, first, len(content), deleted=deleted))

    def add_folder_that_holds_itself(self, short: bytes) -> None:
        """Put a folder in the root whose one entry leads to the folder again."""
        first = len(self.table)
        again = self._entry(b"AGAIN      ", FOLDER, first, 0, deleted=False)
        self._clusters(_dots(first) + again, deleted=False)
        self.entries.append(self._entry(short, FOLDER, first, 0, deleted=False))

    def image(self) -> bytes:
        tables = _packed(self.table).ljust(TABLE_SECTORS * SECTOR, b"\0") * TABLES
        root = b"".join(self.entries).ljust(ROOT_SECTORS * SECTOR, b"\0")
        return (_boot() + tables + root + bytes(self.data)).ljust(SECTORS * SECTOR, b"\0")

    def _clusters(self, content: bytes, *, deleted: bool) -> int:
        first, count = len(self.table), -(-len(content) // SECTOR)
        chain = [0] * count if deleted else [*range(first + 1, first + count), END_OF_CHAIN]
        self.table += chain
        self.data += content.ljust(count * SECTOR, b"\0")
        return first

    def _entry(self, short: bytes, kind: int, first: int, size: int, *, deleted: bool) -> bytes:
        name = bytes([DELETED]) + short[1:] if deleted else short
        times = (WRITTEN_TIME, WRITTEN_DATE, WRITTEN_DATE, 0, WRITTEN_TIME, WRITTEN_DATE)
        return struct.pack("<11sBBBHHHHHHHI", name, kind, 0, 0, *times, first, size)


def _dots(first: int) -> bytes:
    here = struct.pack("<11sB14xHI", b".          ", FOLDER, first, 0)
    return here + struct.pack("<11sB14xHI", b"..         ", FOLDER, 0, 0)


def _boot() -> bytes:
    about = (SECTOR, 1, RESERVED, TABLES, ROOT_ENTRIES, SECTORS, 0xF8, TABLE_SECTORS, 32, 2, 0, 0)
    head = b"\xeb\x3c\x90MSDOS5.0" + struct.pack("<HBHBHHBHHHII", *about)
    name = struct.pack("<BBBI11s8s", 0x80, 0, 0x29, 0x4C4F4E47, b"LONGSTONE  ", b"FAT12   ")
    return (head + name).ljust(SECTOR - 2, b"\0") + b"\x55\xaa"


def _packed(table: list[int]) -> bytes:
    """Two entries of twelve bits in three bytes."""
    even = [*table, *([0] * (len(table) % 2))]
    pairs = zip(even[::2], even[1::2], strict=True)
    return b"".join((low | high << 12).to_bytes(3, "little") for low, high in pairs)


def _long_entries(long: str, short: bytes) -> list[bytes]:
    """The long name in pieces of thirteen letters, last piece first."""
    check = 0
    for letter in short:
        check = ((check >> 1) | (check & 1) << 7) + letter & 0xFF
    units = long.encode("utf-16-le") + b"\0\0"
    pieces = [units[at : at + 26].ljust(26, b"\xff") for at in range(0, len(units), 26)]
    made = [_long_entry(number, piece, check) for number, piece in enumerate(pieces, start=1)]
    made[-1] = bytes([made[-1][0] | LAST_LONG]) + made[-1][1:]
    return made[::-1]


def _long_entry(number: int, piece: bytes, check: int) -> bytes:
    return struct.pack("<B10sBBB12sH4s", number, piece[:10], LONG_NAME, 0, check, piece[10:22], 0, piece[22:])
