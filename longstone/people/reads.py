"""Who has read anything of a person? Asked of the access log itself, by an index over the persons that each read names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from longstone.kernel.acting import unless_acting
from longstone.kernel.actor import Actor
from longstone.people import rules

READS = """
SELECT id, at, by_id, by_name, event, on_kind, on_label, facts FROM ledger_entry
WHERE event LIKE '%%.read' AND people_read(event, on_kind, on_id, facts) IS NOT NULL AND people_read(event, on_kind, on_id, facts) && %s::bigint[]
AND on_kind || ' ' || on_id <> ALL (%s)
ORDER BY id DESC LIMIT %s OFFSET %s
"""


@dataclass(frozen=True)
class WasRead:
    """One look at a person: when, by whom, on what page or in what list, under which power, and what else was told."""

    id: int
    at: datetime
    by_id: int | None
    by_name: str
    event: str
    on_kind: str
    on_label: str
    facts: str

    @property
    def told(self) -> dict[str, Any]:
        """Give what the entry says besides."""
        return dict(json.loads(self.facts))


def reads_of(
    persons: list[int], *, by: Actor, start: int = 0, many: int = 50, but: Sequence[str] = ()
) -> list[WasRead]:
    """List who has read anything of a person, newest first, from the access log; a few more than asked say that there are more.

    `but` names what the actor is connected to, as kind and id: of that they learn nothing (D21).
    """
    if not rules.may_read_who_read(by=by):
        return []
    with unless_acting(by), connection.cursor() as cursor:
        cursor.execute("SELECT people_held_by(%s, %s)", [persons, sorted(by.controllers_with("read who has read"))])
        cursor.execute(READS, [[one for (one,) in cursor.fetchall()], list(but), many + 1, start])
        return [WasRead(*row) for row in cursor.fetchall()]
