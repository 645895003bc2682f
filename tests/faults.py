"""What was injected and what was found? Tests say it here; docs/made/faults.md is made of what they said."""

from __future__ import annotations

import json
import os


def found(kind: str, item: str, injected: int, named: int) -> None:
    """Say that so many faults of a kind were injected into an item, and how many were found and named."""
    if told := os.environ.get("LONGSTONE_FAULTS"):
        line = json.dumps({"kind": kind, "item": item, "injected": injected, "named": named}, sort_keys=True) + "\n"
        out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(out, line.encode())  # one write, so that workers' lines do not mix
        finally:
            os.close(out)


def noted(item: str, where: str, kind: str, named: bool) -> None:
    """Say that one fault of a kind was injected into an item, and whether its very place was named; it must be."""
    found(kind, item, 1, int(named))
    assert named, f"{item} {where}: {kind} was not found and named."
