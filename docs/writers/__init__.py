"""A shelf: one file writes one page of docs/made/. It has a TITLE, and lines() without any clock or database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write a table; a stroke in a cell is kept from ending it."""
    yield _row(headings)
    yield _row(["---"] * len(headings))
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def modules(kind: str) -> Iterator[tuple[str, ModuleType]]:
    """Give the modules of one kind, such as rules or commands, with the room of each."""
    import longstone

    for found in walk_packages(longstone.__path__, "longstone."):
        room, *rest = found.name.split(".")[1:]
        if rest[:1] == [kind] or (kind == "rules" and rest[-1:] == [kind]):  # the kernel's parts have rules too
            yield room, import_module(found.name)
