"""What did the tests inject, and was it found? `make faults` runs them and keeps the sums; docs/made/faults.md is drawn from these."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

KEPT = Path(__file__).resolve().parent / "faults.json"


def summed(told: Path) -> list[dict[str, str | int]]:
    """Add up what the tests said, a line each: for each item and kind of fault, how many were injected and found."""
    injected, named = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line in told.read_text("utf-8").splitlines():
        row = json.loads(line)
        key = (row["item"], row["kind"])
        injected[key] += row["injected"]
        named[key] += row["named"]
    return [
        {"item": item, "kind": kind, "injected": injected[item, kind], "named": named[item, kind]}
        for item, kind in sorted(injected)
    ]


def main(told: Path) -> None:
    """Keep the sums."""
    KEPT.write_text(json.dumps(summed(told), indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
