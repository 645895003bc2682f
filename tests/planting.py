"""A copy of the house in which one thing is made wrong on purpose."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.shape import PACKAGES, ROOT


@dataclass(frozen=True)
class Copied:
    """A copy of our packages and of what the tools are told."""

    root: Path

    def plant(self, name: str, text: str) -> None:
        """Add a text to a file, at its end; a file that is not there is made."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{path.read_text('utf-8') if path.exists() else ''}{text}\n", "utf-8")

    def change(self, name: str, was: str, now: str) -> None:
        """Put one text in another's place; it must be there once."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert text.count(was) == 1, f"{name} has {was!r} {text.count(was)} times."
        path.write_text(text.replace(was, now), "utf-8")


def copy(into: Path) -> Copied:
    """Copy our packages and their tests; what a build or a run made stays behind."""
    gone = shutil.ignore_patterns("__pycache__", "built")
    for package in (*PACKAGES, "tests"):  # the lint sorts imports by what lies there
        shutil.copytree(ROOT / package, into / package, ignore=gone)
    shutil.copy(ROOT / "pyproject.toml", into / "pyproject.toml")
    return Copied(into)
