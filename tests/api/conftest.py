"""A registered system of an invented force, and a program that speaks with its token."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from longstone.kernel.actor import Actor
from longstone.people import commands as people
from longstone.people.models import System
from longstone.people.queries import actor_of, powers_for_systems
from tests.house import Force

SECRET = secrets.token_urlsafe(32)


@dataclass
class Program:
    """A program of somebody else's: what it sends with each request."""

    system: System
    token: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self.client.get(f"/api/v1/{path}", query, headers=self._sent())

    def act(self, name: str, /, *, key: str = "", **told: Any) -> Any:
        """Have something done."""
        return self.send(name, json.dumps(told), key=key)

    def send(self, name: str, body: str | bytes, key: str = "") -> Any:
        """Send a body as it is."""
        sent = self._sent() | {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.client.post(f"/api/v1/acts/{name}", body, content_type="application/json", headers=sent)

    def _sent(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def let_in(force: Force, at: datetime, *powers: str, name: str = "Lab link", per_minute: int = 6000) -> System:
    """Register a system: the administrator makes its secret, the records manager gives its powers."""
    ada, ria = force.actor("administrator", at), force.actor("records_manager", at)
    system = people.register_system(by=ada, at=at, name=name, purpose="Sends what the laboratory finds")
    system = people.make_secret(by=ada, at=at, system=system, secret=SECRET)
    told = {"powers": list(powers), "ends_on": at.date() + timedelta(days=30), "per_minute": per_minute}
    return people.give_powers(by=ria, at=at, system=system, seen=system.version, **told)


def speak(system: System, at: datetime, token: str = "a-token-of-the-test") -> Program:
    """Give a system a token that holds for a while."""
    by: Actor = actor_of(system)
    people.give_token(by=by, at=at, system=system, token=token, expires_at=at + timedelta(minutes=15))
    return Program(system, token)


@pytest.fixture
def everything(force: Force, now: datetime) -> Program:
    """Give a program that has every power a system can have."""
    return speak(let_in(force, now, *powers_for_systems()), now)


@pytest.fixture
def program(force: Force, now: datetime) -> Callable[..., Program]:
    """Give a maker of programs with a few powers."""

    def made(*powers: str, **told: Any) -> Program:
        system = let_in(force, now, *powers, **told)
        return speak(system, now, token=f"a-token-of-{system.client_id}")

    return made
