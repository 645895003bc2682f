"""Which faults were injected by the tests, and what was found? Drawn from the sums that `make faults` keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator

from docs.faults import KEPT
from docs.writers import table

TITLE = "Faults injected, and what was found"


def lines() -> Iterator[str]:
    """Draw one row for each item and kind of fault."""
    told = json.loads(KEPT.read_text("utf-8"))
    rows = [(one["item"], one["kind"], str(one["injected"]), _found(one)) for one in told]
    yield from ("The tests inject these, and fail unless each is found and the very item named, or does no harm.", "")
    yield from table(["what", "fault", "injected", "found and named, or harmless"], rows)


def _found(one: dict[str, int]) -> str:
    return "all" if one["named"] == one["injected"] else f"{one['named']}"
