"""How are rows put into Parquet so that the same rows always make the same bytes?

Row groups hold a fixed number of rows whatever the frames they came in; one writer, one order, no time of the run.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from examiner.catalogue import schema
from examiner.catalogue.tally import Tally

OF_FEW_WORDS = ["kind", "state", "confidence", "zone", "zone_source", "scheme", "file_system"]


class TableWriter:
    """Writes one table, numbering its rows."""

    def __init__(self, *, folder: Path, table: str) -> None:
        self.path, self._schema = folder / f"{table}.parquet", schema.TABLES[table]
        words = [name for name in self._schema.names if name in OF_FEW_WORDS]
        self._writer = pq.ParquetWriter(
            self.path, self._schema, compression="zstd", compression_level=1, use_dictionary=words, version="2.6"
        )
        self._waiting: list[pa.RecordBatch] = []
        self._held = self.rows = 0
        self.tally = Tally()

    def take(self, batch: pa.RecordBatch) -> None:
        """Take rows as they crossed the pipe."""
        made = self._finished(batch)
        self.rows += made.num_rows
        self._held += made.num_rows
        self._waiting.append(made)
        while self._held >= schema.ROW_GROUP:
            self._write(schema.ROW_GROUP)

    def _finished(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self._schema is schema.FILES:
            self.tally.take(batch)
            return schema.finished_files(batch, first_row=self.rows)
        return schema.numbered(self._schema, batch.columns, first_row=self.rows, rows=batch.num_rows)

    def _write(self, rows: int) -> None:
        held = pa.Table.from_batches(self._waiting, self._schema).combine_chunks()
        self._writer.write_table(held.slice(0, rows), row_group_size=schema.ROW_GROUP)
        self._waiting = held.slice(rows).to_batches()
        self._held -= rows

    def close(self) -> None:
        """Write what is left and make sure it is on the disk."""
        if self._held:
            self._write(self._held)
        self._writer.close()
        synced(self.path)


def synced(path: Path) -> None:
    """Have a file or folder reach the disk before anything points to it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
