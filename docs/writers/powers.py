"""Under which law may something be seized, and whose? Drawn from the shelf of legal powers."""

from __future__ import annotations

from collections.abc import Iterator

from docs.writers import table
from longstone.evidence.queries import legal_powers
from longstone.evidence.rules import OWNER_ROLES

TITLE = "Legal powers"


def lines() -> Iterator[str]:
    """List each legal power."""
    found = sorted(legal_powers().values(), key=lambda one: one.title)
    whose = {one.id: ", ".join(OWNER_ROLES[role].lower() for role in one.for_owner) for one in found}
    yield from table(
        ["power", "law", "for a device of", "id"],
        [[one.title, one.law, whose[one.id], f"`{one.id}`, version {one.version}"] for one in found],
    )
