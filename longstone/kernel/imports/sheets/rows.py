"""What is a row of a sheet, once it is read? Its line, its cells as text, and what Excel made of some of them."""

from __future__ import annotations

from dataclasses import dataclass, field


class BadSheet(Exception):
    """A sheet cannot be read; the sentence says where and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class SheetRow:
    """One row: `odd` says of a cell, by its number from 0, that it is no plain text: a date, a number, a formula, merged."""

    line: int
    cells: list[str]
    odd: dict[int, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Say whether nothing stands in it."""
        return not any(self.cells)


def lettered(number: int) -> str:
    """Name a column as a sheet does: 0 is A, 26 is AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
