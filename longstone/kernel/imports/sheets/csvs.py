"""How is a CSV file read? Record by record within limits, its encoding found first, its separator from its first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from longstone.kernel.imports.sheets.encodings import encoding_of
from longstone.kernel.imports.sheets.limits import Limits
from longstone.kernel.imports.sheets.neutral import bare
from longstone.kernel.imports.sheets.rows import BadSheet, SheetRow

SEPARATORS = ",;\t"


def rows(untrusted: BinaryIO, encoding: str, limits: Limits) -> Iterator[SheetRow]:
    """Give each record that is not empty, with the line on which it begins."""
    untrusted.seek(0)
    text = io.TextIOWrapper(untrusted, encoding=encoding, newline="")
    first = text.readline()
    text.seek(0)
    csv.field_size_limit(limits.cell)
    reader = csv.reader(text, delimiter=_separator(first), strict=True)
    found = 0
    while True:
        line = reader.line_num + 1
        record = _next(reader, line, limits)
        if record is None:
            text.detach()
            return
        row = SheetRow(line, _cells(record, line, limits))
        found += not row.empty
        if found > limits.rows:
            raise BadSheet(f"At line {line} there are more than {limits.rows:,} rows. Bring the list in in parts.")
        if not row.empty:
            yield row


def _separator(first: str) -> str:
    """Choose what separates most in the first line; a comma if nothing does."""
    return max(SEPARATORS, key=lambda one: (first.count(one), one == ","))


def _next(reader: Iterator[list[str]], line: int, limits: Limits) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as fault:
        if "field larger" in str(fault):
            told = f"A cell that begins near line {line} is longer than {limits.cell:,} characters. Is a quotation mark missing there?"
        else:
            told = f"Near line {line} the quotation marks do not fit together ({fault}). Mend the line, or save the sheet again."
        raise BadSheet(told) from fault


def _cells(record: list[str], line: int, limits: Limits) -> list[str]:
    if len(record) > limits.columns:
        raise BadSheet(f"Line {line} has {len(record):,} columns; {limits.columns} is the most. Is it the right file?")
    return [bare(cell.strip()) for cell in record]


def read(untrusted: BinaryIO, limits: Limits) -> tuple[str, Iterator[SheetRow]]:
    """Say how a CSV file is encoded, and give its rows."""
    encoding = encoding_of(untrusted, limits)
    return encoding, rows(untrusted, encoding, limits)
