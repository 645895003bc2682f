"""A backup is whole or it is none; what is wrong with it is named; and everything the house keeps is in it."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from django.conf import settings

from longstone.evidence.models import Copy
from longstone.kernel import store
from longstone.kernel.models import Backup as Noted
from longstone.kernel.models import Entry
from longstone.kernel.refusals import Refusal
from longstone.runner import archive, restore
from longstone.runner.archive import NoBackup

pytest_plugins = ["tests.runner.kept"]


def whole(kept):
    return restore.Backup(kept.to, kept.keys)


def everything(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_backup_holds_the_database_the_objects_the_catalogues_and_the_keys(kept):
    kept.back_up()

    found = whole(kept)

    assert restore.faults(found) == []
    assert [row["sha256"] for row in found.objects()] == [Copy.objects.everything(because="a test").get().sha256]
    assert sorted(row["path"] for row in found.catalogues()) == ["files.parquet", "manifest.json"]
    keys = archive.unpack_keys(found.keys.read_bytes())
    assert {"keys/checkpoint.1.key", "keys/sealed.1.key"} <= set(keys)
    assert found.told["amiss"] == []


def test_the_keys_lie_apart_for_their_owner_alone_and_nowhere_in_the_backup(kept):
    name = kept.back_up()

    assert (kept.keys / f"{name}.keys").stat().st_mode & 0o777 == 0o600
    key = (Path(settings.LONGSTONE_HOME) / "keys" / "checkpoint.1.key").read_bytes()
    assert not [
        path for path in everything(kept.to) if key in path.read_bytes() or base64.b64decode(key) in path.read_bytes()
    ]


def test_what_nobody_claimed_is_left_out(kept):
    kept.back_up()

    assert not [path for path in everything(kept.to) if b"nobody claimed" in path.read_bytes()]


def test_a_second_backup_keeps_what_the_first_has_and_both_are_whole(kept):
    first = kept.back_up()
    held = kept.archive.objects.local(kept.stored()[0].name)
    inode = held.stat().st_ino
    kept.seize(2, b"another disk")
    second = kept.back_up()

    assert kept.archive.names() == [first, second]
    assert held.stat().st_ino == inode
    for name in (first, second):
        assert restore.faults(restore.Backup(kept.to / "backups" / name, kept.keys)) == []


def test_a_backup_is_entered_in_the_record(kept):
    name = kept.back_up()

    noted = Noted.objects.get(name=name)
    assert noted.manifest == whole(kept).digest
    assert Entry.objects.filter(event="backup.made", on_id=str(noted.pk)).exists()


def test_an_object_that_the_store_damaged_is_named_and_the_rest_is_kept(kept):
    kept.seize(2, b"another disk")
    bad = next(path for path in kept.stored() if path.read_bytes() != b"another disk")
    bad.chmod(0o600)
    bad.write_bytes(b"x" * bad.stat().st_size)

    kept.back_up()

    found = whole(kept)
    assert found.told["amiss"] == [
        f"object {bad.name}: The stored bytes of {bad.name} have changed. Do not use them; tell the person who keeps the store."
    ]
    assert len(list(found.objects())) == 1
    assert restore.faults(found) == []
    assert Noted.objects.get().amiss.startswith(f"object {bad.name}")


def test_an_object_and_a_catalogue_that_are_gone_are_named(kept):
    gone = kept.stored()[0]
    gone.unlink()
    catalogue = next((Path(settings.LONGSTONE_HOME) / "catalogues").iterdir())
    catalogue.rename(catalogue.with_name("elsewhere"))

    kept.back_up()

    assert whole(kept).told["amiss"] == [
        f"object {gone.name}: the store does not hold it",
        f"catalogue {catalogue.name}: it is not there",
    ]


def test_bytes_that_arrive_during_the_backup_do_no_harm(kept):
    store.put(io.BytesIO(b"an act is about to claim this"))
    kept.back_up()

    assert restore.faults(whole(kept)) == []
    assert len(list(whole(kept).objects())) == 2


SPOILT = {
    "the manifest": lambda kept, found: found.folder / "manifest.json",
    "the database": lambda kept, found: found.folder / "database.dump",
    "the inventory": lambda kept, found: found.folder / "objects.jsonl",
    "the list of catalogues": lambda kept, found: found.folder / "catalogues.jsonl",
    "an object": lambda kept, found: kept.archive.objects.local(kept.stored()[0].name),
    "a catalogue's file": lambda kept, found: kept.archive.objects.local(next(iter(found.catalogues()))["sha256"]),
    "the keys": lambda kept, found: found.keys,
}


def change(path):
    told = bytearray(path.read_bytes())
    told[len(told) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(told)


def cut(path):
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-3])


@pytest.mark.parametrize("spoil", [change, cut, Path.unlink], ids=["changed", "cut short", "missing"])
def test_whatever_is_spoilt_is_named_before_anything_is_touched(kept, tmp_path, spoil):
    kept.back_up()
    found = whole(kept)
    for what, where in SPOILT.items():
        path = where(kept, found)
        before, mode = path.read_bytes(), path.stat().st_mode
        spoil(path)

        with pytest.raises(
            NoBackup, match=path.name if what != "the manifest" or spoil is not Path.unlink else "no whole backup"
        ):
            restore.refuse_faults(restore.Backup(kept.to, kept.keys))

        path.unlink(missing_ok=True)
        path.write_bytes(before)
        path.chmod(mode)
    assert restore.faults(whole(kept)) == []


def test_a_folder_without_a_manifest_is_no_backup_and_the_next_one_sweeps_it_away(kept):
    first = kept.back_up()
    half = kept.to / "backups" / "20200101T000000Z"
    half.mkdir()
    (half / "database.dump").write_bytes(b"half")

    assert kept.archive.names() == [first]
    with pytest.raises(NoBackup, match="no manifest"):
        restore.Backup(half, kept.keys)
    kept.back_up()
    assert not half.exists()


def test_two_backups_at_once_are_refused(kept):
    with kept.archive.held(), pytest.raises(NoBackup, match="Another backup is being written"):
        kept.back_up()


def test_a_home_that_holds_anything_is_not_restored_over_unless_told_and_then_moved_aside(tmp_path):
    home = tmp_path / "home"
    (home / "store").mkdir(parents=True)
    (home / "store" / "x").write_bytes(b"precious")

    with pytest.raises(Refusal, match=r"is not empty: it holds store\. .* --over"):
        restore.clear(home, over=False)
    restore.clear(home, over=True)

    assert [one.read_bytes() for one in home.glob("before-*/store/x")] == [b"precious"]
    restore.clear(home, over=False)


def test_what_was_removed_since_the_backup_does_not_come_back(kept, tmp_path):
    gone = kept.seize(2, b"to be disposed of").copies.everything(because="a test").get().sha256
    kept.back_up()
    found, home = whole(kept), tmp_path / "back"
    home.mkdir()
    catalogue = next(iter(found.catalogues()))["catalogue"]

    restore.lay_down(found, home, {gone, catalogue})

    laid = {path.name for path in (home / "store" / "objects").rglob("*") if path.is_file()}
    assert laid == {row["sha256"] for row in found.objects()} - {gone}
    assert not (home / "catalogues" / catalogue).exists()
    assert (home / "keys" / "checkpoint.1.key").read_bytes()


def test_a_database_that_holds_tables_is_left_as_it_is(kept):
    with pytest.raises(Refusal, match="The database is not empty"):
        restore.refuse_used(kept.owner)


def test_half_a_restore_is_no_house(tmp_path):
    (tmp_path / restore.MARK).write_text("20261124T000000Z")

    with pytest.raises(Refusal, match="half a house"):
        restore.refuse_half(tmp_path)
