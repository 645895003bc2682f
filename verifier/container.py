"""Is every byte of the file either content or determined? A strict reading of the one kind of zip that a bundle is."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK = 1 << 20
MOST = 200_000
LONGEST = 400
DATE = 0x0021  # 1 January 1980: a bundle's container tells no time
UTF8 = 0x0800
FILE = 0o100644 << 16
FULL, FULL_COUNT = 0xFFFFFFFF, 0xFFFF
LOCAL, CENTRAL, TAIL = "<IHHHHHIIIHH", "<IHHHHHHIIIHHHHHII", "<IHHHHIIH"
TAIL64, LOCATOR = "<IQHHIIQQQQ", "<IIQI"
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class BadContainer(ValueError):
    """The file is damaged or is not the kind of zip that a bundle is; the sentence names the byte or the member."""


@dataclass(frozen=True)
class Member:
    """One file of the zip: its name, CRC-32, size in bytes, and where its local header begins."""

    name: str
    crc: int
    size: int
    offset: int


def sound(name: str) -> bool:
    """Say whether a name can be a member's: ASCII letters, digits and ._- between strokes, no part hidden or empty."""
    return len(name) <= LONGEST and NAME.fullmatch(name) is not None


def _extra(*wide: int) -> bytes:
    """Write a zip64 extra field, if a number needs it (APPNOTE 4.5.3)."""
    return struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""


def local_header(member: Member) -> bytes:
    """Give the only local header that a member can have (APPNOTE 4.3.7)."""
    name, told = member.name.encode(), min(member.size, FULL)
    extra = _extra(*[member.size] * 2 * (told == FULL))
    fixed = (0x04034B50, 45 if extra else 20, UTF8, 0, 0, DATE)
    return struct.pack(LOCAL, *fixed, member.crc, told, told, len(name), len(extra)) + name + extra


def central_header(member: Member) -> bytes:
    """Give the only entry in the directory that a member can have (APPNOTE 4.3.12)."""
    name, told, offset = member.name.encode(), min(member.size, FULL), min(member.offset, FULL)
    extra = _extra(*[member.size] * 2 * (told == FULL), *[member.offset] * (offset == FULL))
    fixed = (0x02014B50, 0x032D, 45 if extra else 20, UTF8, 0, 0, DATE)
    sizes = (member.crc, told, told, len(name), len(extra), 0, 0, 0, FILE, offset)
    return struct.pack(CENTRAL, *fixed, *sizes) + name + extra


def tail(count: int, size: int, start: int) -> bytes:
    """Give the only end of a zip whose directory has so many members and bytes, and starts there (APPNOTE 4.3.14 to 16)."""
    told = min(count, FULL_COUNT)
    end = struct.pack(TAIL, 0x06054B50, 0, 0, told, told, min(size, FULL), min(start, FULL), 0)
    if count < FULL_COUNT and size < FULL and start < FULL:
        return end
    wide = struct.pack(TAIL64, 0x06064B50, 44, 0x032D, 45, 0, 0, count, count, size, start)
    return wide + struct.pack(LOCATOR, 0x07064B50, 0, start + size, 1) + end


