"""How is the ledger fetched while it is hashed? Block by block and ahead, over two connections that see the same moment."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from longstone.kernel.ledger import nodes, texts

BLOCK = 16_384  # whole subtrees; of smaller ones the database would spend a tenth of its time in planning
SAME_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT '{}'"
IN_ORDER = "SET LOCAL enable_bitmapscan = off"  # what is read in an index's order needs no sorting
T = TypeVar("T")


class Block(NamedTuple):
    """The entries of some numbers, and what the tree keeps over them: of each level, the hashes behind each other."""

    start: int
    end: int
    said: texts.Said
    stored: dict[int, bytes]


def blocks(size: int) -> Iterator[Block]:
    """Give the blocks of a ledger of a size in order."""
    with connections() as ours:
        yield from ahead([_reader(one, size) for one in ours], range(0, size, BLOCK))


def _reader(by: Any, size: int) -> Callable[[int], Block]:
    said, hashes = texts.reader(by), nodes.reader(by)

    def read(start: int) -> Block:
        end = min(start + BLOCK, size)
        return Block(start, end, said(start, end), hashes(start, end, BLOCK.bit_length() - 1))

    return read


@contextmanager
def connections() -> Iterator[list[Any]]:
    """Give the house's own connection and a second that sees what it sees; alone inside a transaction, whose changes only it sees."""
    connection.ensure_connection()
    if connection.savepoint_ids:
        yield [connection.connection]
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
    with connection.wrap_database_errors:
        second = connection.get_new_connection(connection.get_connection_params())
    try:
        with connection.wrap_database_errors:
            second.execute(SAME_MOMENT.format(moment))
            second.execute(IN_ORDER)
        yield [connection.connection, second]
    finally:
        second.close()


def ahead(hands: list[Callable[[int], T]], asked: Iterable[int]) -> Iterator[T]:
    """Give what is fetched, in order; while one lot is looked at, each hand fetches another."""
    idle: SimpleQueue[Callable[[int], T]] = SimpleQueue()
    for hand in hands:
        idle.put(hand)

    def fetch(one: int) -> T:
        hand = idle.get()
        try:
            return hand(one)
        finally:
            idle.put(hand)

    with ThreadPoolExecutor(len(hands)) as pool:
        coming = deque[Future[T]]()
        for one in asked:
            coming.append(pool.submit(fetch, one))
            if len(coming) > len(hands):
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
