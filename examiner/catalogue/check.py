"""Is a catalogue whole: does each table have its digest, and do the counts add up?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from examiner.catalogue import manifest, schema
from examiner.catalogue.tally import COLUMNS, Tally
from examiner.catalogue.writer import digest_of
from examiner.refusals import Refused


def check(folder: Path) -> list[str]:
    """Say all that is wrong with a catalogue, one sentence a fault; an empty list means it is whole.

    Raises Refused if the folder is not a catalogue at all (it has no manifest that can be read).
    """
    said = read_manifest(folder)
    wrong = [fault for name in schema.TABLES for fault in _table(folder, name, said)]
    if wrong:
        return wrong
    return [*_dense(folder), *_sums(folder, said), *_unexplained(folder)]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a catalogue. Raises Refused if it is missing or not one."""
    path = folder / manifest.NAME
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(
            f"{folder} is not a catalogue: it has no {manifest.NAME}. Give the folder that `open` wrote."
        ) from None
    except (OSError, ValueError) as error:
        raise Refused(
            f"{path} cannot be read as a manifest ({error}). Make the catalogue again from the image."
        ) from error
    if not isinstance(said, dict) or said.get("format") != schema.FORMAT:
        raise Refused(f"{path} is not a manifest of form {schema.FORMAT}. Use the examiner that wrote it.")
    return said


def _table(folder: Path, name: str, said: dict[str, Any]) -> list[str]:
    path, stated = folder / f"{name}.parquet", said.get("tables", {}).get(name, {})
    if not path.is_file():
        return [f"{path.name} is missing."]
    if digest_of(path) != stated.get("sha256"):
        return [f"{path.name} is not what the manifest says: its SHA-256 differs, so it was changed or damaged."]
    return _shape(path, name, stated)


def _shape(path: Path, name: str, stated: dict[str, Any]) -> list[str]:
    try:
        about = pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        return [f"{path.name} cannot be read as Parquet."]
    if not about.schema_arrow.equals(schema.TABLES[name]):
        return [f"{path.name} has other columns than a catalogue of form {schema.FORMAT}."]
    rows = about.metadata.num_rows
    return (
        [] if rows == stated.get("rows") else [f"{path.name} has {rows} rows; the manifest says {stated.get('rows')}."]
    )


def counts(folder: Path) -> dict[str, int]:
    """Count a catalogue's tables as the manifest states them; each table is read one row group at a time."""
    tally = Tally()
    for batch in _batches(folder, "files", COLUMNS):
        tally.take(batch)
    others = {name: pq.ParquetFile(folder / f"{name}.parquet").metadata.num_rows for name in ("volumes", "problems")}
    return tally.counts() | others


def _batches(folder: Path, table: str, columns: list[str]) -> Any:
    return pq.ParquetFile(folder / f"{table}.parquet").iter_batches(batch_size=schema.ROW_GROUP, columns=columns)


def _dense(folder: Path) -> list[str]:
    wrong = []
    for table in schema.TABLES:
        expected = 0
        for batch in _batches(folder, table, ["row"]):
            if batch["row"].to_pylist() != list(range(expected, expected + batch.num_rows)):
                wrong.append(f"{table}.parquet: the row numbers are not dense after row {expected}.")
                break
            expected += batch.num_rows
    return wrong


def _sums(folder: Path, said: dict[str, Any]) -> list[str]:
    found, stated = counts(folder), said.get("counts", {})
    wrong = [
        f"The manifest counts {stated.get(name)} {name}; the tables hold {number}."
        for name, number in found.items()
        if stated.get(name) != number
    ]
    parts = sum(found[f"streams {word}"] for word in schema.ALLOWED["state"])
    if parts != found["file streams"]:
        wrong.append(f"Of {found['file streams']} file streams, {parts} are read, not read or without content.")
    return wrong


def _unexplained(folder: Path) -> list[str]:
    """Every stream that was not read must have its reason in the problems table."""
    reasons = {
        (row["volume"], row["path"], row["stream"])
        for batch in _batches(folder, "problems", ["volume", "path", "stream"])
        for row in batch.to_pylist()
    }
    silent = [
        f"{row['path']} was not read and no row of problems says why."
        for batch in _batches(folder, "files", ["volume", "path", "stream", "state"])
        for row in batch.to_pylist()
        if row["state"] == schema.NOT_READ and (row["volume"], row["path"], row["stream"]) not in reasons
    ]
    return silent[:100]