class Container:
    """A bundle's zip, opened; raises BadContainer at any header byte that is not as it must be.

    Stored members only, in order of their names, one date, no gap, no comment, zip64 just where a number needs it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.length = stream.seek(0, 2)
        self.members = self._central(*self._tail())

    def _tail(self) -> tuple[int, int, int]:
        raw = self._read(self.length - 22, 22)
        if raw[:4] != b"PK\x05\x06":
            raise BadContainer(
                f"The file is cut off, damaged at its end or no bundle, at byte {max(self.length - 22, 0)}."
            )
        count, size, start = struct.unpack(TAIL, raw)[4:7]
        if count == FULL_COUNT or FULL in {size, start}:
            wide = self._read(self.length - 98, 56).ljust(56, b"\x00")
            count, size, start = struct.unpack(TAIL64, wide)[7:]
        wanted = tail(count, size, start)
        end = self.length - len(wanted)
        self._same(end, wanted, "end record")
        if start + size != end or count > MOST:
            raise BadContainer(f"The end record, at byte {end}, does not fit the file, or the file is cut off.")
        return count, end, start

    def _central(self, count: int, end: int, start: int) -> dict[str, Member]:
        found: dict[str, Member] = {}
        at, place, last = start, 0, ""
        for _ in range(count):
            member = self._entry(at, end)
            if member.name <= last or member.offset != place:
                raise BadContainer(f"The directory is out of order at {member.name!r}, byte {at}.")
            place = self._local(member, start)
            found[member.name], last = member, member.name
            at += len(central_header(member))
        if at != end or place != start:
            raise BadContainer(f"There is something between the members, the directory and the end, at byte {place}.")
        return found

    def _entry(self, at: int, end: int) -> Member:
        raw = self._read(at, min(46 + LONGEST + 28, end - at)).ljust(46, b"\x00")
        crc, _, size, length, extra = struct.unpack_from("<IIIHH", raw, 16)
        name = raw[46 : 46 + length].decode("ascii", "replace")
        if not sound(name):
            raise BadContainer(f"A name in the directory is damaged or not allowed, at byte {at}.")
        size, offset = _widened(raw[46 + length :][:extra], size, struct.unpack_from("<I", raw, 42)[0])
        member = Member(name, crc, size, offset)
        self._same(at, central_header(member), f"directory entry of {name!r}")
        return member

    def _local(self, member: Member, start: int) -> int:
        """Check a member's own header, and say where the next member begins."""
        header = local_header(member)
        self._same(member.offset, header, f"header of {member.name!r}")
        after = member.offset + len(header) + member.size
        if after > start:
            raise BadContainer(f"{member.name!r} reaches into the directory, at byte {start}.")
        return after

    def _read(self, at: int, size: int) -> bytes:
        self.stream.seek(max(at, 0))
        return self.stream.read(max(size, 0))

    def _same(self, at: int, wanted: bytes, what: str) -> None:
        found = self._read(at, len(wanted))
        if found != wanted:
            pairs = enumerate(zip(found, wanted, strict=False))
            first = next((i for i, (a, b) in pairs if a != b), len(found))
            raise BadContainer(f"The {what} is damaged at byte {at + first}.")

    def blocks(self, name: str, *, crc: bool = True) -> Iterator[memoryview]:
        """Give a member's bytes in blocks of at most 1 MiB, each of which stands until the next is asked for.

        Raises BadContainer at the end if its CRC-32 does not fit; `crc` is false where something else binds that number.
        """
        member = self.members[name]
        at, left, found = member.offset + len(local_header(member)), member.size, 0
        buffer = memoryview(bytearray(min(BLOCK, left)))
        while left:
            self.stream.seek(at)
            block = buffer[:left]
            block = block[: self.stream.readinto(block)]  # type: ignore[attr-defined]  # every binary stream of ours has it
            if not block:
                raise BadContainer(f"The file was cut off while it was read: {name!r} ends at byte {at}.")
            found = zlib.crc32(block, found) if crc else 0
            at, left = at + len(block), left - len(block)
            yield block
        if crc and found != member.crc:
            raise BadContainer(f"The bytes of {name!r} have changed.")

    def digest(self, name: str, *, crc: bool = True) -> str:
        """Give a member's SHA-256 in hex, reading it through once."""
        sha = hashlib.sha256()
        for block in self.blocks(name, crc=crc):
            sha.update(block)
        return sha.hexdigest()

    def small(self, name: str, most: int) -> bytes:
        """Give a member's bytes whole; raises BadContainer if it is missing, or larger than `most` bytes."""
        if name not in self.members:
            raise BadContainer(f"{name!r} is missing from the bundle.")
        if self.members[name].size > most:
            raise BadContainer(f"{name!r} is larger than the {most} bytes that such a file may have.")
        return b"".join(bytes(block) for block in self.blocks(name))


def _widened(extra: bytes, size: int, offset: int) -> tuple[int, int]:
    """Take from a zip64 extra what the directory's own fields are too narrow for; a wrong one is found by comparison."""
    wide = iter(struct.unpack(f"<{len(extra[4:]) // 8}Q", extra[4:][: len(extra[4:]) // 8 * 8]))
    if size == FULL:
        size = next(wide, 0)
        next(wide, 0)
    return size, next(wide, 0) if offset == FULL else offset
