"""A live house for a browser: a database, a web server and a worker of its own, and one Chromium for all tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from longstone.kernel import keys
from longstone.runner import house
from tests.conftest import new_database
from tests.house import PASSWORD, make_force
from tests.server import SERVER, WORKER
from tests.site.world import World, examined, make_world

NAMES = ("chromium", "chromium-browser", "google-chrome")
BUILT = Path(house.ROOT) / "longstone/site/static/built/govuk-frontend.min.css"
PATIENCE = 60.0
HOME = re.compile("^http://[^/]+/$")  # the front page's address
STATUS = (
    "Failed to load resource"  # a page that is refused or not there says so in the console; tests look at the status
)


def absent(sentence: str) -> None:
    """Skip plainly, or fail where nothing may be missing."""
    if os.environ.get("LONGSTONE_SHARED_REQUIRED"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start one browser."""
    path = os.environ.get("LONGSTONE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        absent("No Chromium is here: install it, or name it in LONGSTONE_CHROMIUM.")
    was = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps a loop in this thread; we use none
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE") if was is None else None


@dataclass
class Live:
    """A house that answers, what is in it, and who has signed in."""

    address: str
    database: str
    home: Path
    blocker: Any
    world: World | None = None
    other: Any = None
    kept: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Look into the house's own database."""
        told, was, home = connections["default"].settings_dict, dict(connections["default"].settings_dict), settings.LONGSTONE_HOME  # fmt: skip
        connections["default"].close()
        told.update(NAME=self.database, USER="longstone_worker")
        settings.LONGSTONE_HOME = self.home
        try:
            with self.blocker.unblock():
                yield
                connections["default"].close()
        finally:
            told.update(was)
            settings.LONGSTONE_HOME = home


@pytest.fixture(scope="package")
def live(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Live]:
    """Start a house with one of everything in it."""
    if not BUILT.is_file():
        absent("The page assets are not here: run make run once, or npm ci and python -m longstone.site.assets.")
    name, home, port = f"browser_{WORKER}", tmp_path_factory.mktemp("live"), house.free_port(0)
    new_database(name)
    started = Live(f"http://127.0.0.1:{port}", name, home, django_db_blocker)
    with started.inside():
        at = datetime.now(UTC)
        keys.ensure("checkpoint")
        keys.ensure("sealed")
        force, started.other = make_force("northshire", at), make_force("westmark", at)
        started.world = make_world(force, started.other, examined(home / "image.raw"), at)
    with processes(name, home, port):
        answers(started.address)
        yield started


@contextmanager
def processes(name: str, home: Path, port: int) -> Iterator[None]:
    """Run the house's own web server and worker, with the guard on writes that tests have."""
    urls = {role: SERVER.url(role, name) for role in ("web", "worker")}
    envs = house.environments(home, urls, demo=False)
    children = [one for one in house.children(envs, port) if one.name in urls]
    with (home / "said").open("w") as said:
        running = [subprocess.Popen(one.argv, env=one.env, cwd=one.cwd, stdout=said, stderr=said) for one in children]
        try:
            yield
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait(20)


def answers(address: str, how: str = "ready") -> None:
    """Wait until the house is ready, or only alive."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/health/{how}", timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def listen(page: Page, faults: list[str]) -> Page:
    """Write down what goes wrong in a page: in the console, in a script, against the policy."""
    page.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" and STATUS not in said.text else None
    )
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    return page


@pytest.fixture
def windows(chromium: Browser, live: Live) -> Iterator[Callable[..., BrowserContext]]:
    """Give a function that opens a browser of one size in which somebody has signed in; nothing may go wrong in it."""
    opened, faults = [], []

    def open_one(who: str = "", width: int = 1280) -> BrowserContext:
        context = chromium.new_context(
            base_url=live.address, viewport={"width": width, "height": 900}, storage_state=live.kept.get(who)
        )
        context.set_default_timeout(20_000)
        context.on("page", lambda page: listen(page, faults))
        opened.append(context)
        if who and who not in live.kept:
            sign_in(context.new_page(), who)
            live.kept[who] = context.storage_state()
        return context

    yield open_one
    for context in opened:
        context.close()
    assert faults == []


def sign_in(page: Page, who: str) -> None:
    """Sign somebody in, as they do it."""
    page.goto("/sign-in/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(HOME)
