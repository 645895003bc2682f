"""Two invented forces with a few people, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence import commands as evidence
from longstone.evidence.models import Exhibit, Location
from longstone.kernel.acting import acting
from longstone.kernel.actor import Actor, Grant
from longstone.kernel.models import Controller, Staged
from longstone.kernel.store import staging
from longstone.people import commands as people
from longstone.people.models import Staff
from longstone.people.queries import actor_for

PASSWORD = "a lamp burns on the rock"


@dataclass
class Force:
    """A force with one person in each role."""

    controller: Controller
    staff: dict[str, Staff]
    store: Location
    locker: Location

    def actor(self, role: str, at: datetime) -> Actor:
        """Give somebody's powers."""
        return actor_for(self.staff[role], at=at)


def installer(controller: Controller | None = None) -> Actor:
    """Give the one who sets a house up."""
    controllers = frozenset({controller.pk} if controller else set())
    powers = ("found forces", "keep the staff list", "record competence", "record past acts")
    return Actor(
        id=None, name="the installer", controller=controller.pk if controller else None,
        grants=frozenset(Grant(power, controllers) for power in powers),
    )  # fmt: skip


def make_force(slug: str, at: datetime) -> Force:
    """Make a force, with one person in each role."""
    from longstone.kernel.promises import writing

    controller = people.found_force(by=installer(), at=at, slug=slug, name=f"{slug.title()} Police")
    by = installer(controller)
    staff = {}
    for number, role in enumerate(ROLES):
        one = people.take_on(
            by=by, at=at, controller=controller, username=f"{role}.{slug}", name=f"{role.title()} {slug.title()}",
            collar=f"{slug[:2]}{number}", initials="ABC"[: 2 + number % 2], password=PASSWORD,
        )  # fmt: skip
        people.appoint(by=by, at=at, staff=one, role=role, from_on=date(2020, 1, 1))
        staff[role] = one
    with writing("test"):
        store = Location.objects.create(controller=controller, name=f"{slug} store")
        locker = Location.objects.create(controller=controller, name=f"{slug} locker 1", is_locker=True)
    return Force(controller, staff, store, locker)


ROLES = [
    "exhibits_officer",
    "detective",
    "forensic_examiner",
    "supervisor",
    "partner_officer",
    "administrator",
    "records_manager",
    "professional_standards",
    "safeguarding_lead",
    "data_protection_officer",
    "engagement_officer",
]


@pytest.fixture
def force(db: None, now: datetime) -> Force:
    """Give an invented force."""
    return make_force("northshire", now)


@pytest.fixture
def other_force(db: None, now: datetime) -> Force:
    """Give another invented force."""
    return make_force("westmark", now)


@pytest.fixture
def case(force: Force, now: datetime) -> Case:
    """Give an open case of the first force's detective."""
    by = force.actor("detective", now)
    return cases.open_case(by=by, at=now, reference="NS/1/26", title="Stolen laptop", offence="Theft")


def seizing(case: Case, at: datetime, **changed: Any) -> dict[str, Any]:
    """Give the particulars of a sound exhibit."""
    told = {
        "case": case, "reference": "ABC/1", "description": "A black laptop", "kind": "laptop", "owner_role": "suspect",
        "power": "pace_s18", "seized_at": at, "seized_at_place": "1 Example Street", "seal": "N0001", "at": at,
    }  # fmt: skip
    return {**told, **changed}


@pytest.fixture
def exhibit(force: Force, case: Case, now: datetime) -> Exhibit:
    """Give an exhibit in the hands of the exhibits officer."""
    return evidence.seize(by=force.actor("exhibits_officer", now), **seizing(case, now))


@pytest.fixture
def worker_house(fresh_house: None, now: datetime) -> tuple[Force, datetime, Case]:
    """Give a force and a case in a database of their own, used as the worker does."""
    force = make_force("northshire", now)
    by = force.actor("detective", now)
    case = cases.open_case(by=by, at=now, reference="NS/1/26", title="Stolen laptop", offence="Theft")
    return force, now, case


class Outside(Client):
    """A browser: outside the house nobody acts, so that a request, and a file that streams after it, must say itself who does."""

    def request(self, **told: Any) -> Any:
        """Ask, and take what streams, as nobody."""
        with acting(None):
            answer = super().request(**told)
        if answer.streaming:
            answer.streaming_content = _as_nobody(answer.streaming_content)
        return answer


def _as_nobody(pieces: Any) -> Iterator[Any]:
    waiting, done = iter(pieces), object()
    while True:
        with acting(None):
            piece = next(waiting, done)
        if piece is done:
            return
        yield piece


@pytest.fixture
def client() -> Client:
    """Give a browser in which nobody has signed in."""
    return Outside()


@pytest.fixture
def sign_in(client: Client) -> Callable[[Staff], Client]:
    """Give a browser in which somebody has signed in."""

    def into(staff: Staff) -> Client:
        client.force_login(staff, backend="longstone.site.sign_in.StaffBackend")
        return client

    return into


def sent_when_free(staged: Staged, blocks: list[bytes], *, at: datetime) -> Staged:
    """Send the next piece as a browser does: again, until the database has seen that the first sender is dead."""
    for _ in range(300):
        try:
            return staging.append(staged, blocks, offset=staged.offset, at=at)
        except staging.Busy:
            time.sleep(0.1)
    raise AssertionError("The upload stayed locked by a process that was killed.")
