"""An upload under faults: at each call to the disk it fails, fills up or is killed; what was acknowledged is never lost."""

import os
import shutil
import time
from uuid import UUID

import pytest
from django.db import transaction

from longstone.kernel import store
from longstone.kernel.actor import Actor
from longstone.kernel.models import Staged
from longstone.kernel.refusals import Refusal
from longstone.kernel.store import staging
from tests.evidence.breaking import PIECE
from tests.faults import found
from tests.traced import FAULTS, can_trace, forks

pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace: faults need it.")

CALLS = ("write", "fsync", "ftruncate", "link", "linkat", "unlink", "unlinkat", "rename", "mkdir", "fchmod", "flock")
BY = Actor(id=7, name="the officer", controller=None)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(os.urandom(PIECE + 70_000))
    return path


@pytest.fixture
def forked(fresh_house, tmp_path):
    (tmp_path / "forks").mkdir()
    shutil.copytree(tmp_path / "house" / "keys", tmp_path / "forks" / "keys")
    with forks("tests.evidence.breaking", fresh_house, tmp_path / "forks") as found_:
        yield found_


def points(ran, calls):
    return [
        (call, when, fault) for call, count in ran.calls().items() for when in range(1, count + 1) for fault in FAULTS
    ]


def acknowledged(ran):
    told = dict(line.split(" ", 1) for line in ran.said)
    return told.get("begun"), int(told.get("offset", 0)), told.get("claimed")


def judged(ran, told, now):
    """Look at what a fault left, then go on: nothing half-written, nothing lost, and the upload can be finished."""
    if not ran.broke:
        return "the fault never came"
    begun, offset, claimed = acknowledged(ran)
    if any(store.current().verify(one.sha256) != one for one in store.current().inventory()):
        return "half-written bytes can be seen"
    if claimed and store.current().verify(claimed).size != len(told):
        return "acknowledged bytes are lost"
    row = Staged.objects.filter(pk=UUID(begun)).first() if begun else None
    return lost(row, offset, told) if begun else went_on(row, told, now)


def lost(row, offset, told):
    """Say whether an upload lost what it was told is safe."""
    if row is None or row.offset < offset:
        return "an acknowledged offset is lost"
    if row.claimed_at:
        return ""
    if staging._path(row.pk).read_bytes()[: row.offset] != told[: row.offset]:
        return "acknowledged bytes are lost"
    return went_on(row, told, row.created_at)


def went_on(row, told, now):
    """Finish the upload, or send it anew if its beginning was not acknowledged."""
    row = row or staging.begin(by=BY, at=now, name="image.raw", size=len(told))
    row = patiently(lambda: staging.heal(row, at=now))
    if row.offset < row.size:
        row = patiently(lambda: staging.append(row, [told[row.offset :]], offset=row.offset, at=now))
    try:
        with transaction.atomic():
            claimed = staging.claim(row.pk, by=BY)
    except Refusal as refusal:
        return f"it could not go on: {refusal.sentence}"
    return "" if b"".join(store.blocks(claimed.sha256)) == told else "other bytes came"


def patiently(act):
    """Try again while the database still holds what a killed process had locked, as a sender does."""
    for _ in range(400):
        try:
            return act()
        except staging.Busy:
            time.sleep(0.05)
    pytest.fail("The upload stayed busy.")


def complaints(forked, work, source, settings, now, tmp_path):
    """Break each call in each way; say where the house then lied."""
    told = {"by": str(BY.id), "source": str(source)}

    def run(name, *asked):
        home = tmp_path / "runs" / name
        (home / "keys").mkdir(parents=True)
        settings.LONGSTONE_HOME = home
        return forked.run(work, {**told, "home": str(home)}, CALLS, *asked)

    whole = run("whole")
    assert whole.said, "the work did not do anything"
    wrong, all_ = [], points(whole, CALLS)
    for call, when, fault in all_:
        ran = run(f"{call}-{when}-{fault[-4:]}", "-e", f"inject={call}:{fault}:when={when}")
        said = judged(ran, source.read_bytes(), now)
        wrong += [f"{call} {when} {fault}: {said}"] if said else []
        shutil.rmtree(settings.LONGSTONE_HOME)
    return wrong, len(all_)


@pytest.mark.slow
@pytest.mark.parametrize("work", ["upload", "take_in"])
def test_no_fault_of_the_disk_loses_what_an_upload_was_told_is_safe(forked, source, settings, now, tmp_path, work):
    wrong, runs = complaints(forked, work, source, settings, now, tmp_path)

    found("EIO, ENOSPC or kill at each call", f"upload ({work.replace('_', ' ')})", runs, runs - len(wrong))
    assert wrong == []
    assert runs >= 20


@pytest.mark.slow
def test_these_faults_catch_a_house_that_speaks_too_soon(forked, source, settings, now, tmp_path):
    wrong, _ = complaints(forked, "hasty", source, settings, now, tmp_path)

    assert any("lost" in one for one in wrong)
