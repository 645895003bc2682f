"""Where can an exhibit lie? The force's stores and lockers are added here."""

from __future__ import annotations

from datetime import datetime

from longstone.evidence import rules
from longstone.evidence.models import Location
from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, require


@command
def add_location(*, by: Actor, at: datetime, name: str, is_locker: bool = False) -> Location:
    """Add a store, or a locker, of the actor's force."""
    require(rules.may_keep_locations(by=by, controller=by.force))
    location = Location.objects.create(controller_id=by.force, name=name, is_locker=is_locker)
    ledger.record("location.added", on=location, by=by, at=at, name=name, is_locker=is_locker)
    return location
