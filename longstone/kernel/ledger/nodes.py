"""Where are the tree's hashes? In one table, fetched by the handful and added by the thousand."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg
from django.db import connection

from longstone.kernel.ledger import leaves, tree
from longstone.kernel.refusals import Refusal

FETCH = """SELECT n.level, n."index", n.hash FROM unnest(%s::smallint[], %s::bigint[]) AS asked (level, "index")
JOIN ledger_node n ON n.level = asked.level AND n."index" = asked."index" """


STRETCHES = """SELECT asked.level, (
  SELECT string_agg(CASE WHEN octet_length(hash) = 32 THEN hash ELSE '' END, '') FROM (
    SELECT hash FROM ledger_node WHERE level = asked.level AND "index" >= asked.low AND "index" < asked.high
    ORDER BY level, "index" OFFSET 0
  ) AS n
) FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[]) AS asked (level, low, high)"""


class Missing(Refusal):
    """A hash of the tree is not there."""


class Hashes(dict[tree.Place, bytes]):
    """Some of the tree's hashes, by place."""

    def __missing__(self, place: tree.Place) -> bytes:
        raise Missing(
            f"The ledger's node at level {place[0]}, index {place[1]} is missing. Run `longstone audit`: the ledger was damaged."
        )

    def fetch(self, level: int, index: int) -> bytes:
        """Give one of them."""
        return self[level, index]


def hashes(places: Iterable[tree.Place]) -> Hashes:
    """Fetch hashes at once, in one question to the database."""
    asked = list(places)
    with connection.cursor() as cursor:
        cursor.execute(FETCH, [[level for level, _ in asked], [index for _, index in asked]])
        return Hashes({(level, index): bytes(found) for level, index, found in cursor.fetchall()})


def add(grown: Mapping[tree.Place, bytes]) -> None:
    """Add hashes to the table."""
    pack = struct.Struct(">hihiqi32s").pack
    rows = (pack(3, 2, level, 8, index, 32, found) for (level, index), found in grown.items())
    leaves.copy_in("ledger_node", 'level, "index", hash', rows)


def stored(level: int, start: int, end: int) -> bytes:
    """Give the hashes of a stretch of one level behind each other, as far as they are there."""
    with connection.cursor() as cursor:
        told = """SELECT string_agg(hash, '' ORDER BY "index") FROM ledger_node WHERE level = %s AND "index" >= %s AND "index" < %s"""
        cursor.execute(told, [level, start, end])
        return bytes(cursor.fetchone()[0] or b"")


def stretches(asked: Iterable[tuple[int, int, int]]) -> dict[int, bytes]:
    """Give the hashes of a stretch of each level, from one index to before another, behind each other."""
    levels, lows, highs = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(STRETCHES, [list(levels), list(lows), list(highs)])
        return {level: bytes(found or b"") for level, found in cursor.fetchall()}


def reader(by: Any) -> Callable[[int, int, int], dict[int, bytes]]:
    """Give what reads by a connection the hashes of whole subtrees over a stretch of leaves, up to a level, also in another thread."""
    cursor, wrapped = psycopg.Cursor(by), connection.wrap_database_errors

    def read(start: int, end: int, top: int) -> dict[int, bytes]:
        levels = range(top + 1)
        asked = [[*levels], [start >> level for level in levels], [end >> level for level in levels]]
        with wrapped:
            return {level: found or b"" for level, found in cursor.execute(STRETCHES, asked, binary=True)}

    return read
