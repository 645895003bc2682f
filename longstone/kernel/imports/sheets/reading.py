"""What runs in the walled process? One sheet from standard input, to lines of JSON on standard output.

The first line says how the sheet is written, each further one is a row, and the last says that this was all, or why it was refused.
"""

from __future__ import annotations

import codecs
import io
import json
import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from examiner import sandbox
from examiner.settings import Walls
from longstone.kernel.imports.sheets import csvs, xlsx
from longstone.kernel.imports.sheets.encodings import NAMES
from longstone.kernel.imports.sheets.limits import LIMITS, MIB, Limits
from longstone.kernel.imports.sheets.rows import BadSheet, SheetRow

WALLS = Walls(memory_bytes=640 * MIB, cpu_seconds=600, open_files=16)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
OLD = "This is an old workbook (.xls) or one with a password. Save it as .xlsx without a password, or as “CSV UTF-8”."


def told(untrusted: BinaryIO, limits: Limits) -> Iterator[Any]:
    """Give what the sheet holds, message by message."""
    try:
        how, rows = _opened(untrusted, limits)
        yield {"how": NAMES.get(how, "Excel"), "xlsx": how == "xlsx"}
        for row in _counted(rows, limits):
            yield [row.line, row.cells, row.odd]
    except BadSheet as fault:
        yield {"refused": fault.sentence}
    except MemoryError:
        yield {"refused": "The sheet takes more memory to read than it may. Bring the list in in parts."}
    else:
        yield {"whole": True}


def _opened(untrusted: BinaryIO, limits: Limits) -> tuple[str, Iterator[SheetRow]]:
    first = untrusted.read(4)
    untrusted.seek(0)
    if first == OLE:
        raise BadSheet(OLD)
    return xlsx.read(untrusted, limits) if first == ZIP else csvs.read(untrusted, limits)


def _counted(rows: Iterator[SheetRow], limits: Limits) -> Iterator[SheetRow]:
    left = limits.text
    for row in rows:
        left -= sum(map(len, row.cells))
        if left < 0:
            raise BadSheet(f"At line {row.line} the sheet holds more text than it may. Bring the list in in parts.")
        yield row


def main() -> None:
    """Put the walls up, and read."""
    _warm()
    source, out = os.dup(0), os.dup(1)
    sandbox.enter(walls=WALLS, keep={source, out}, folder=None)
    with os.fdopen(source, "rb") as untrusted, os.fdopen(out, "w", encoding="utf-8") as said:
        for one in told(untrusted, LIMITS):
            said.write(json.dumps(one) + "\n")


def _warm() -> None:
    """Read a small workbook of our own, so that nothing needs to be loaded once nothing can be opened any more."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import save_workbook

    made = io.BytesIO()
    save_workbook(Workbook(), made)
    list(told(made, LIMITS))
    for encoding in (*NAMES, "utf-16-le", "utf-16-be", "cp437", "ascii", "latin-1"):
        codecs.lookup(encoding)


if __name__ == "__main__":
    main()
