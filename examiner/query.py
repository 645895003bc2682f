"""What is in a catalogue, a page at a time? DuckDB reads the files, in memory, bounded, with nothing else in reach.

Withheld rows are removed before anything is counted, searched or paged, so no answer can betray them (decision D8).
Values are bound as parameters; only names of tables and columns that stand in the schema are put into SQL.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from examiner.catalogue import schema
from examiner.catalogue.check import read_manifest
from examiner.refusals import Refused

ROWS_MOST = 500
SHARES_MOST = 1000
MEMORY = "256MB"
WITHOUT_MOST = 1_000_000
KINDS = {pa.string(): str, pa.int64(): int, pa.int32(): int, pa.bool_(): bool}
SEARCHED = {"files": "path", "problems": "sentence", "volumes": "description"}


@dataclass(frozen=True)
class Question:
    """A question about one table: `after` is the last row already seen, `without` the rows of `files` withheld.

    With `before`, the page is the one that ends before that row; with `only`, it has those rows alone; `field` is counted by.
    """

    catalogue: str
    table: str = "files"
    after: int = -1
    limit: int = 50
    search: str = ""
    without: tuple[int, ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    row: int = -1
    before: int = -1
    only: tuple[int, ...] | None = None
    field: str = ""


class Catalogues:
    """Answers questions about the catalogues beneath one folder, and reads nothing outside it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._database = duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": 1})
        for setting in (
            "SET temp_directory = ''",
            f"SET allowed_directories = [{_quoted(str(self.root) + os.sep)}]",
            "SET enable_external_access = false",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET lock_configuration = true",
        ):
            self._database.execute(setting)

    def page(self, question: Question) -> dict[str, Any]:
        """Rows after the last one seen, in the catalogue's order, and where the next page starts (null at the end)."""
        if not 1 <= question.limit <= ROWS_MOST:
            raise Refused(f"Ask for 1 to {ROWS_MOST} rows at a time.")
        source, where, values = self._filtered(question)
        back = question.before >= 0
        beyond, order = ("row < ?", "row DESC") if back else ("row > ?", "row")
        sql = f"SELECT * FROM {source} WHERE {where} AND {beyond} ORDER BY {order} LIMIT ?"  # noqa: S608 - see the module
        rows = self._rows(sql, [*values, question.before if back else question.after, question.limit + 1])
        more, rows = len(rows) > question.limit, rows[: question.limit]
        return {"rows": rows[::-1] if back else rows, "next": rows[-1]["row"] if more else None}

    def shares(self, question: Question) -> dict[str, Any]:
        """How many rows of the same question have each value of one column, the most first."""
        source, where, values = self._filtered(question)
        name = f'"{_column(question.table, question.field)}"'
        sql = f"SELECT {name}, count(*) AS count FROM {source} WHERE {where} GROUP BY ALL ORDER BY count DESC, 1 LIMIT {SHARES_MOST}"  # noqa: S608
        return {"shares": [list(one.values()) for one in self._rows(sql, values)]}

    def count(self, question: Question) -> dict[str, Any]:
        """How many rows the same question would page through."""
        source, where, values = self._filtered(question)
        sql = f"SELECT count(*) AS count FROM {source} WHERE {where}"  # noqa: S608 - see the module
        return {"count": self._rows(sql, values)[0]["count"]}

    def one(self, question: Question) -> dict[str, Any]:
        """One row by its number, or null if it does not exist or is withheld."""
        source, where, values = self._filtered(question)
        found = self._rows(f"SELECT * FROM {source} WHERE {where} AND row = ?", [*values, question.row])  # noqa: S608
        return {"row": found[0] if found else None}

    def manifest(self, question: Question) -> dict[str, Any]:
        """The manifest of a catalogue."""
        return {"manifest": read_manifest(self._folder(question.catalogue))}

    def _folder(self, name: str) -> Path:
        folder = (self.root / name).resolve()
        if not name or "\0" in name or not folder.is_relative_to(self.root) or not folder.is_dir():
            raise Refused("There is no such catalogue here. Name one beneath the folder that is served.")
        return folder

    def _filtered(self, question: Question) -> tuple[str, str, list[Any]]:
        """Source, condition and values; the withheld rows are the first condition."""
        if question.table not in schema.TABLES:
            raise Refused(f"There is no table {question.table!r}. Ask for one of {', '.join(schema.TABLES)}.")
        path = self._folder(question.catalogue) / f"{question.table}.parquet"
        if not path.is_file():
            raise Refused("This catalogue is not whole: a table is missing. Run `check` on it.")
        conditions, values = self._not_withheld(question)
        if question.only is not None:
            conditions.append("row IN (SELECT unnest(?::BIGINT[]))")
            values.append(list(question.only))
        if question.search:
            conditions.append(f"contains(lower({SEARCHED[question.table]}), lower(?))")
            values.append(question.search)
        for name, value in question.where.items():
            conditions.append(_condition(question.table, name, value))
            values += [] if value is None else [value]
        return f"read_parquet({_quoted(str(path))})", " AND ".join(conditions), values

    def _not_withheld(self, question: Question) -> tuple[list[str], list[Any]]:
        """Withheld files are gone from `files`, and with them every problem that names their path."""
        if question.table == "volumes" or not question.without:
            return ["true"], []
        gone = "row IN (SELECT unnest(?::BIGINT[]))"
        if question.table == "files":
            return [f"NOT {gone}"], [list(question.without)]
        files = _quoted(str(self._folder(question.catalogue) / "files.parquet"))
        named = f"SELECT volume, path FROM read_parquet({files}) WHERE {gone}"  # noqa: S608 - see the module
        unnamed = [f"({name} IS NULL OR (volume, {name}) NOT IN ({named}))" for name in ("path", '"where"')]
        return unnamed, [list(question.without)] * len(unnamed)

    def _rows(self, sql: str, values: list[Any]) -> list[dict[str, Any]]:
        try:
            found = self._database.execute(sql, values)
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.Error:  # its message may quote a row that is withheld, so it is never passed on
            raise Refused("The catalogue could not be read. Run `check` on it, or ask for less.") from None


def _column(table: str, name: str) -> str:
    if name not in schema.TABLES[table].names:
        raise Refused(f"{table} has no column {name!r}.")
    return name


def _condition(table: str, name: str, value: object) -> str:
    name = _column(table, name)
    if value is not None and type(value) is not KINDS[schema.TABLES[table].field(name).type]:
        raise Refused(f"{name} cannot be compared with {value!r}: it is of another kind.")
    return f'"{name}" IS NULL' if value is None else f'"{name}" = ?'


def _quoted(text: str) -> str:
    """A string literal: paths come from the one who started the server, never from a question."""
    return "'" + text.replace("'", "''") + "'"
