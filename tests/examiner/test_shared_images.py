"""Do images made by other hands give what is known to be in them, and hostile ones nothing worse than a finding?"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examiner.catalogue.check import check
from tests.examiner.examination import REPOSITORY, Examined, command

pytestmark = pytest.mark.shared
FILE_SYSTEMS = ("ext4", "ntfs", "fat16", "exfat")
MEMORY_MOST, SECONDS_MOST = 512 << 20, 30
SHARES_OF_MEMORY = 2
KEPT_AFTER_DELETION = ("ntfs", "fat16", "exfat")


def unpacked(shared: Path, tmp_path: Path, name: str) -> Path:
    made = tmp_path / name
    made.write_bytes(gzip.decompress((shared / "data/forensic/derived" / f"{name}.gz").read_bytes()))
    return made


def truth(shared: Path) -> list[dict]:
    return json.loads((shared / "data/forensic/derived/ground_truth.json").read_text())["files"]


@pytest.mark.parametrize("system", FILE_SYSTEMS)
def test_every_file_of_the_known_tree_has_its_known_digest(examine, shared, tmp_path, system):
    found = examine(unpacked(shared, tmp_path, f"gt_{system}.raw"))

    for known in truth(shared):
        if not known["deleted"]:
            row = found.file(known["path"])
            assert (row["sha256"], row["size"]) == (known["sha256"], known["size"]), known["path"]


@pytest.mark.parametrize("system", KEPT_AFTER_DELETION)
def test_deleted_files_whose_place_is_still_known_are_read(examine, shared, tmp_path, system):
    rows = examine(unpacked(shared, tmp_path, f"gt_{system}.raw")).rows()

    read = {row["sha256"] for row in rows if not row["allocated"]}
    assert {known["sha256"] for known in truth(shared) if known["deleted"]} <= read


def test_alternate_data_streams_have_rows_of_their_own(examine, shared, tmp_path):
    rows = examine(unpacked(shared, tmp_path, "gt_ntfs.raw")).rows()

    named = [row for row in rows if row["stream"] and not row["path"].startswith("$")]
    assert len(named) == 2
    assert all(row["state"] == "read" for row in named)


def test_a_hole_of_64_gib_is_named_and_not_read(examine, shared, tmp_path):
    begun = time.monotonic()

    found = examine(unpacked(shared, tmp_path, "gt_ext4.raw"))

    assert found.file("sparse_64G.img")["state"] == "not read"
    assert "limit" in found.kinds()
    assert time.monotonic() - begun < SECONDS_MOST


@pytest.mark.parametrize("system", ["ext4", "ntfs"])
def test_raw_and_e01_of_one_disk_give_the_same_files(examine, shared, tmp_path, system):
    raw = examine(unpacked(shared, tmp_path, f"gt_{system}.raw"))
    packed = examine(shared / f"data/forensic/derived/gt_{system}.E01")

    assert packed.rows() == raw.rows()
    assert packed.manifest()["input"]["stored_digests"]["md5"]["verdict"] == "agrees"


def test_the_two_volumes_of_the_shown_image_are_walked(examine, shared):
    found = examine(shared / "data/forensic/sleuthkit/test/data/imageformat_mmls_1.E01")

    assert [row["file_system"] for row in found.rows("volumes")] == ["NTFS", "NTFS"]
    verdicts = found.manifest()["input"]["stored_digests"]
    assert {name: said["verdict"] for name, said in verdicts.items()} == {"md5": "agrees", "sha1": "agrees"}


def test_the_segments_of_a_split_e01_are_one_disk(examine, shared):
    folder = shared / "data/forensic/dfvfs/test_data"

    assert examine(folder / "ext2.split.E01").rows() == examine(folder / "ext2.E01").rows()


def test_a_changed_bit_and_a_cut_are_named(examine, shared):
    hostile = shared / "data/forensic/derived/hostile"

    changed, cut = examine(hostile / "bitflip.E01"), examine(hostile / "trunc60.E01")

    damage = [row["where"] for row in changed.rows("problems") if row["kind"] == "damaged image"]
    assert damage == ["chunk 60, media bytes 1966080 to 1998847"]
    assert cut.code == 1
    assert "cut short" in cut.said


def hostile_inputs(shared: Path, tmp_path: Path) -> list[Path]:
    found = sorted((shared / "data/forensic/derived/hostile").iterdir())
    images = [unpacked(shared, tmp_path, f"hostile/{path.stem}") for path in found if path.name.endswith(".raw.gz")]
    return found + images


def test_nothing_hostile_crashes_goes_silent_or_takes_more_than_its_share(shared, tmp_path):
    (tmp_path / "hostile").mkdir()

    for number, path in enumerate(hostile_inputs(shared, tmp_path)):
        found, memory, seconds = measured(path, tmp_path / f"out{number}")

        assert found.code in {0, 1}, path.name
        assert "Traceback" not in found.said, path.name
        assert check(found.folder) == [], path.name
        assert found.rows("problems") or found.rows(), path.name
        assert memory < MEMORY_MOST, path.name
        assert seconds < SECONDS_MOST, path.name


MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump([done.returncode, done.stderr.decode(), used.ru_maxrss, used.ru_utime + used.ru_stime], sys.stdout)
"""


def measured(path: Path, out: Path) -> tuple[Examined, int, float]:
    """Examine and give the most memory that the two processes can have held together, and their processor seconds.

    A small process starts it: what a large one starts is counted as large as that, from before its own program runs.
    """
    told = [sys.executable, "-c", MEASURED, *command("open", path, "--out", out, "--quiet")]
    done = subprocess.run(told, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    code, said, kibibytes, seconds = json.loads(done.stdout)
    return Examined(code, said, out), kibibytes * 1024 * SHARES_OF_MEMORY, seconds
