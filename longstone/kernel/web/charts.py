"""How is a count drawn? Bars on the server, each with its number in words, and always beside a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 20
WIDTH = 100.0


@dataclass(frozen=True)
class Bar:
    """One bar: its word, its count, and its length in hundredths of the longest."""

    word: str
    count: int
    length: float


def bars(shares: Sequence[tuple[str, int]]) -> list[Bar]:
    """Make bars of counts; beyond twenty, what is left is one bar of all others."""
    kept, rest = list(shares[:MOST]), shares[MOST:]
    if rest:
        kept.append((f"{len(rest)} others", sum(count for _, count in rest)))
    longest = max((count for _, count in kept), default=0)
    return [Bar(word, count, round(WIDTH * count / longest, 1) if longest else 0.0) for word, count in kept]
