"""The public's own site, running with its own database role, and somebody who sends it forms without a browser."""

from __future__ import annotations

import html
import os
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from longstone.runner import house
from tests.conftest import new_database
from tests.server import SERVER, WORKER
from tests.site.browser.conftest import chromium  # noqa: F401 - a fixture of theirs

PATIENCE = 60.0
BOOKING = {
    "organisation": "Invented Bakery", "place": "Business with up to 9 people", "town": "Northford",
    "topics": ["Passwords and accounts", "Ransomware and backups"], "first_day": "", "audience": "12",
    "email": "office@bakery.example", "telephone": "", "access": "", "more": "",
}  # fmt: skip
VOLUNTEER = {
    "name": "Pat Invented", "adult": ["I am 18 or over"], "town": "Northford", "email": "pat@invented.example", "telephone": "",
    "skills": ["Write software", "Teach, or speak to groups"], "learnt": "Ten years of evenings.", "help_with": ["I do not mind"],
    "hours": "A few hours every month", "work": "", "access": "", "more": "",
}  # fmt: skip
SCHOOL = {
    "you": "Designated safeguarding lead", "place": "Secondary school", "age": "14 to 15", "harm": "Perhaps", "knows": "No",
    "seen": "The young person guessed a teacher's password and changed a timetable.", "soon": "Within a week",
    "reach": "I will ring and give the reference number",
}  # fmt: skip
FILLED: dict[str, dict[str, Any]] = {"booking": BOOKING, "school_enquiry": SCHOOL, "volunteer_application": VOLUNTEER}


@dataclass
class Answer:
    """What came back: its number, its head and its text."""

    status: int
    headers: Any
    text: str

    @property
    def reference(self) -> str:
        """Give the reference number that it tells."""
        return re.search(r'class="reference">([A-Z0-9-]+)<', self.text)[1]  # type: ignore[index]

    @property
    def said(self) -> str:
        """Give the text without its tags."""
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", self.text)))


@dataclass
class Site:
    """The public's site, and the database that it leaves things in."""

    home: Path
    database: str
    port: int
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Site:
        """Start it, as the supervisor does."""
        told = {"LONGSTONE_PUBLIC_FORCE": "northshire", "LONGSTONE_PUBLIC_NAME": "Northshire Police", "LONGSTONE_PUBLIC_QUICKEST": "0"}  # fmt: skip
        env = house.environments(self.home, {"public": SERVER.url("public", self.database)}, demo=False)["public"]
        with (self.home / "said").open("ab") as said:
            self.process = subprocess.Popen(
                house.public_web(self.port), env={**env, **told, **self.more}, cwd=house.ROOT, stdout=said, stderr=said, process_group=0,
            )  # fmt: skip
        end = time.monotonic() + PATIENCE
        while self.get("/health/live").status != 200:
            assert time.monotonic() < end, (self.home / "said").read_text()
            time.sleep(0.1)
        return self

    def kill(self) -> None:
        """End it as the kernel would: at once, with all that it started."""
        assert self.process
        os.killpg(self.process.pid, 9)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def get(self, path: str) -> Answer:
        return self.send(urllib.request.Request(self.address + path))

    def send(self, request: urllib.request.Request) -> Answer:
        """Send one request; where nothing answers, the number is nought."""
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.headers, answer.read().decode("utf-8", "replace"))
        except OSError as fault:
            return Answer(0, {}, str(fault))

    def post(self, name: str, told: dict[str, Any], **headers: str) -> Answer:
        """Send a form."""
        data = urllib.parse.urlencode(told, doseq=True).encode()
        return self.send(urllib.request.Request(f"{self.address}/ask/{name}/", data, headers))

    def open(self, name: str, /, **told: Any) -> dict[str, Any]:
        """Open a form and fill it in, without sending it."""
        page = self.get(f"/ask/{name}/").text
        filled = FILLED[name] | ({"first_day": ahead(40)} if name == "booking" else {})
        return {**hidden(page), **filled, **told}

    def fill(self, name: str, /, **told: Any) -> Answer:
        """Open a form, fill it in and send it."""
        return self.post(name, self.open(name, **told))

    def rows(self, told: str = "SELECT * FROM kernel_inbox ORDER BY arrived_at") -> list[tuple[Any, ...]]:
        """Look into the database as its owner."""
        with psycopg.connect(SERVER.url("owner", self.database), autocommit=True) as connection:
            done = connection.execute(told)  # type: ignore[arg-type]  # a test's own text
            return done.fetchall() if done.description else []


def ahead(days: int) -> str:
    """Write a day some days ahead."""
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def hidden(page: str) -> dict[str, str]:
    """Give what a page's form carries unseen."""
    return {name: html.unescape(told) for name, told in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)}  # fmt: skip


@pytest.fixture(scope="session")
def sites(django_db_setup: None, tmp_path_factory: Any) -> Iterator[Callable[..., Site]]:
    """Give a way to start public sites, all stopped at the end."""
    started: list[Site] = []

    def start(name: str, **more: str) -> Site:
        database = f"public_{name}_{WORKER}"
        new_database(database)
        site = Site(tmp_path_factory.mktemp(f"public_{name}"), database, house.free_port(0), more)
        started.append(site)
        return site.start()

    yield start
    for site in started:
        site.stop()


@pytest.fixture(scope="session")
def running(sites: Callable[..., Site]) -> Site:
    """Give one public site for all tests that leave it as it is."""
    return sites("one", LONGSTONE_PUBLIC_TRIES="100000", LONGSTONE_PUBLIC_TRIES_OF_ALL="100000")


@pytest.fixture
def site(running: Site) -> Site:
    """Give it with an empty inbox."""
    running.rows("DELETE FROM kernel_inbox")
    return running
