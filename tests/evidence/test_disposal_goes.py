"""What goes with a copy that is disposed of, what stays, and what is said when it does not go."""

import io
import json
import zipfile

import pytest

from longstone.evidence import catalogue, commands, jobs, shelved
from longstone.evidence.commands import disposal as acts
from longstone.evidence.jobs import SWEEPER
from longstone.evidence.models import Bundle, Copy
from longstone.kernel import store
from longstone.kernel.models import Entry, Tombstone
from longstone.kernel.refusals import NotPermitted, Refusal
from tests.evidence.receiving import receive
from tests.evidence.room import differences, stones
from tests.faults import found
from tests.house import seizing


def test_bytes_that_another_copy_has_too_are_kept_and_go_with_the_last(room):
    second = commands.seize(by=room.officer, **seizing(room.exhibit.case, room.now, reference="ABC/2", seal="N0002"))
    twin = receive(room.officer, room.now, second, b"no file system " * 100)

    room.disposed()
    assert stones() == [("store", twin.sha256, "shared")]
    assert store.current().verify(twin.sha256)
    assert differences(room.now) == []

    room.disposed(twin)
    assert {one.bytes_are for one in Tombstone.objects.all()} == {"removed"}
    assert not store.current().has(twin.sha256)


def test_bytes_that_come_again_before_they_are_removed_are_not_lost(room):
    commands.dispose(by=SWEEPER, at=room.now, disposal=room.approved())

    again = receive(room.officer, room.now, room.exhibit, b"no file system " * 100)
    jobs.dispose_due(timestamp=0)

    assert store.current().verify(again.sha256).sha256 == room.copy.sha256
    assert stones() == [("store", again.sha256, "shared")]


def test_a_bundle_that_holds_the_bytes_and_the_catalogue_go_with_them(room):
    examination = commands.ask_for_examination(by=room.officer, at=room.now, copy=room.copy)
    jobs.examine(examination_id=examination.pk)
    examination.refresh_from_db()
    made = [
        commands.hand_out(by=room.officer, at=room.now, exhibit=room.exhibit, with_copies=with_copies)
        for with_copies in (True, False)
    ]
    for bundle in made:
        jobs.make_bundle(bundle_id=bundle.pk)
        bundle.refresh_from_db()
        assert bundle.state == "ready", bundle.why_failed

    room.disposed()

    gone = {sha256 for _, sha256, _ in stones()}
    assert gone == {room.copy.sha256, made[0].sha256, examination.catalogue}
    assert not (shelved.folder() / examination.catalogue).exists()
    assert store.current().has(made[1].sha256)  # it never held the bytes
    assert [one.disposed_at is None for one in Bundle.objects.everything(because="the test").order_by("pk")] == [
        False,
        True,
    ]
    with pytest.raises(Refusal, match="disposed of"):
        catalogue.open(Copy.objects.everything(because="the test").get(), by=room.officer)
    with pytest.raises(NotPermitted, match="disposed of"):
        commands.ask_for_examination(by=room.officer, at=room.now, copy=room.copy)


def test_a_bundle_made_afterwards_says_that_the_copy_is_not_in_it(room):
    room.disposed()
    asked = commands.hand_out(by=room.officer, at=room.now, exhibit=room.exhibit)
    jobs.make_bundle(bundle_id=asked.pk)
    asked.refresh_from_db()
    assert asked.state == "ready", asked.why_failed

    with store.open(asked.sha256) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as zipped:
        name = next(one for one in zipped.namelist() if one.endswith("data/bundle.json"))
        told = json.loads(zipped.read(name))
    assert [(one["sha256"], one["included"]) for one in told["copies"]] == [(room.copy.sha256, False)]


@pytest.mark.parametrize("work", ["examined", "bundled"])
def test_a_disposal_waits_until_nobody_is_at_work_on_the_bytes(room, work):
    if work == "examined":
        commands.ask_for_examination(by=room.officer, at=room.now, copy=room.copy)
    else:
        commands.hand_out(by=room.officer, at=room.now, exhibit=room.exhibit)
    approved = room.approved()

    jobs.dispose_due(timestamp=0)

    assert Copy.objects.everything(because="the test").get().disposed_at is None
    assert "disposed of afterwards" in acts.may_dispose(by=SWEEPER, disposal=approved, at=room.now).refusal


def test_bytes_that_cannot_be_removed_are_said_and_tried_again(room, settings, tmp_path):
    commands.dispose(by=SWEEPER, at=room.now, disposal=room.approved())
    path = store.local(room.copy.sha256)
    moved = path.rename(tmp_path / "moved")
    path.mkdir()  # what lies there cannot be unlinked

    jobs.dispose_due(timestamp=0)
    assert (stones()[0][2], "could not be done" in Tombstone.objects.get().why_not) == ("waiting", True)
    assert Entry.objects.filter(event="bytes.not_removed").count() == 1

    path.rmdir()
    moved.rename(path)
    jobs.dispose_due(timestamp=0)
    assert stones()[0][2] == "removed"


def test_disposed_bytes_that_a_restored_backup_brings_back_are_named(room):
    kept = store.local(room.copy.sha256).read_bytes()
    room.disposed()

    store.put(io.BytesIO(kept))

    assert differences(room.now) == ["disposed"]
    found("disposed object that came back", "store", 1, 1)
