"""Which column of a sheet is which? Found by its heading, or one of the words that stand for it; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from longstone.kernel.imports.definition import Definition, bare
from longstone.kernel.imports.sheets.limits import LIMITS
from longstone.kernel.imports.sheets.rows import BadSheet, SheetRow, lettered

LINE, MEND = "Line in the file", "What to mend"  # the two that we add to a sheet of faulty rows


@dataclass
class Headed:
    """A sheet whose headings were found: which of its columns tell which argument, and which tell nothing we take."""

    columns: dict[int, str]
    passed_over: list[str] = field(default_factory=list)
    line_column: int | None = None

    def cells(self, row: SheetRow) -> dict[str, str]:
        """Give a row's cells by argument."""
        return {name: row.cells[at] if at < len(row.cells) else "" for at, name in self.columns.items()}

    def odd(self, row: SheetRow) -> dict[str, str]:
        """Say by argument which cells are no plain text."""
        return {name: row.odd[at] for at, name in self.columns.items() if at in row.odd}

    def line(self, row: SheetRow) -> int:
        """Give the line that a row has in the first file, if this is a sheet of its faulty rows."""
        at = self.line_column
        told = row.cells[at] if at is not None and at < len(row.cells) else ""
        return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0  # noqa: PLR2004


def headed(told: Definition, rows: Iterator[SheetRow]) -> tuple[Headed, Iterator[SheetRow]]:
    """Find the headings among the first rows; give them, and the rows beneath that are not the template's own help."""
    words = {bare(word): one.argument for one in told.columns for word in (one.heading, *one.also)}
    best: list[str] = []
    for number, row in enumerate(rows):
        if number >= LIMITS.headings_within:
            break
        known = [name for cell in row.cells if (name := words.get(bare(cell)))]
        if known and not _missing(told, known):
            return _headed(row, words), _beneath(told, rows)
        best = known if len(known) > len(best) else best
    raise BadSheet(_not_found(_missing(told, best), found=bool(best)))


def _missing(told: Definition, known: Iterable[str]) -> list[str]:
    return [one.heading for one in told.columns if one.required and one.argument not in set(known)]


def _not_found(missing: list[str], *, found: bool) -> str:
    within = LIMITS.headings_within
    if not found:
        return (
            f"None of the first {within} rows holds the headings. Put them in the first row, as the template has them."
        )
    return f"These columns are missing: {', '.join(missing)}. Add them, or head them as the template does."


def _headed(row: SheetRow, words: dict[str, str]) -> Headed:
    columns: dict[int, str] = {}
    found = Headed(columns)
    for at, cell in enumerate(row.cells):
        name = words.get(bare(cell))
        if name in columns.values():
            first = next(number for number, other in columns.items() if other == name)
            raise BadSheet(
                f"Columns {lettered(first)} and {lettered(at)} are both headed as “{cell[:60]}”. Take one away."
            )
        if name:
            columns[at] = name
        elif bare(cell) == bare(LINE):
            found.line_column = at
        elif cell and bare(cell) != bare(MEND):
            found.passed_over.append(cell[:60])
    return found


def _beneath(told: Definition, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    """Pass over the template's line of help, which is told by its very words, and nothing else."""
    helps = {one.help for one in told.columns}
    yield from (row for row in rows if not all(cell in helps for cell in row.cells if cell))
