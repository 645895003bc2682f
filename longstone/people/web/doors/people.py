"""What of the people room lies behind the doors? Persons and organisations to be kept safer, and the staff who do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from longstone.kernel.actor import Actor
from longstone.kernel.web.doorways import Thing, of_list
from longstone.people.web.registers import organisations, persons, staff, teams


def things(by: Actor, at: datetime) -> Iterator[Thing]:  # noqa: ARG001 - a shelf's own signature
    """Give whom the officer's role has to do with."""
    if by.holds("see people"):
        yield from of_list("Protect", persons.REGISTER, "person on record", "persons on record", by=by)
    if by.holds("see people") or by.holds("answer the inbox"):
        known = "organisation that the force knows", "organisations that the force knows"
        yield from of_list("Protect", organisations.REGISTER, *known, by=by)
    if by.holds("keep the staff list"):
        yield from of_list("Prepare", staff.REGISTER, "colleague who serves", "colleagues who serve", by=by, state="True")  # fmt: skip
        yield from of_list("Prepare", teams.REGISTER, "team", "teams", by=by)
