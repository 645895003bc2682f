"""In what form do results cross from the limited process?

A frame is one byte of kind, four bytes of length, and one Arrow IPC record batch of a schema both sides know
beforehand. Nothing else is accepted: no pickle, no schema from the other side, no dictionary, no compression.
Every array is fully validated before anyone looks at it.
"""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from examiner.catalogue import schema

HEAD = struct.Struct("<cI")
LONGEST = 32 << 20
TICK_MILLISECONDS = 200
SCHEMAS = {b"F": schema.FILES_WIRE, b"P": schema.PROBLEMS_WIRE, b"V": schema.VOLUMES_WIRE, b"=": schema.FACTS}
KINDS = {"files": b"F", "problems": b"P", "volumes": b"V", "facts": b"="}


class Garbled(Exception):
    """What came through the pipe is not what the examiner sends."""


@dataclass(frozen=True)
class Frame:
    table: str
    batch: pa.RecordBatch


def send(*, pipe: int, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Send rows of one table; rows that do not fit one frame go in two."""
    kind = KINDS[table]
    body = memoryview(schema.batch(SCHEMAS[kind], rows).serialize())
    if len(body) > LONGEST and len(rows) > 1:
        half = len(rows) // 2
        send(pipe=pipe, table=table, rows=rows[:half])
        send(pipe=pipe, table=table, rows=rows[half:])
        return
    _write_all(pipe, HEAD.pack(kind, len(body)))
    _write_all(pipe, body)


def frames(pipe: int, *, tick: Callable[[], None]) -> Iterator[Frame]:
    """Yield each frame until the other side closes; call `tick` often, also while nothing comes.

    Raises Garbled when a byte is out of place.
    """
    while head := _read_exactly(pipe, HEAD.size, tick):
        kind, length = HEAD.unpack(head)
        if kind not in SCHEMAS or not 0 < length <= LONGEST:
            raise Garbled("The limited process sent a frame that is not one of ours.")
        yield Frame(_table(kind), _batch(kind, _read_exactly(pipe, length, tick)))


def _table(kind: bytes) -> str:
    return next(table for table, letter in KINDS.items() if letter == kind)


def _batch(kind: bytes, body: bytes) -> pa.RecordBatch:
    try:
        message = pa.ipc.read_message(pa.py_buffer(body))
        _refuse_compressed(message.metadata.to_pybytes())
        batch = pa.ipc.read_record_batch(message, SCHEMAS[kind])
        batch.validate(full=True)
        schema.require_sane(batch)
    except (pa.ArrowException, OSError, ValueError, IndexError, struct.error) as error:
        raise Garbled("The limited process sent rows that do not hold together.") from error
    return batch


def _refuse_compressed(metadata: bytes) -> None:
    """Raise ValueError if an Arrow message's record batch names a compression: a small frame could fill the memory.

    Walks the flatbuffer by hand: Message.header is its third field, RecordBatch.compression its fourth.
    """
    header = _field(metadata, _u32(metadata, 0), 2)
    if header is None or _field(metadata, header + _u32(metadata, header), 3) is not None:
        raise ValueError("not a plain record batch")


def _field(metadata: bytes, table: int, number: int) -> int | None:
    vtable = table - struct.unpack_from("<i", metadata, table)[0]
    slot = 4 + 2 * number
    offset = _u16(metadata, vtable + slot) if slot < _u16(metadata, vtable) else 0
    return table + offset if offset else None


def _u16(metadata: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", metadata, at)[0])


def _u32(metadata: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", metadata, at)[0])


def _read_exactly(pipe: int, wanted: int, tick: Callable[[], None]) -> bytes:
    parts = []
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while wanted:
        while not poll.poll(TICK_MILLISECONDS):
            tick()
        part = os.read(pipe, min(wanted, 1 << 20))
        if not part:
            break
        parts.append(part)
        wanted -= len(part)
    if wanted and parts:
        raise Garbled("The limited process stopped in the middle of a frame.")
    tick()
    return b"".join(parts)


def _write_all(pipe: int, body: bytes | memoryview) -> None:
    view = memoryview(body)
    while view:
        view = view[os.write(pipe, view) :]
