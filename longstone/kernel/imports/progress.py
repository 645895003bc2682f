"""How far is the work on a list? Told on a connection of its own: the work's own transaction shows nothing until it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from django.db import connections

from longstone.kernel import promises

T = TypeVar("T")
EVERY = 50  # rows


@contextmanager
def _beside() -> Iterator[Any]:
    with closing(connections.create_connection("default")) as connection:
        connection.ensure_connection()
        with promises.writing("progress of an import"), connection.cursor() as cursor:
            yield cursor


def told(of: int, doing: str, rows: list[T]) -> Iterator[T]:
    """Give rows one after another, and tell now and then how far it is."""
    with _beside() as cursor:
        for done, row in enumerate(rows):
            if done % EVERY == 0:
                _tell(cursor, of, doing, done, len(rows))
            yield row
        _tell(cursor, of, doing, len(rows), len(rows))


def _tell(cursor: Any, *values: Any) -> None:
    of, *rest = values
    cursor.execute("UPDATE kernel_importprogress SET doing = %s, done = %s, total = %s WHERE of_id = %s", [*rest, of])


def lines(rows: Iterable[int], most: int = 10) -> str:
    """Name some lines in a sentence, and how many more there are."""
    found = list(rows)
    named = ", ".join(str(one) for one in found[:most])
    return named if len(found) <= most else f"{named} and {len(found) - most:,} more"
