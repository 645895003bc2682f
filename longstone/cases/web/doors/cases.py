"""What of the cases room lies behind the doors? Cases that are open: all that the officer may see, their own, and nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from longstone.cases.web.registers.cases import REGISTER
from longstone.kernel.actor import Actor
from longstone.kernel.web.doorways import Thing, of_list

SEES = ("see every case", "see restricted cases", "see shared cases", "open cases", "work cases")


def things(by: Actor, at: datetime) -> Iterator[Thing]:  # noqa: ARG001 - a shelf's own signature
    """Give the open cases, for those whose role has to do with cases."""
    if not any(by.holds(power) for power in SEES):
        return
    yield from of_list("Pursue", REGISTER, "open case", "open cases", by=by, state="open")
    if by.holds("work cases"):
        mine = {"state": "open", "officer": "mine"}
        yield from of_list("Pursue", REGISTER, "of them is yours", "of them are yours", by=by, **mine)
    if by.holds("allocate cases"):
        nobodys = {"state": "open", "officer": "nobody"}
        yield from of_list("Pursue", REGISTER, "of them is nobody’s", "of them are nobody’s", by=by, **nobodys)
