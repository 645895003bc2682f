"""How does what was found become rows, and do they all add up?"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from examiner import wire
from examiner.board import Board
from examiner.settings import Settings

FRAME_ROWS = 4096
FRAME_LETTERS = 4 << 20
SECONDS_BETWEEN_FRAMES = 0.5
PATH_LETTERS = 8192

Row = tuple[Any, ...]


class Full(Exception):
    """The limit of entries is reached: the walk stops here and says so."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of the problems table: a coded kind, a plain sentence, and where."""

    volume: int | None
    path: str | None
    stream: str | None
    kind: str
    sentence: str
    where: str | None = None

    def row(self) -> Row:
        path = self.path[:PATH_LETTERS] if self.path else self.path
        return self.volume, path, self.stream, self.kind, self.sentence[:1000], self.where


@dataclass
class Rows:
    """Sends rows in frames and counts them as they are made."""

    pipe: int
    board: Board
    settings: Settings
    counts: Counter[str] = field(default_factory=Counter)
    _waiting: dict[str, list[Row]] = field(default_factory=lambda: {"volumes": [], "files": [], "problems": []})
    _letters: int = 0
    _room: int = 0
    _sent_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._files, self._room = self._waiting["files"], self.settings.entries

    def file(self, row: Row) -> None:
        """Take one row of the files table (columns as in schema.FILES_WIRE)."""
        if self._room <= 0:
            raise Full
        self._room -= 1
        self._letters += len(row[1])
        self._files.append(row)
        if len(self._files) % 64 == 0:
            self._look()

    def _look(self) -> None:
        self.board.entries = self.settings.entries - self._room
        if self._due(len(self._files)):
            self.flush()

    def problem(self, problem: Problem) -> None:
        self.counts["problems"] += 1
        if self.counts["problems"] > self.settings.problems:
            raise Full
        self._waiting["problems"].append(problem.row())
        if len(self._waiting["problems"]) >= FRAME_ROWS:
            self.flush()

    def volume(self, row: Row) -> None:
        self.counts["volumes"] += 1
        self._waiting["volumes"].append(row)

    def _due(self, waiting: int) -> bool:
        """When a frame is sent depends on the clock too, and never changes what is in the catalogue."""
        full = waiting >= FRAME_ROWS or self._letters > FRAME_LETTERS
        return full or time.monotonic() - self._sent_at > SECONDS_BETWEEN_FRAMES

    def flush(self) -> None:
        """Send and count what is waiting."""
        self.counts["entries"] += len(self._files)
        self.board.entries = self.settings.entries - self._room
        for table, waiting in self._waiting.items():
            if waiting:
                wire.send(pipe=self.pipe, table=table, rows=waiting)
                waiting.clear()
        self._letters, self._sent_at = 0, time.monotonic()

    def facts(self, facts: dict[str, str]) -> None:
        """Send what is so far waiting, then named facts for the manifest."""
        self.flush()
        wire.send(pipe=self.pipe, table="facts", rows=list(facts.items()))
