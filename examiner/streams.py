"""Which attributes of a file hold its bytes, and in which blocks of the volume do they lie?"""

from __future__ import annotations

from typing import Any, NamedTuple

NTFS_DATA, FORK_DATA, RESOURCE_FORK, DEFAULT = 128, 4352, 4353, 1
HOLDING_BYTES = {DEFAULT, NTFS_DATA, FORK_DATA, RESOURCE_FORK}
NOT_RESIDENT = 2
HOLE = 1 | 2

Run = tuple[int, int, bool]


class Stream(NamedTuple):
    """One stream of a file: The Sleuth Kit's kind and id of its attribute, its name, flags and size in bytes.

    `runs` are first block, count of blocks, and whether it is a hole that was never stored. `covered` is how many
    blocks they cover one after another (-1: they are out of order), `stored` how many of these are no hole.
    """

    kind: int
    id: int
    name: bytes
    flags: int
    size: int
    runs: list[Run]
    covered: int
    stored: int


def streams(file: Any) -> list[Stream]:
    """The streams of a file, as The Sleuth Kit lists its attributes."""
    found = []
    for attribute in file:
        info = attribute.info
        kind = info.type
        if kind in HOLDING_BYTES:
            found.append(_stream(attribute, info, kind))
    return found


def _stream(attribute: Any, info: Any, kind: int) -> Stream:
    name = b""
    if kind == NTFS_DATA:
        name = info.name or b""
    elif kind == RESOURCE_FORK:
        name = b"rsrc"
    flags, size = info.flags, info.size
    if not size or not flags & NOT_RESIDENT:
        return Stream(kind, info.id, name, flags, size, [], 0, 0)
    return Stream(kind, info.id, name, flags, size, *_runs(attribute))


def _runs(attribute: Any) -> tuple[list[Run], int, int]:
    runs, covered, stored, in_order = [], 0, 0, True
    for run in attribute:
        count, hole = run.len, run.flags & HOLE != 0
        if run.offset != covered:
            in_order = False
        covered += count
        stored += 0 if hole else count
        runs.append((run.addr, count, hole))
    return runs, covered if in_order else -1, stored
