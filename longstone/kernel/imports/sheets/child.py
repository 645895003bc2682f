"""How is a sheet read by somebody who has nothing to lose? In a process of its own; only lines of JSON come back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from longstone.kernel.imports.sheets.rows import BadSheet, SheetRow

LONGEST = 16 << 20  # bytes of one message
DIED = "Reading the sheet took more memory or time than it may. Is it the right file? Save it again as “CSV UTF-8”, or bring it in in parts."
ROOT = Path(__file__).resolve().parents[4]


@contextmanager
def opened(path: Path) -> Iterator[tuple[dict[str, Any], Iterator[SheetRow]]]:
    """Give how a sheet is written, and its rows as they come; raises BadSheet, at the latest after its last row."""
    told = [sys.executable, "-m", "longstone.kernel.imports.sheets.reading"]
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    with path.open("rb", buffering=0) as source, subprocess.Popen(
        told, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd="/"
    ) as reader:  # fmt: skip
        try:
            messages = _messages(reader)
            yield next(messages), (SheetRow(line, cells, _odd(odd)) for line, cells, odd in messages)
        finally:
            reader.kill()


def _odd(told: dict[str, str]) -> dict[int, str]:
    return {int(number): kind for number, kind in told.items()}


def _messages(reader: subprocess.Popen[bytes]) -> Iterator[Any]:
    said: IO[bytes] = reader.stdout  # type: ignore[assignment]  # it is a pipe
    while line := said.readline(LONGEST):
        if not line.endswith(b"\n"):
            break  # it died in the middle of a line
        message = json.loads(line)
        if isinstance(message, dict) and "refused" in message:
            raise BadSheet(str(message["refused"]))
        if isinstance(message, dict) and "whole" in message:
            return
        yield message
    raise BadSheet(DIED)
