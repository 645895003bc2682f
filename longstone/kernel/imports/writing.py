"""Which sheets do we hand out? A template, and the faulty rows of a list; both headed as they are read, and no cell of them is run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

from longstone.kernel.imports.definition import Definition
from longstone.kernel.imports.headings import LINE, MEND
from longstone.kernel.imports.models import ImportRow
from longstone.kernel.imports.sheets.neutral import safe

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEAD = PatternFill("solid", fgColor="E8F0F5")

Row = Sequence[str]


def template(told: Definition) -> list[Row]:
    """Give the rows of a template: the headings, and one line of help for each."""
    return [[one.heading for one in told.columns], [one.help for one in told.columns]]


def faulty(told: Definition, rows: Iterable[ImportRow]) -> list[Row]:
    """Give the faulty rows of a list, each with its line and with what to mend."""
    head = [LINE, *(one.heading for one in told.columns), MEND]
    return [head, *([str(row.line), *(row.text(one.argument) for one in told.columns), _wrong(row)] for row in rows)]


def _wrong(row: ImportRow) -> str:
    return " ".join(f"{one['column']}: {one['sentence']}" if one["column"] else one["sentence"] for one in row.wrong())


def written(rows: Sequence[Row], kind: str) -> bytes:
    """Write rows as a sheet of one kind."""
    return _csv(rows) if kind == "csv" else _xlsx(rows)


def _csv(rows: Iterable[Row]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # with its mark, a spreadsheet program reads it as what it is


def _xlsx(rows: Sequence[Row]) -> bytes:
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("List")
    sheet.freeze_panes = "A2"
    for at, cell in enumerate(rows[0], start=1):
        sheet.column_dimensions[get_column_letter(at)].width = max(16, min(len(cell) + 4, 40))
    for number, row in enumerate(rows):
        sheet.append([_text(sheet, cell, head=number == 0) for cell in row])
    save_workbook(book, out)
    return out.getvalue()


def _text(sheet: Any, text: str, *, head: bool) -> Any:
    """Make a cell that is text, whatever it begins with, and stays text when somebody types in it."""
    cell = WriteOnlyCell(sheet, value=safe(text))
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if head:
        cell.font, cell.fill = Font(bold=True), HEAD
    return cell
