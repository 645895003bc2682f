"""Which files make up the input that was named? Only names are looked at here, never what is in them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from examiner.refusals import Refused

SEGMENTED = re.compile(r"(?i)\.(e01|[0-9]{3})$")
PARTS_MOST = 1000


@dataclass
class Input:
    """Open descriptors of an input: the files of an image in order, or one folder."""

    parts: list[int]
    folder: int | None
    names: list[str]

    def close(self) -> None:
        for handle in [*self.parts, *([self.folder] if self.folder is not None else [])]:
            os.close(handle)


def open_input(path: Path) -> Input:
    """Open an image (with its further segments) or a folder, to read. Raises Refused with a sentence."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Input([], os.open(path, os.O_RDONLY | os.O_DIRECTORY), [path.name])
        if not (stat.S_ISREG(mode) or stat.S_ISBLK(mode)):
            raise Refused(f"{path} is neither a file nor a folder. Give an image file, a disk or a folder.")
        return _image(path)
    except OSError as error:
        raise Refused(f"{path} cannot be opened: {error.strerror}. Check the path and that you may read it.") from error


def _image(path: Path) -> Input:
    with ExitStack() as undo:
        opened = Input([], None, [])
        undo.callback(opened.close)
        for part in segments(path):
            opened.parts.append(os.open(part, os.O_RDONLY))
            opened.names.append(part.name)
        undo.pop_all()
        return opened


def segments(path: Path) -> Iterator[Path]:
    """Yield the first segment, then each that follows it by name and exists (E01, E02 … EAA; 001, 002 …)."""
    yield path
    found = SEGMENTED.search(path.name)
    if not found or (found[1].isdigit() and int(found[1]) > 1):
        return
    for ending in _endings(found[1]):
        part = path.with_name(path.name[: found.start(1)] + ending)
        if not part.exists():
            return
        yield part


def _endings(first: str) -> Iterator[str]:
    if first.isdigit():
        yield from (f"{number:03d}" for number in range(int(first) + 1, PARTS_MOST))
        return
    letter, upper = first[0], first[0].isupper()
    yield from (f"{letter}{number:02d}" for number in range(2, 100))
    for one in range(26 * 26):
        ending = f"{chr(65 + one // 26)}{chr(65 + one % 26)}"
        yield letter + (ending if upper else ending.lower())
