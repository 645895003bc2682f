"""What does a disk with a DOS partition table look like?"""

from __future__ import annotations

import struct

SECTOR = 512
FAT12_TYPE = 0x01
FIRST = 8


def partitioned(*volumes: bytes, kind: int = FAT12_TYPE) -> bytes:
    """Put volumes on a disk one after another, behind a DOS partition table of up to four."""
    entries, body, at = b"", b"", FIRST
    for volume in volumes:
        count = len(volume) // SECTOR
        entries += struct.pack("<B3sB3sII", 0, b"\0\0\0", kind, b"\0\0\0", at, count)
        body, at = body + volume, at + count
    head = bytes(446) + entries.ljust(64, b"\0") + b"\x55\xaa"
    return head.ljust(FIRST * SECTOR, b"\0") + body
