"""What tests of the evidence room are given."""

import pytest

from longstone.evidence import commands
from longstone.people import commands as people
from tests.evidence.receiving import receive
from tests.evidence.room import Room
from tests.house import installer, seizing


@pytest.fixture
def room(worker_house, settings):
    """Give a force with two who may approve, and a copy; there is no delay."""
    settings.LONGSTONE_DISPOSAL_HOURS = 0
    force, now, case = worker_house
    by = installer(force.controller)
    people.appoint(by=by, at=now, staff=force.staff["detective"], role="supervisor", from_on=now.date())
    room = Room(force, now)
    room.exhibit = commands.seize(by=room.officer, **seizing(case, now))
    room.copy = receive(room.officer, now, room.exhibit, b"no file system " * 100)
    return room
