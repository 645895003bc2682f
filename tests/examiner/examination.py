"""How do tests start an examination as a person does, and read what it wrote?"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

REPOSITORY = Path(__file__).resolve().parent.parent.parent
LONGEST = 120


@dataclass(frozen=True)
class Examined:
    """How an examination ended and the catalogue it left."""

    code: int
    said: str
    folder: Path

    def rows(self, table: str = "files") -> list[dict[str, Any]]:
        return pq.read_table(self.folder / f"{table}.parquet").to_pylist()

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "manifest.json").read_text())

    def file(self, path: str, *, volume: int = 0) -> dict[str, Any]:
        """The one row in use of a path's own stream."""
        found = [row for row in self.rows() if (row["volume"], row["path"], row["stream"]) == (volume, path, "")]
        (only,) = [row for row in found if row["allocated"]] or found
        return only

    def kinds(self) -> set[str]:
        return {row["kind"] for row in self.rows("problems")}


def command(*arguments: str | Path) -> list[str]:
    """The examiner's command line, as a person types it."""
    return [sys.executable, "-m", "examiner", *map(str, arguments)]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the examiner to its end."""
    return subprocess.run(
        command(*arguments), cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=LONGEST
    )
