"""A house with something in it to lose: an exhibit, its copy, a catalogue, an upload that nobody claimed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from longstone.evidence import commands
from longstone.evidence.models import Copy, Exhibit
from longstone.kernel import store
from longstone.kernel.ledger import sequencer
from longstone.kernel.store import staging
from longstone.runner import backup
from longstone.runner.archive import Archive
from tests.house import seizing


@dataclass
class Kept:
    """A house, where its backups lie, and how to make one."""

    owner: str
    force: Any
    case: Any
    now: Any
    to: Path
    keys: Path

    def seize(self, number: int, told: bytes = b"") -> Exhibit:
        """Book an exhibit in, with a copy if bytes are given."""
        by = self.force.actor("exhibits_officer", self.now)
        named = {"reference": f"ABC/{number}", "seal": f"S{number}"}
        exhibit = commands.seize(by=by, **seizing(self.case, self.now, **named))
        if told:
            staged = self.send(told)
            commands.receive_copy(by=by, at=self.now, exhibit=exhibit, staged=staged.pk)
        return exhibit

    def send(self, told: bytes) -> Any:
        """Upload something and leave it there."""
        by = self.force.actor("exhibits_officer", self.now)
        staged = staging.begin(by=by, at=self.now, name="image.raw", size=len(told))
        return staging.append(staged, [told], offset=0, at=self.now)

    def catalogue(self, copy: Copy) -> str:
        """Put a small catalogue of a copy in its place, and enter it."""
        from longstone.evidence import jobs

        manifest = json.dumps({"copy": copy.sha256}).encode()
        name = hashlib.sha256(manifest).hexdigest()
        place = Path(settings.LONGSTONE_HOME) / "catalogues" / name
        place.mkdir(parents=True)
        (place / "manifest.json").write_bytes(manifest)
        (place / "files.parquet").write_bytes(b"rows of " + copy.sha256.encode())
        by, at = self.force.actor("exhibits_officer", self.now), self.now
        asked = commands.ask_for_examination(by=by, at=at, copy=copy)
        begun = commands.begin_examination(by=jobs.EXAMINER, at=at, examination=asked)
        told = {"catalogue": name, "complete": True, "files": 1, "problems": 0}
        commands.finish_examination(by=jobs.EXAMINER, at=at, examination=begun, **told)
        return name

    def back_up(self) -> str:
        """Make a backup."""
        return backup.back_up(self.to, self.keys, owner=self.owner)

    @property
    def archive(self) -> Archive:
        """Give where the backups lie."""
        return Archive(self.to)

    def stored(self) -> list[Path]:
        """Name the files of the objects in the house's store."""
        return [store.local(one.sha256) for one in store.current().inventory()]


@pytest.fixture
def kept(fresh_house: str, worker_house: Any, tmp_path: Path) -> Kept:
    """Give a house worth keeping."""
    force, now, case = worker_house
    owner = fresh_house.replace("longstone_worker", "longstone_owner")
    made = Kept(owner, force, case, now, tmp_path / "backups-of-the-house", tmp_path / "keys-of-the-house")
    made.seize(1, b"the bytes of a disk " * 1000)
    made.catalogue(Copy.objects.everything(because="the test fills the house").get())
    made.send(b"nobody claimed this")
    sequencer.catch_up()
    return made
