"""A case, an exhibit with a copy and a withheld row, a victim, and two who are told different things of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from longstone.cases import commands as cases
from longstone.cases.models import Case, Connection
from longstone.evidence import catalogue
from longstone.kernel.acting import acting
from longstone.kernel.actor import Actor
from longstone.people import commands as people
from longstone.people.models import Person
from tests.evidence.conftest import room  # noqa: F401 - a force with a copy
from tests.house import Force
from tests.site.world import World, examined, make_world


@pytest.fixture
def actor(force: Force, now: datetime) -> Callable[[str], Actor]:
    """Give somebody of the first force by their role."""
    return lambda role: force.actor(role, now)


@pytest.fixture
def victim(actor: Any, case: Case, now: datetime) -> Person:
    """Give the victim of the case."""
    person = people.record_person(
        by=actor("supervisor"), at=now, family_name="Invented", given_names="Alex Jo", safe_contact="01632 960001"
    )
    cases.involve(by=actor("supervisor"), at=now, case=case, person=person, role="victim")
    return person


@pytest.fixture
def restricted(actor: Any, case: Case, now: datetime) -> Case:
    """Give the case, restricted to its officer and the supervisor."""
    return cases.restrict(by=actor("supervisor"), at=now, case=case, reason="A colleague's family", named=[])


@contextmanager
def nobody() -> Iterator[None]:
    """Let nobody act."""
    with acting(None):
        yield


@pytest.fixture(scope="session")
def found(django_db_setup: None, tmp_path_factory: Any) -> dict[str, Any]:
    """Give what an examination of a small image found."""
    return examined(tmp_path_factory.mktemp("image") / "image.raw")


@pytest.fixture
def world(force: Force, other_force: Force, found: dict[str, Any], now: datetime) -> Iterator[World]:
    """Give one of everything."""
    yield make_world(force, other_force, found, now)
    catalogue.close()


def connect(force: Force, now: datetime, case: Case, role: str, how: str = "complaint") -> Connection:
    """Record that somebody of the force is connected to a case."""
    told = {"staff": force.staff[role], "how": how, "reason": "Under complaint"}
    return cases.record_connection(by=force.actor("professional_standards", now), at=now, case=case, **told)
