"""What of the evidence room lies behind the doors? Exhibits, what is in hand, in lockers and in the examiner's queue, and what is to go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from longstone.evidence import queries
from longstone.evidence.web.registers import disposals, examinations, exhibits, in_hand, lockers
from longstone.kernel.actor import Actor
from longstone.kernel.web.doorways import Thing, of_list


def things(by: Actor, at: datetime) -> Iterator[Thing]:  # noqa: ARG001 - a shelf's own signature
    """Give what the officer's role has to do with."""
    yield from _exhibits(by)
    if by.holds("ask for examinations") or by.holds("read catalogues"):
        one, many = "copy in the examiner’s queue", "copies in the examiner’s queue"
        yield from of_list("Prepare", examinations.REGISTER, one, many, by=by)
        told = queries.waiting(by=by), reverse("evidence:waiting")
        yield Thing("Prepare", "device on an old list of what waits", "devices on an old list of what waits", *told)
    if by.holds("propose disposal") or by.holds("approve disposal"):
        yield from of_list("Prepare", disposals.REGISTER, "copy that is to go", "copies that are to go", by=by)


def _exhibits(by: Actor) -> Iterator[Thing]:
    if any(by.holds(power) for power in ("see every case", "see shared cases", "move exhibits", "seize exhibits")):
        yield from of_list("Pursue", exhibits.REGISTER, "exhibit", "exhibits", by=by)
    if by.holds("move exhibits"):
        held = "exhibit that you hold or are offered", "exhibits that you hold or are offered"
        yield from of_list("Pursue", in_hand.REGISTER, *held, by=by)
        left = "exhibit in a locker, to be collected", "exhibits in lockers, to be collected"
        yield from of_list("Prepare", lockers.REGISTER, *left, by=by)
