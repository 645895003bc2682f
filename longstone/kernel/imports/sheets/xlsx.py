"""How is a workbook read? Its first visible sheet, row by row, once it was looked through; what is no plain text is said to be so."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from longstone.kernel.imports.sheets.limits import Limits
from longstone.kernel.imports.sheets.neutral import bare
from longstone.kernel.imports.sheets.rows import BadSheet, SheetRow, lettered
from longstone.kernel.imports.sheets.workbook import AGAIN, cells_of, look_through

EXACT = 10**15  # a spreadsheet keeps fifteen figures of a number, and no more
LAST = 1 << 20  # a sheet has no more rows than this
ODD_KINDS = {"f": "formula", "e": "error"}


def read(untrusted: BinaryIO, limits: Limits) -> tuple[str, Iterator[SheetRow]]:
    """Say what it is, and give its rows."""
    ranges = look_through(untrusted, limits)
    untrusted.seek(0)
    return "xlsx", _rows(untrusted, ranges, limits)


def _rows(untrusted: BinaryIO, ranges: dict[str, list[str]], limits: Limits) -> Iterator[SheetRow]:
    try:
        book = load_workbook(untrusted, read_only=True, keep_links=False)
        sheet: Any = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise BadSheet("The workbook has no sheet that can be seen. Put the list on the first sheet.")
        sheet.reset_dimensions()  # what a sheet says of its own size is not to be believed
        merged = list(cells_of(ranges.get(sheet._worksheet_path.lstrip("/"), [])))  # noqa: SLF001 - it has no other name
        yield from _sheet(sheet, merged, limits)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as fault:
        raise BadSheet(f"The workbook is not put together as one should be ({fault}). {AGAIN}") from fault
    except (zipfile.BadZipFile, InvalidFileException, OSError) as fault:
        raise BadSheet(f"This is no whole workbook: {fault}. {AGAIN}") from fault


def _sheet(sheet: Any, merged: list[Any], limits: Limits) -> Iterator[SheetRow]:
    found = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        row = _row(line, cells, merged, limits)
        found += not row.empty
        if found > limits.rows or line > LAST:
            raise BadSheet(f"At line {line} there are more than {limits.rows:,} rows. Bring the list in in parts.")
        if not row.empty:
            yield row


def _row(line: int, cells: tuple[Any, ...], merged: list[Any], limits: Limits) -> SheetRow:
    told = [_told(cell) for cell in cells]
    while told and not told[-1][0]:
        told.pop()
    if len(told) > limits.columns:
        raise BadSheet(f"Line {line} has {len(told):,} columns; {limits.columns} is the most. Is it the right file?")
    for number, (text, _) in enumerate(told):
        if len(text) > limits.cell:
            raise BadSheet(f"Cell {lettered(number)}{line} is longer than {limits.cell:,} characters. Shorten it.")
    odd = {number: kind for number, (_, kind) in enumerate(told) if kind}
    return SheetRow(line, [text for text, _ in told], odd | _merged_here(line, merged, limits))


def _merged_here(line: int, merged: list[Any], limits: Limits) -> dict[int, str]:
    here = ((columns, name) for rows, columns, name in merged if line in rows)
    return {
        number: f"merged {name}"
        for columns, name in here
        for number in columns[: limits.columns]
        if number < limits.columns
    }


def _told(cell: Any) -> tuple[str, str]:
    """Give a cell's text, and what it is if it is no text."""
    value, kind = cell.value, ODD_KINDS.get(getattr(cell, "data_type", ""), "")
    if kind:
        return str(value)[:200], kind
    if value is None:
        return "", ""
    return (bare(value.strip()), "") if isinstance(value, str) else _typed(value)


def _typed(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, datetime):
        form = "%d/%m/%Y" if value.time() == time() else "%d/%m/%Y %H:%M"
        return value.strftime(form), "date"
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y"), "date"
    if isinstance(value, (time, timedelta)):
        return str(value), "time"
    return _number(value)


def _number(value: float) -> tuple[str, str]:
    if value == int(value):
        return str(int(value)), "" if abs(value) < EXACT else "number"
    return repr(value), "number"
