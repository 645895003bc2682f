"""From where does a list take its rows? From anything that counts, pages and gives them, already for somebody (D8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from longstone.kernel.register.asking import Ask


@dataclass(frozen=True)
class Page:
    """One page of rows, and the marks from which the neighbours go on (empty: there is none)."""

    rows: list[Any]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Count:
    """How many rows there are; one that is not whole stopped at its number, and there are more."""

    number: int
    whole: bool = True

    def __str__(self) -> str:
        return f"{self.number:,}" if self.whole else f"More than {self.number:,}"


class Source(Protocol):
    """Rows that one actor may see: whoever makes a source scopes it. Whatever it counts, it pages; whatever it pages, it exports."""

    def settle(self, ask: Ask) -> Ask:
        """Say what is really asked: words that nothing holds as they were typed are looked for as spelt alike."""

    def count(self, ask: Ask) -> Count:
        """Count what was asked for."""

    def page(self, ask: Ask, *, limit: int) -> Page:
        """Give the page that begins after (or ends before) the mark in the ask."""

    def ids(self, ask: Ask) -> Iterator[int]:
        """Name every row, in order, for the record of an export."""

    def rows(self, ids: Sequence[int]) -> list[Any]:
        """Give some rows by their ids, in the order of the ids; one that is gone meanwhile is left out."""

    def shares(self, ask: Ask, field: str) -> list[tuple[Any, int]]:
        """Count by the values of a field."""

    def id(self, row: Any) -> int:
        """Give a row's number."""
