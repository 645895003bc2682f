"""A house that runs from a folder of its own, worked in and asked through its command line, as those who keep it do."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from longstone.runner import house
from longstone.runner.postgres import Postgres
from longstone.runner.roles import ROLES
from tests.runner.conftest import ROOT

START = """
import django, sys
django.setup()
from datetime import UTC, date, datetime
from pathlib import Path
from longstone.cases.models import Case
from longstone.evidence import commands, jobs
from longstone.evidence.models import Bundle, Exhibit
from longstone.kernel import keys, store
from longstone.kernel.acting import acting
from longstone.kernel.actor import THE_RECORD
from longstone.kernel.ledger import notes, proofs, sequencer
from longstone.kernel.store import staging
from longstone.people import commands as people
from longstone.people.models import Staff
from longstone.people.queries import actor_for
from tests.house import installer, make_force, seizing, PASSWORD
at = datetime.now(UTC)
record = acting(THE_RECORD)
record.__enter__()
def actor(role):
    return actor_for(Staff.objects.get(username=f"{role}.northshire"), at=at)
def case():
    return Case.objects.everything(because="a test").get()
def exhibit():
    return Exhibit.objects.everything(because="a test").order_by("-pk").first()
"""
FOUND = """
keys.ensure("checkpoint"); keys.ensure("sealed")
force = make_force("northshire", at)
by = installer(force.controller)
ada = people.take_on(by=by, at=at, controller=force.controller, username="ada.northshire", name="Ada Specimen", collar="X9",
                     initials="ASP", password=PASSWORD)
people.appoint(by=by, at=at, staff=ada, role="administrator", from_on=date(2020, 1, 1))
from longstone.cases import commands as cases
opened = cases.open_case(by=actor("detective"), at=at, reference="NS/1/26", title="Stolen laptop", offence="Theft")
by = actor("exhibits_officer")
one = commands.seize(by=by, **seizing(opened, at))
staged = staging.begin(by=by, at=at, name="image.raw", size=11)
staging.append(staged, [b"hello world"], offset=0, at=at)
commands.receive_copy(by=by, at=at, exhibit=one, staged=staged.pk)
sequencer.catch_up()
"""
BUNDLE = """
asked = commands.hand_out(by=actor("exhibits_officer"), at=at, exhibit=exhibit())
jobs.make_bundle(bundle_id=asked.pk)
made = Bundle.objects.everything(because="a test").get(pk=asked.pk)
assert made.state == "ready", made.why_failed
Path(sys.argv[1]).write_bytes(b"".join(store.blocks(made.sha256)))
"""


@dataclass
class Living:
    """A house in a folder, with its own server."""

    home: Path
    server: Postgres
    more: dict[str, str] = field(default_factory=dict)

    def env(self, role: str) -> dict[str, str]:
        """Say what a process of one role is told."""
        told = house.environments(self.home, {one: self.server.url(one) for one in ROLES}, demo=False)[role]
        return {**told, "LONGSTONE_TEST": "1", "PYTHONWARNINGS": "ignore", **self.more}

    def make(self) -> Living:
        """Make its database."""
        self.server.prepare()
        assert self.ask("migrate", "-v0", role="owner").returncode == 0
        return self

    def ask(self, *told: str, role: str = "worker") -> subprocess.CompletedProcess[str]:
        """Run one of its commands."""
        return _run([sys.executable, "-m", "longstone", *told], self.env(role))

    def act(self, script: str, *given: Any) -> str:
        """Work in it as its worker may, and give what was printed."""
        done = _run([sys.executable, "-c", START + script, *map(str, given)], self.env("worker"))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def runner(self, *told: str) -> subprocess.CompletedProcess[str]:
        """Call `python -m longstone.runner` for it."""
        return runner(self.home, *told, **self.more)


def runner(home: Path, *told: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Call `python -m longstone.runner` for a home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "LONGSTONE"))}
    env = {**kept, "LONGSTONE_HOME": str(home), "PYTHONWARNINGS": "ignore", **more}
    return _run([sys.executable, "-m", "longstone.runner", *told], env)


def _run(argv: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
