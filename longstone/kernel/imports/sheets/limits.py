"""How much may a sheet be? What is over a limit is refused, and the sentence names the line."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What decides a result counts bytes, rows and cells, never seconds (D14)."""

    bytes: int = 64 * MIB
    line: int = MIB  # bytes between two line ends
    rows: int = 10_000
    columns: int = 200
    cell: int = 4_000  # characters
    text: int = 64 * MIB  # characters of all cells together
    members: int = 2_000  # files within a workbook
    unpacked: int = 256 * MIB  # bytes of a workbook, unpacked
    headings_within: int = 20  # rows above which the headings must stand


LIMITS = Limits()
