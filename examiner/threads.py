"""How is work that lets go of the interpreter's lock (inflating, hashing) spread over the processors?

A small thing of our own: `concurrent.futures` costs every examination its import, and few need it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

WORTH_A_THREAD = 8


def in_threads(work: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """Do `work` on each of `given` and give the results in the same order. `work` must not raise."""
    workers = min(os.cpu_count() or 1, len(given) // WORTH_A_THREAD)
    if workers <= 1:
        return [work(one) for one in given]
    made: dict[int, list[Made]] = {}
    threads = [threading.Thread(target=_share, args=(work, given, made, n, workers)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [made[number % workers][number // workers] for number in range(len(given))]


def _share(
    work: Callable[[Given], Made], given: Sequence[Given], made: dict[int, list[Made]], number: int, workers: int
) -> None:
    made[number] = [work(one) for one in given[number::workers]]
