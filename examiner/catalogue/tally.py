"""How many of each kind are in the files table, counted the same way as it is written and as it is checked?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from examiner.catalogue.schema import DIRECTORY, FILE, LINK, NO_CONTENT, NOT_READ, OTHER, READ

COLUMNS = ["kind", "state", "size"]


@dataclass
class Tally:
    """Counts of the rows taken so far; `rows` is a record batch (or table) that has the columns of COLUMNS."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    bytes_read: int = 0

    def take(self, rows: Any) -> None:
        kinds, states, sizes = (rows[name].to_pylist() for name in COLUMNS)
        self.kinds.update(zip(kinds, states, strict=True))
        read = zip(kinds, states, sizes, strict=True)
        self.bytes_read += sum(size or 0 for kind, state, size in read if state == READ and kind == FILE)

    def counts(self) -> dict[str, int]:
        """The counts as a manifest states them: of entries by kind, of file streams by state."""
        kinds = {f"kind: {kind}": self._of(kind) for kind in (FILE, DIRECTORY, LINK, OTHER)}
        states = {f"streams {state}": self.kinds[FILE, state] for state in (READ, NOT_READ, NO_CONTENT)}
        entries = sum(self.kinds.values())
        return {"entries": entries, "file streams": self._of(FILE), "bytes read": self.bytes_read, **kinds, **states}

    def _of(self, wanted: str) -> int:
        return sum(count for (kind, _), count in self.kinds.items() if kind == wanted)
