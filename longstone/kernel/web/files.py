"""How is a list written into a file? Row by row as it is read, in one order, and with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import hashlib
import io
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice

from django.db import transaction
from django.http import StreamingHttpResponse

from longstone.kernel.acting import acting
from longstone.kernel.actor import Actor
from longstone.kernel.imports.sheets.neutral import safe
from longstone.kernel.register import Ask, Column, Kind, Register, Source

BATCH = 500
BOM = "\ufeff"  # so that a spreadsheet knows it for UTF-8


def named(source: Source, ask: Ask) -> tuple[array[int], str]:
    """Number every row, eight bytes each, and give the digest of the numbers: an export is recorded before its first byte (D9)."""
    ids, digest = array("q"), hashlib.sha256()
    for one in source.ids(ask):
        ids.append(one)
        digest.update(b"%d\n" % one)
    return ids, digest.hexdigest()


def csv_of(register: Register, source: Source, ids: Sequence[int], *, by: Actor) -> StreamingHttpResponse:
    """Answer with a file of these rows; it streams when the request is over, so it says itself who acts."""
    response = StreamingHttpResponse(_lines(register, source, ids, by), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{register.name}.csv"'
    return response


def _lines(register: Register, source: Source, ids: Sequence[int], by: Actor) -> Iterator[str]:
    yield BOM + _line([column.title for column in register.columns])
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield _some(register, source, batch, by)


def _some(register: Register, source: Source, batch: list[int], by: Actor) -> str:
    """Read a few rows, afresh among those that may be seen, and write them."""
    with acting(by), transaction.atomic():
        rows = source.rows(batch)
        return "".join(_line([_cell(column, row) for column in register.columns]) for row in rows)


def _cell(column: Column, row: object) -> str:
    text = column.text(row)
    return text if column.kind is Kind.NUMBER else harmless(text)


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Keep a cell on one line, and a spreadsheet from running it."""
    return safe(" ".join(cell.splitlines()))
