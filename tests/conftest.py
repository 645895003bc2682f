"""What tests are given: a migrated database of their own, used as the web does, and the shared data if they are here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from hypothesis import settings as trying

from longstone.kernel import keys
from longstone.kernel.acting import acting
from longstone.kernel.actor import THE_RECORD
from tests.server import SERVER, WORKER

trying.register_profile("house", deadline=None)  # how long an example takes depends on who else is at work
trying.load_profile("house")
trying.register_profile("deep", max_examples=5000, deadline=None)  # make deep (D27)


def new_database(name: str) -> None:
    """Copy the migrated template."""
    with psycopg.connect(SERVER.url("app", "postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE longstone OWNER longstone_owner')


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Give this worker a database of its own; tests use it as the web does."""
    new_database(f"test_{WORKER}")
    keys.ensure("checkpoint")
    keys.ensure("sealed")


@pytest.fixture
def fresh_house(django_db_setup: None, django_db_blocker: Any, tmp_path: Path, settings: Any) -> Iterator[str]:
    """Give a house of its own, with real commits, used with the worker's database role; yields its address."""
    name = f"fresh_{WORKER}"
    new_database(name)
    told = connections["default"].settings_dict
    was, home = dict(told), settings.LONGSTONE_HOME
    connections["default"].close()
    told.update(NAME=name, USER="longstone_worker")
    settings.LONGSTONE_HOME = tmp_path / "house"
    keys.ensure("checkpoint")
    keys.ensure("sealed")
    with django_db_blocker.unblock():
        yield SERVER.url("worker", name)
        connections["default"].close()
    told.update(was)
    settings.LONGSTONE_HOME = home


@pytest.fixture
def shared() -> Path:
    """Give the shared test data, or say plainly that it is absent."""
    told = os.environ.get("LONGSTONE_SHARED")
    folder = Path(told) if told else Path(__file__).resolve().parent.parent.parent / "shared"
    if not (folder / "data").is_dir():
        if os.environ.get("LONGSTONE_SHARED_REQUIRED"):
            pytest.fail("The shared test data must be here for this run, and are not.")
        pytest.skip("The shared test data are not here: set LONGSTONE_SHARED, or put them in ../shared.")
    return folder


@pytest.fixture(autouse=True)
def the_record_acts() -> Iterator[None]:
    """Let a test itself see all, as the record does; a request, a command and tests/sees put somebody else in its place."""
    with acting(THE_RECORD):
        yield


@pytest.fixture
def now() -> datetime:
    """Give this moment."""
    return datetime.now(UTC)


pytest_plugins = ["tests.house"]
