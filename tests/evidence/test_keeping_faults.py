"""Disposal, verification and inventory under faults: afterwards all adds up, and a fault of the disk is never taken for damage."""

import hashlib
import json
import os
import shutil

import pytest

from longstone.evidence import commands, jobs, shelved
from longstone.evidence.jobs import SWEEPER
from longstone.evidence.models import Copy
from longstone.kernel import store
from longstone.kernel.models import Check, Inventory, Tombstone
from longstone.kernel.store.watching import WRONG
from tests.evidence.receiving import receive
from tests.faults import found
from tests.house import seizing
from tests.traced import FAULTS, can_trace, forks

pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace: faults need it.")

REMOVING = ("unlink", "unlinkat", "rename", "rmdir", "fsync", "write", "mkdir")
READING = ("openat", "getdents64", "newfstatat", "read")


@pytest.fixture
def forked(fresh_house, tmp_path):
    (tmp_path / "forks").mkdir()
    shutil.copytree(tmp_path / "house" / "keys", tmp_path / "forks" / "keys")
    with forks("tests.evidence.breaking", fresh_house, tmp_path / "forks") as found_:
        yield found_


def home(settings, tmp_path, name):
    """Let the house live in a new folder."""
    settings.LONGSTONE_HOME = tmp_path / "runs" / name
    shutil.copytree(tmp_path / "house" / "keys", settings.LONGSTONE_HOME / "keys")
    return {"home": str(settings.LONGSTONE_HOME), "by": "0"}


def examined(room, copy):
    """Give a copy a catalogue: one small table, and a manifest that says what it is."""
    table = os.urandom(100)
    stated = {"files": {"sha256": hashlib.sha256(table).hexdigest(), "rows": 0}}
    manifest = json.dumps({"tables": stated}).encode()
    place = shelved.folder() / hashlib.sha256(manifest).hexdigest()
    place.mkdir(parents=True)
    (place / "files.parquet").write_bytes(table)
    (place / "manifest.json").write_bytes(manifest)
    told = {"by": SWEEPER, "at": room.now}
    examination = commands.ask_for_examination(by=room.officer, at=room.now, copy=copy)
    begun = commands.begin_examination(**told, examination=examination)
    commands.finish_examination(**told, examination=begun, catalogue=place.name, files=0, problems=0, complete=True)
    return place


def received(room, number):
    seized = seizing(room.exhibit.case, room.now, reference=f"ABC/{number + 2}", seal=f"S{number}")
    exhibit = commands.seize(by=room.officer, **seized)
    return receive(room.officer, room.now, exhibit, os.urandom(3000))


def after_disposal(ran, copy, other, place):
    """Look at what a fault left of a disposal, then let it go on."""
    if not ran.broke:
        return "the fault never came"
    copy = Copy.objects.everything(because="the test").get(pk=copy.pk)
    if ran.said and copy.disposed_at is None:
        return "it said that it was done"
    if copy.disposed_at is None and (store.current().verify(copy.sha256).size != 3000 or not place.is_dir()):
        return "bytes went before the record"
    jobs.dispose_due(timestamp=0)
    left = list(Tombstone.objects.filter(sha256__in=[copy.sha256, place.name]).values_list("bytes_are", flat=True))
    if store.current().has(copy.sha256) or place.exists() or left != ["removed", "removed"]:
        return f"it did not go on to its end: {left}"
    return "" if store.current().verify(other.sha256).size == 3000 else "another object went too"


@pytest.mark.slow
def test_a_disposal_that_is_broken_at_any_call_goes_on_to_its_end(room, forked, settings, tmp_path):
    wrong, points, number = [], [("write", 0, FAULTS[0])], 0
    while points:
        call, when, fault = points.pop(0)
        told = home(settings, tmp_path, f"{number}")
        copy, other = received(room, 2 * number), received(room, 2 * number + 1)
        place = examined(room, copy)
        room.approved(copy)
        ran = forked.run("dispose", told, REMOVING, *(["-e", f"inject={call}:{fault}:when={when}"] if when else []))
        if not number:
            assert ran.said == ["disposed"]
            points = [(c, n + 1, f) for c, count in ran.calls().items() for n in range(count) for f in FAULTS]
            total = len(points)
        said = after_disposal(ran, copy, other, place) if number else ""
        wrong += [f"{call} {when} {fault}: {said}"] if said else []
        number += 1

    found("EIO, ENOSPC or kill at each call", "disposal", total, total - len(wrong))
    assert wrong == []
    assert total >= 15


def after_reading(ran, before):
    """Look at what was written down of a store that is sound."""
    if not ran.broke:
        return "the fault never came"
    for made in Inventory.objects.filter(pk__gt=before):
        if made.differences or made.found != {"store": 3, "catalogues": 1}[made.holding]:
            return f"the inventory of the {made.holding} gave {made.found} and {made.differences} differences"
    wrong = Check.objects.filter(state__in=WRONG).values_list("said", flat=True)
    return f"sound bytes were called {list(wrong)}" if wrong else ""


@pytest.mark.slow
@pytest.mark.parametrize("work", ["count", "verify"])
def test_a_disk_that_does_not_answer_is_never_taken_for_damage_or_for_less(room, forked, settings, tmp_path, work):
    told = home(settings, tmp_path, "one")
    settings.LONGSTONE_VERIFY_DAYS = 1
    copies = [received(room, number) for number in range(3)]
    examined(room, copies[0])
    commands.dispose(by=SWEEPER, at=room.now, disposal=room.approved())  # the room's own copy lies in another folder
    jobs.dispose_due(timestamp=0)
    forked.run(work, told, READING)  # the first run makes folders that the others find
    whole = forked.run(work, told, READING)
    points = [
        (call, when, fault)
        for call, count in whole.calls().items()
        for when in range(1, count + 1)
        for fault in ("error=EIO", "signal=KILL")
    ]
    wrong = []
    for call, when, fault in points:
        last = Inventory.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        said = after_reading(forked.run(work, told, READING, "-e", f"inject={call}:{fault}:when={when}"), last)
        wrong += [f"{call} {when} {fault}: {said}"] if said else []

    found("EIO or kill at calls that read", f"{work} of a sound store", len(points), len(points) - len(wrong))
    assert wrong == []
    assert len(points) >= 40
    jobs.verify_share(timestamp=0)
    jobs.count_store(timestamp=0)
    assert [one.differences for one in Inventory.objects.order_by("-pk")[:2]] == [0, 0]
