"""Which faults were injected, and what was found? Tests append rows to the file that LONGSTONE_FAULTS names; the page is made of them."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

HEAD = "| what | fault injected | times | found and named |\n|---|---|---|---|\n"


def found(kind: str, item: str, injected: str, named: bool) -> None:
    """Write down one injected fault, and whether the exact item was named; fails the test if it was not."""
    if told := os.environ.get("LONGSTONE_FAULTS"):
        with Path(told).open("a", encoding="utf-8") as out:
            out.write(json.dumps({"kind": kind, "item": item, "injected": injected, "named": named}) + "\n")
    assert named, f"{kind} {item}: {injected} was not found and named."


def table(told: Path) -> str:
    """Write the rows as a table in Markdown, alike ones counted together."""
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for line in told.read_text("utf-8").splitlines():
        row = json.loads(line)
        counts[row["kind"], row["injected"]].append(row["named"])
    rows = (
        f"| {kind} | {injected} | {len(each)} | {'all' if all(each) else f'{sum(each)} of {len(each)}'} |\n"
        for (kind, injected), each in sorted(counts.items())
    )
    return HEAD + "".join(rows)
