"""For whom does the database answer now? PostgreSQL is told before the first statement of each transaction, for that transaction alone.

Row security asks for the actor (docs/adr/0014). What is told is local to a transaction, so that neither a connection that is kept
nor one that others use too can carry an actor over; where nobody acts, walled tables have no rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from longstone.kernel.actor import NOBODY, Actor

SETTING = "longstone.actor"
_acting: ContextVar[str] = ContextVar("acting", default="")


@lru_cache(maxsize=1024)
def told(actor: Actor) -> str:
    """Write an actor as the database is told: who, of which force and teams, and each power with its controllers."""
    if actor == NOBODY:
        return ""
    powers: dict[str, list[int]] = {}
    for power in {grant.power for grant in actor.grants}:
        powers[power] = sorted(actor.controllers_with(power))
    whole = {"id": actor.id, "force": actor.controller, "teams": sorted(actor.teams), "powers": powers}
    return json.dumps({**whole, "all": actor.sees_everything}, sort_keys=True)


def now() -> str:
    """Say what the database is to be told: nothing where nobody acts."""
    return _acting.get()


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Let the database answer for somebody; for nobody if there is none."""
    token = _acting.set(told(actor) if actor else "")
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def unless_acting(actor: Actor | None) -> Iterator[None]:
    """Let the database answer for somebody, unless somebody acts already."""
    if actor is None or now():
        yield
        return
    with acting(actor):
        yield
