"""How does an entry get its number? One row is added to a table of its own, and one is taken from those that wait; the entry is not touched."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

OPENING, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"  # what begins and ends rows in PostgreSQL's binary form
NUMBERED = """DELETE FROM ledger_waiting WHERE entry_id = ANY (ARRAY(
  SELECT entry_id FROM ledger_leaf WHERE "index" >= %s AND "index" < %s))"""


def add(start: int, ids: Sequence[int], commitments: Sequence[bytes]) -> int:
    """Number entries from `start` on, and give how many of them had waited for it. The database refuses a number or an entry used before."""
    pack = struct.Struct(">hiqiqi32s").pack
    rows = zip(range(start, start + len(ids)), ids, commitments, strict=True)
    copy_in("ledger_leaf", '"index", entry_id, commitment', (pack(3, 8, n, 8, id_, 32, c) for n, id_, c in rows))
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, [start, start + len(ids)])
        return int(cursor.rowcount)


def copy_in(table: str, columns: str, rows: Iterable[bytes]) -> None:
    """Add rows to a table, each as PostgreSQL's binary form has it: to write them one by one would take longer than to add them."""
    with connection.cursor() as cursor:
        raw: Any = cursor  # Django's cursor hands `copy` on to psycopg's
        told = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
        with connection.wrap_database_errors, raw.copy(told) as copy:
            copy.write(b"".join([OPENING, *rows, END]))
