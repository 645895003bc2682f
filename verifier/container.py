"""Is every byte of the file either content or determined? A strict reading of the one kind of zip that a bundle is."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK = 1 << 20
MOST = 200_000
DATE = 0x0021  # 1 January 1980: a bundle's container tells no time
FULL = 0xFFFFFFFF
LOCAL, CENTRAL, TAIL = "<IHHHHHIIIHH", "<IHHHHHHIIIHHHHHII", "<IHHHHIIH"
TAIL64, LOCATOR = "<IQHHIIQQQQ", "<IIQI"
END = struct.pack(TAIL, 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, FULL, FULL, 0)


class BadContainer(ValueError):
    """The file is damaged or is not the kind of zip that a bundle is; the sentence names the byte."""


@dataclass(frozen=True)
class Member:
    """One file of the zip: its name, CRC-32, size in bytes, and where its local header begins."""

    name: str
    crc: int
    size: int
    offset: int


def local_header(member: Member) -> bytes:
    """Give the only local header that a member can have (APPNOTE 4.3.7, zip64 extra 4.5.3)."""
    name = member.name.encode()
    head = struct.pack(LOCAL, 0x04034B50, 45, 0x0800, 0, 0, DATE, member.crc, FULL, FULL, len(name), 20)
    return head + name + struct.pack("<HHQQ", 1, 16, member.size, member.size)


def central_header(member: Member) -> bytes:
    """Give the only central header that a member can have (APPNOTE 4.3.12)."""
    name = member.name.encode()
    sizes = (member.crc, FULL, FULL, len(name), 28, 0, 0, 0, 0o100644 << 16, FULL)
    head = struct.pack(CENTRAL, 0x02014B50, 0x032D, 45, 0x0800, 0, 0, DATE, *sizes)
    return head + name + struct.pack("<HHQQQ", 1, 24, member.size, member.size, member.offset)


def tail(count: int, size: int, start: int) -> bytes:
    """Give the only end that a zip of so many members can have (APPNOTE 4.3.14 to 4.3.16)."""
    end = struct.pack(TAIL64, 0x06064B50, 44, 0x032D, 45, 0, 0, count, count, size, start)
    return end + struct.pack(LOCATOR, 0x07064B50, 0, start + size, 1) + END


class Container:
    """A bundle's zip, opened; raises BadContainer on any byte that is not as it must be."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.length = stream.seek(0, 2)
        count, size, start = self._tail()
        self.members = self._central(count, size, start)
        self._locals(start)

    def _tail(self) -> tuple[int, int, int]:
        at = self.length - 56 - 20 - 22
        if at < 0:
            raise BadContainer("The file is too short to be a bundle.")
        raw = self._read(at, 56)
        _, _, _, _, _, _, _, count, size, start = struct.unpack(TAIL64, raw)
        if start + size != at or count > MOST:
            raise BadContainer(f"The file is damaged or cut off: its directory does not fit, at byte {at}.")
        self._same(at, tail(count, size, start), "end")
        return count, size, start

    def _central(self, count: int, size: int, start: int) -> dict[str, Member]:
        found: dict[str, Member] = {}
        at = start
        for _ in range(count):
            member, length = self._one(at, start + size)
            if found and member.name <= next(reversed(found)):
                raise BadContainer(f"The directory is not in order at byte {at}.")
            found[member.name] = member
            at += length
        if at != start + size:
            raise BadContainer(f"The directory does not end where it should, at byte {at}.")
        return found

    def _one(self, at: int, end: int) -> tuple[Member, int]:
        fixed = struct.calcsize(CENTRAL)
        raw = self._read(at, fixed) if at + fixed <= end else b""
        length = fixed + struct.unpack_from("<H", raw, 28)[0] + 28 if raw else 0
        if not raw or at + length > end:
            raise BadContainer(f"The directory is damaged at byte {at}.")
        whole = self._read(at, length)
        try:
            name = whole[fixed:-28].decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadContainer(f"A name in the directory is not UTF-8, at byte {at}.") from error
        _, _, size, _, offset = struct.unpack("<HHQQQ", whole[-28:])
        member = Member(_sound(name, at), struct.unpack_from("<I", whole, 16)[0], size, offset)
        self._same(at, central_header(member), f"directory entry of {name!r}")
        return member, length

    def _locals(self, start: int) -> None:
        at = 0
        for member in self.members.values():
            header = local_header(member)
            if member.offset != at or at + len(header) + member.size > start:
                raise BadContainer(f"{member.name!r} does not begin where it should, at byte {at}.")
            self._same(at, header, f"header of {member.name!r}")
            at += len(header) + member.size
        if at != start:
            raise BadContainer(f"There is something between the members and the directory, at byte {at}.")

    def _read(self, at: int, size: int) -> bytes:
        self.stream.seek(at)
        return self.stream.read(size)

    def _same(self, at: int, wanted: bytes, what: str) -> None:
        found = self._read(at, len(wanted))
        if found != wanted:
            first = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), len(found))
            raise BadContainer(f"The {what} is damaged at byte {at + first}.")

    def blocks(self, name: str) -> Iterator[bytes]:
        """Give a member's bytes in blocks of at most 1 MiB; raises BadContainer if its CRC-32 does not fit."""
        member = self.members[name]
        at, left, crc = member.offset + len(local_header(member)), member.size, 0
        while left:
            block = self._read(at, min(BLOCK, left))
            crc, at, left = zlib.crc32(block, crc), at + len(block), left - len(block)
            yield block
        if crc != member.crc:
            raise BadContainer(f"The bytes of {name!r} have changed.")

    def digest(self, name: str) -> str:
        """Give a member's SHA-256 in hex."""
        sha = hashlib.sha256()
        for block in self.blocks(name):
            sha.update(block)
        return sha.hexdigest()

    def small(self, name: str, most: int = 64 << 20) -> bytes:
        """Give a member's bytes whole, if it is there and no larger than `most` bytes; raises BadContainer otherwise."""
        if name not in self.members:
            raise BadContainer(f"{name!r} is missing from the bundle.")
        if self.members[name].size > most:
            raise BadContainer(f"{name!r} is larger than such a file can be.")
        return b"".join(self.blocks(name))


def _sound(name: str, at: int) -> str:
    parts = name.split("/")
    if not name or "\\" in name or any(part in {"", ".", ".."} for part in parts):
        raise BadContainer(f"A name in the directory leads out of the bundle, at byte {at}.")
    return name
