"""Catalogues are verified and counted as stored objects are."""

import random
import shutil

import pytest

from longstone.evidence import commands, jobs, shelved
from longstone.kernel.models import Check, Difference, Inventory, Probe, Tombstone
from longstone.kernel.store.disk import Damaged
from tests.evidence.receiving import receive
from tests.faults import found
from tests.house import seizing


@pytest.fixture
def catalogued(worker_house, tmp_path):
    """Give a finished examination's catalogue."""
    force, now, case = worker_house
    by = force.actor("exhibits_officer", now)
    exhibit = commands.seize(by=by, **seizing(case, now))
    copy = receive(by, now, exhibit, b"no file system " * 100)
    examination = commands.ask_for_examination(by=by, at=now, copy=copy)
    jobs.examine(examination_id=examination.pk)
    examination.refresh_from_db()
    assert examination.state == "finished", examination.why_failed
    return shelved.folder() / examination.catalogue


def test_the_jobs_verify_and_count_the_store_and_the_catalogues(catalogued, settings):
    settings.LONGSTONE_VERIFY_DAYS = 1

    jobs.verify_share(timestamp=0)
    jobs.count_store(timestamp=0)

    assert {(check.holding, check.state) for check in Check.objects.all()} == {
        ("store", "verified"),
        ("catalogues", "verified"),
    }
    assert {(one.holding, one.found, one.differences) for one in Inventory.objects.all()} == {
        ("store", 1, 0),
        ("catalogues", 1, 0),
    }
    assert Probe.objects.count() == 1


@pytest.mark.parametrize("name", ["manifest.json", "files.parquet", "problems.parquet"])
def test_a_changed_catalogue_is_named(catalogued, settings, name):
    settings.LONGSTONE_VERIFY_DAYS = 1
    told = bytearray((catalogued / name).read_bytes())
    told[len(told) // 2] ^= 1
    (catalogued / name).chmod(0o600)
    (catalogued / name).write_bytes(told)

    jobs.verify_share(timestamp=0)
    jobs.count_store(timestamp=0)

    assert [(one.kind, one.name) for one in Difference.objects.all()] == [("damaged", catalogued.name)]
    assert name in Check.objects.get(holding="catalogues").said
    found("single bit", f"catalogue ({name})", 1, 1)


def test_a_thousand_single_bits_are_each_found_and_named_with_their_file(catalogued):
    paths = [path for path in sorted(catalogued.iterdir()) if path.name != "run.json"]  # no digest covers the run
    whole = {path: path.read_bytes() for path in paths}
    bits = [(path, bit) for path, told in whole.items() for bit in range(8 * len(told))]
    named = 0
    for path, bit in random.Random(1).sample(bits, 1000):
        told = bytearray(whole[path])
        told[bit // 8] ^= 1 << bit % 8
        path.chmod(0o600)
        path.write_bytes(told)
        with pytest.raises(Damaged, match=rf"{path.name} of the catalogue {catalogued.name} has changed"):
            shelved.Catalogues().verify(catalogued.name)
        path.write_bytes(whole[path])
        named += 1

    assert shelved.Catalogues().verify(catalogued.name).sha256 == catalogued.name
    found("single bit", "catalogue", 1000, named)


def test_a_missing_catalogue_and_one_of_no_record_are_named(catalogued):
    shutil.copytree(catalogued, catalogued.with_name("f" * 64))
    shutil.rmtree(catalogued)
    (catalogued.parent / "note.txt").write_text("and me?")

    jobs.count_store(timestamp=0)

    assert sorted((one.kind, one.name) for one in Difference.objects.all()) == [
        ("extra", "f" * 64), ("missing", catalogued.name), ("stray", "note.txt"),
    ]  # fmt: skip
    assert not Tombstone.objects.exists()
