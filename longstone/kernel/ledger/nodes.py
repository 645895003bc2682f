"""Where are the tree's hashes? In one table, fetched by the handful and added by the thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from longstone.kernel.ledger import tree
from longstone.kernel.refusals import Refusal

FETCH = """SELECT n.level, n."index", n.hash FROM unnest(%s::smallint[], %s::bigint[]) AS asked (level, "index")
JOIN ledger_node n ON n.level = asked.level AND n."index" = asked."index" """


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
    with connection.cursor() as cursor:
        raw: Any = cursor  # Django's cursor hands `copy` on to psycopg's
        with (
            connection.wrap_database_errors,
            raw.copy('COPY ledger_node (level, "index", hash) FROM STDIN (FORMAT BINARY)') as copy,
        ):
            copy.set_types(["int2", "int8", "bytea"])
            for (level, index), found in grown.items():
                copy.write_row((level, index, found))


def stored(level: int, start: int, end: int) -> bytes:
    """Give the hashes of a stretch of one level behind each other, as far as they are there."""
    with connection.cursor() as cursor:
        told = """SELECT string_agg(hash, '' ORDER BY "index") FROM ledger_node WHERE level = %s AND "index" >= %s AND "index" < %s"""
        cursor.execute(told, [level, start, end])
        return bytes(cursor.fetchone()[0] or b"")
