"""What columns has each table of a catalogue, and what may stand in them?

`docs/catalogue.md` explains every column to a reader; a test keeps that page and this file the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyarrow._compute import CastOptions
from pyarrow._compute import call_function as calculate  # pyarrow.compute is the same, and takes 30 ms to import

FORMAT = 1
ROW_GROUP = 16_384

READ, NOT_READ, NO_CONTENT = "read", "not read", "no content"
FILE, DIRECTORY, LINK, OTHER = "file", "directory", "link", "other"
PRESENT, DELETED, REUSED, NAME_ONLY, ORPHAN = "present", "deleted", "reused", "name only", "orphan"

ALLOWED = {
    "kind": frozenset({FILE, DIRECTORY, LINK, OTHER}),
    "state": frozenset({READ, NOT_READ, NO_CONTENT}),
    "confidence": frozenset({PRESENT, DELETED, REUSED, NAME_ONLY, ORPHAN}),
}
HEX, DIGITS = b"0123456789abcdef", 64

TIMES = ("modified", "accessed", "changed", "born")


def _text(name: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, pa.string(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, pa.int64(), nullable=nullable)


_ABOUT_FILE = [
    pa.field("volume", pa.int32(), nullable=False),
    _text("path"),
    _text("name"),
    _text("stream"),
    pa.field("escaped", pa.bool_(), nullable=False),
    _text("kind"),
    _number("size", nullable=True),
    _text("sha256", nullable=True),
    _text("state"),
    pa.field("allocated", pa.bool_(), nullable=False),
    _text("confidence"),
    _number("address", nullable=True),
    _number("links", nullable=True),
    _text("link_target", nullable=True),
]
_ZONE = [_text("zone", nullable=True), _text("zone_source")]
_WIRE_TIMES = [_number(time, nullable=True) for time in TIMES]
_UTC_TIMES = [_number(time, nullable=True) for time in TIMES]
_WRITTEN_TIMES = [_text(f"{time}_as_written", nullable=True) for time in TIMES]
_ROW = [_number("row")]
_ABOUT_PROBLEM = [
    pa.field("volume", pa.int32(), nullable=True),
    _text("path", nullable=True),
    _text("stream", nullable=True),
    _text("kind"),
    _text("sentence"),
    _text("where", nullable=True),
]
_ABOUT_VOLUME = [
    pa.field("volume", pa.int32(), nullable=False),
    _text("scheme"),
    _text("description"),
    _number("start"),
    _number("length"),
    _text("file_system", nullable=True),
    _number("block_size", nullable=True),
    _text("state"),
    _text("why", nullable=True),
]

FILES_WIRE = pa.schema(_ABOUT_FILE + _WIRE_TIMES + _ZONE)
PROBLEMS_WIRE = pa.schema(_ABOUT_PROBLEM)
VOLUMES_WIRE = pa.schema(_ABOUT_VOLUME)
FACTS = pa.schema([_text("name"), _text("value")])

FILES = pa.schema(_ROW + _ABOUT_FILE + _UTC_TIMES + _WRITTEN_TIMES + _ZONE)
PROBLEMS = pa.schema(_ROW + _ABOUT_PROBLEM)
VOLUMES = pa.schema(_ROW + _ABOUT_VOLUME)
TABLES = {"files": FILES, "problems": PROBLEMS, "volumes": VOLUMES}


def batch(wanted: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    """Turn row tuples, in the order of the schema, into one record batch."""
    columns: Any = zip(*rows, strict=True) if rows else [[] for _ in wanted]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, wanted, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def require_sane(given: pa.RecordBatch) -> None:
    """Raise ValueError if a value stands where it may not: a null, an unknown word, a digest of the wrong shape."""
    for field, column in zip(given.schema, given.columns, strict=True):
        if column.null_count and not field.nullable:
            raise ValueError(f"{field.name} is empty in a row.")
    if given.schema.equals(FILES_WIRE):
        _require_words(given)
        _require_digests(given)


def _require_words(given: pa.RecordBatch) -> None:
    for name, words in ALLOWED.items():
        if not words.issuperset(calculate("unique", [given[name]]).to_pylist()):
            raise ValueError(f"{name} holds a word that is not in the catalogue's list.")


def _require_digests(given: pa.RecordBatch) -> None:
    """Each digest is 64 hexadecimal digits, and stands where something was read and nowhere else."""
    digests = given["sha256"]
    read, there = calculate("equal", [given["state"], pa.scalar(READ)]), calculate("is_valid", [digests])
    lengths = calculate("unique", [calculate("binary_length", [digests])]).to_pylist()
    letters = "".join(calculate("drop_null", [digests]).to_pylist()).encode().translate(None, HEX)
    if letters or not {DIGITS, None}.issuperset(lengths) or not read.equals(there):
        raise ValueError("A digest is not a SHA-256, or stands where nothing was read.")


def finished_files(given: pa.RecordBatch, *, first_row: int) -> pa.RecordBatch:
    """Number the rows and give each time as UTC microseconds and as it was written on the disk."""
    about = [given[field.name] for field in _ABOUT_FILE]
    known = calculate("is_valid", [given["zone"]])
    times = [given[time] for time in TIMES]
    nothing = pa.scalar(None, pa.int64())
    utc = [calculate("if_else", [known, microseconds(time), nothing]) for time in times]
    written = [as_written(time) for time in times]
    zones = [given["zone"], given["zone_source"]]
    return numbered(FILES, [*about, *utc, *written, *zones], first_row=first_row, rows=given.num_rows)


def numbered(wanted: pa.Schema, columns: list[pa.Array], *, first_row: int, rows: int) -> pa.RecordBatch:
    """Put a dense row number before the columns."""
    numbers = pa.array(range(first_row, first_row + rows), pa.int64())
    return pa.RecordBatch.from_arrays([numbers, *columns], schema=wanted)


def microseconds(nanoseconds: pa.Array) -> pa.Array:
    """Whole microseconds since 1970, rounded towards the past."""
    down = calculate("if_else", [calculate("less", [nanoseconds, pa.scalar(0)]), pa.scalar(999), pa.scalar(0)])
    return calculate("divide", [calculate("subtract", [nanoseconds, down]), pa.scalar(1000)])


def as_written(nanoseconds: pa.Array) -> pa.Array:
    """The clock face that was written, to the nanosecond, without a zone."""
    times = calculate("cast", [nanoseconds], CastOptions.safe(pa.timestamp("ns")))
    return calculate("cast", [times], CastOptions.safe(pa.string()))
