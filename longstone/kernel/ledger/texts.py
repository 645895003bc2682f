"""What do entries say? Their salted texts, as the database writes them, hashed here by the thousand; where words need quoting, ours."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from longstone.kernel.ledger import canonical

COLUMNS = "id, uuid, event, controller, by_id, by_name, on_kind, on_id, on_label, at, past, recorded_at, facts, salt"
# Some hundred entries come as one row: to receive each by itself would take longer than to hash it. They are found by stretches of
# their key, whatever the database believes of a table that grew just now. With each stretch comes whether nothing in it needs quoting.
STRETCH = 8
SAID = f"""SELECT said.* FROM unnest(%s::bigint[]) AS stretch CROSS JOIN LATERAL (
  SELECT string_agg(int8send(id), ''), string_agg(int4send(octet_length(salted)), ''), string_agg(salted, ''),
    {canonical.PLAIN.format("string_agg(words, '')")} FROM (
      SELECT id, {canonical.SALTED_TEXT} AS salted, {canonical.WORDS} AS words FROM ledger_entry
      WHERE id >= stretch << {STRETCH} AND id < (stretch + 1) << {STRETCH} ORDER BY id OFFSET 0
  ) AS written
) AS said"""  # noqa: S608 - our own columns
TO_QUOTE = f"""SELECT {COLUMNS} FROM ledger_entry
WHERE id = ANY(%s) AND NOT {canonical.PLAIN.format(canonical.WORDS)}"""  # noqa: S608 - our own columns
WAITING = "SELECT string_agg(int8send(entry_id), '') FROM (SELECT entry_id FROM ledger_waiting ORDER BY entry_id LIMIT %s) AS w"
LEAVES = """SELECT string_agg(int8send("index"), ''), string_agg(int8send(entry_id), ''),
  string_agg(CASE WHEN octet_length(commitment) = 32 THEN commitment ELSE '' END, '')
FROM (SELECT "index", entry_id, commitment FROM ledger_leaf WHERE "index" >= %s AND "index" < %s ORDER BY "index" OFFSET 0) AS l"""


class Row(NamedTuple):
    """An entry as it stands in the table: a model's instance would cost more than the hashing."""

    id: int
    uuid: UUID
    event: str
    controller: str
    by_id: int | None
    by_name: str
    on_kind: str
    on_id: str
    on_label: str
    at: datetime
    past: bool
    recorded_at: datetime
    facts: str
    salt: bytes


class Said(NamedTuple):
    """Some entries: their numbers, their ids, the commitments that are kept, and what each entry says now commits to (None: there is none)."""

    numbers: list[int]
    ids: list[int]
    told: bytes
    digests: list[bytes | None]


def waiting(count: int) -> tuple[list[int], list[bytes]]:
    """Give the ids of the first entries that wait for a number, and what each commits to."""
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    with connection.wrap_database_errors:
        ids = _numbers(*_ask(cursor, WAITING, count))
        return ids, [one or b"" for one in _digests(cursor, ids)]


def numbered(start: int, end: int) -> Said:
    """Give the entries of some numbers."""
    connection.ensure_connection()
    return reader(connection.connection)(start, end)


def reader(by: Any) -> Callable[[int, int], Said]:
    """Give what reads the entries of some numbers by a connection, also in another thread."""
    cursor, wrapped = psycopg.Cursor(by), connection.wrap_database_errors

    def read(start: int, end: int) -> Said:
        with wrapped:
            numbers, ids, told = _ask(cursor, LEAVES, start, end)
            found = _numbers(ids)
            return Said(_numbers(numbers), found, told or b"", _digests(cursor, found))

    return read


def _ask(cursor: Any, sql: str, *asked: int) -> tuple[Any, ...]:
    return tuple(cursor.execute(sql, asked, binary=True).fetchone())


def _numbers(told: bytes | None) -> list[int]:
    return list(struct.unpack(f">{len(told) // 8}q", told)) if told else []


def _digests(cursor: Any, ids: list[int]) -> list[bytes | None]:
    """Commit to what some entries say."""
    found, digests, unsure = list[int](), list[bytes](), set[int]()
    stretches = sorted({one >> STRETCH for one in ids})
    for those, lengths, salted, plain in cursor.stream(
        SAID, [stretches], binary=True
    ):  # hashed while the next is written
        some = _numbers(those)
        found += some
        digests += _hashed(salted, struct.unpack(f">{len(some)}i", lengths or b""))
        unsure |= set() if plain else set(some)
    first = bisect_left(found, ids[0]) if ids else 0
    beyond = first + len(ids)
    if not unsure and found[first:beyond] == ids and found[beyond : beyond + 1] != ids[-1:]:
        return [*digests[first:beyond]]
    known = dict(zip(found, digests, strict=True)) | _ours(cursor, sorted(unsure & set(ids)))
    known |= {one: b"" for one, times in Counter(found).items() if times > 1}  # whichever of two is the true one
    return [known.get(one) for one in ids]


def _hashed(salted: bytes, lengths: Sequence[int]) -> list[bytes]:
    """Hash texts that stand behind each other."""
    ends = list(accumulate(lengths))
    return [sha256(salted[start:end]).digest() for start, end in zip([0, *ends], ends, strict=False)]


def _ours(cursor: Any, ids: list[int]) -> dict[int, bytes]:
    """Write the texts of those among some entries that the database cannot write."""
    if not ids:
        return {}
    cursor.execute(TO_QUOTE, [ids], binary=True)
    return {found[0]: canonical.commitment(Row._make(found)) for found in cursor}
