"""What does an E01 look like, section by section?

Written from "EWF file format" (libewf project, Joachim Metz), version 1, in one segment or several.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass

SECTOR, SECTORS_IN_CHUNK = 512, 64
CHUNK = SECTOR * SECTORS_IN_CHUNK
DESCRIPTOR, COMPRESSED = 76, 1 << 31


@dataclass(frozen=True)
class Made:
    """The bytes of each segment file, and where each chunk of the first lies in it (start, length)."""

    segments: list[bytes]
    chunks: list[tuple[int, int]]


def e01(media: bytes, *, segments: int = 1) -> Made:
    """Pack media into an E01: chunks that shrink are compressed, others stored with their checksum."""
    pieces = [media[at : at + CHUNK] for at in range(0, len(media), CHUNK)]
    share = -(-len(pieces) // segments)
    made, places = [], []
    for number in range(segments):
        mine = pieces[number * share : (number + 1) * share]
        body, chunks = _segment(number, mine, media, last=number == segments - 1)
        made.append(body)
        places.append(chunks)
    return Made(made, places[0])


def _segment(number: int, pieces: list[bytes], media: bytes, *, last: bool) -> tuple[bytes, list[tuple[int, int]]]:
    out = b"EVF\t\r\n\xff\x00" + struct.pack("<BHH", 1, number + 1, 0)
    if number == 0:
        out += _section(b"volume", _volume(media), at=len(out))
    start = len(out) + DESCRIPTOR
    packed = [_packed(piece) for piece in pieces]
    out += _section(b"sectors", b"".join(body for body, _ in packed), at=len(out))
    entries, chunks = _places(packed, start)
    for kind in (b"table", b"table2"):
        out += _section(kind, entries, at=len(out))
    if last:
        out += _section(b"hash", _checked(hashlib.md5(media).digest() + bytes(16)), at=len(out))
    out += _section(b"done" if last else b"next", b"", at=len(out), closes=True)
    return out, chunks


def _volume(media: bytes) -> bytes:
    chunks = -(-len(media) // CHUNK)
    about = struct.pack("<BxxxIIIQ", 1, chunks, SECTORS_IN_CHUNK, SECTOR, len(media) // SECTOR)
    return _checked(about.ljust(1048, b"\0"))


def _packed(piece: bytes) -> tuple[bytes, bool]:
    squeezed = zlib.compress(piece, 1)
    return (squeezed, True) if len(squeezed) < len(piece) else (_checked(piece), False)


def _places(packed: list[tuple[bytes, bool]], start: int) -> tuple[bytes, list[tuple[int, int]]]:
    offsets, chunks, at = [], [], start
    for body, squeezed in packed:
        offsets.append(at | (COMPRESSED if squeezed else 0))
        chunks.append((at, len(body)))
        at += len(body)
    head = _checked(struct.pack("<I4xQ4x", len(packed), 0))
    return head + _checked(struct.pack(f"<{len(offsets)}I", *offsets)), chunks


def _section(kind: bytes, body: bytes, *, at: int, closes: bool = False) -> bytes:
    size = DESCRIPTOR + len(body)
    head = struct.pack("<16sQQ40x", kind, at if closes else at + size, size)
    return _checked(head) + body


def _checked(body: bytes) -> bytes:
    return body + struct.pack("<I", zlib.adler32(body))
