"""What does a record cost? One read's entry, and the entry of one act, at the 95th percentile, on a server that waits for its disk."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import quantiles

from bench.empty_house import empty_house
from bench.said import ended, said

TIMES = 2000


def timed(work: Callable[[int], object]) -> list[float]:
    """Time many calls, in milliseconds."""
    took = []
    for number in range(TIMES):
        began = time.perf_counter()
        work(number)
        took.append((time.perf_counter() - began) * 1000)
    return took


def told(name: str, took: list[float], *, gated: bool = True) -> None:
    """Print the 95th percentile, and the median beside it."""
    cuts = quantiles(took, n=100)
    said(f"{name}, p95 in ms", cuts[94], f"at most 2.00; median {cuts[49]:.2f}", ok=cuts[94] <= 2 if gated else None)


def measure() -> None:
    """Measure with the house's own code, as the web does."""
    import django

    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from longstone.kernel import ledger
    from longstone.kernel.actor import Actor
    from longstone.kernel.promises import new_sheet, writing

    by = Actor(id=7, name="PC 7 Example", controller=1)
    ids = [str(number) for number in range(50)]

    def act(number: int) -> None:
        ledger.record("exhibit.moved", on=None, by=by, at=timezone.now(), was="held", now="stored", number=number)

    def bare(_: int) -> None:
        with writing("bench"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO kernel_staged (id, by_name, name, size, "offset", sha256, created_at) '
                "VALUES (gen_random_uuid(), 'x', 'x', 0, 0, '', now())"
            )

    connection.ensure_connection()
    told("the floor, one bare row committed", timed(bare), gated=False)
    told("a read's entry, committed", timed(lambda _: ledger.read("cases", by=by, ids=ids, count=50)))
    with new_sheet("bench"), transaction.atomic():
        told("an act's entry, inside its transaction", timed(act))


def main() -> None:
    """Measure as the web does."""
    with empty_house("web"):
        measure()


if __name__ == "__main__":
    main()
    sys.exit(ended())
