"""Is everything in an image found, digested and told in the catalogue?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examiner.examination import Examined, run
from tests.examiner.specimens.disk import partitioned
from tests.examiner.specimens.fat import Fat12

Examine = Callable[..., Examined]
UNICODE = "дело_案件_Ünï.txt"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def volume() -> Fat12:
    """Give a FAT12 volume with a file, an empty one, one with a long name, and a deleted one."""
    made = Fat12()
    made.add(b"A       TXT", b"hello")
    made.add(b"EMPTY   TXT", b"")
    made.add(b"DELO~1  TXT", b"x" * 700, long=UNICODE)
    made.add(b"GONE    TXT", b"gone" * 300, deleted=True)
    return made


def image(tmp_path: Path, content: bytes) -> Path:
    made = tmp_path / "image.raw"
    made.write_bytes(content)
    return made


def test_every_file_has_its_digest(examine, tmp_path, volume):
    found = examine(image(tmp_path, volume.image()))

    assert found.code == 0
    assert found.file("A.TXT")["sha256"] == sha256(b"hello")
    assert found.file("EMPTY.TXT")["sha256"] == sha256(b"")
    assert found.file(UNICODE)["sha256"] == sha256(b"x" * 700)


def test_a_deleted_file_is_listed_as_deleted_and_read_from_its_place(examine, tmp_path, volume):
    found = examine(image(tmp_path, volume.image())).file("_ONE.TXT")

    assert (found["allocated"], found["confidence"]) == (False, "deleted")
    assert found["sha256"] == sha256(b"gone" * 300)


def test_deleted_files_are_listed_but_not_read_when_that_is_asked(examine, tmp_path, volume):
    found = examine(image(tmp_path, volume.image()), "--no-deleted-content")

    assert found.file("_ONE.TXT")["state"] == "no content"
    assert found.manifest()["deleted_content"] == "not read"


def test_a_clock_without_a_zone_is_never_given_one(examine, tmp_path, volume):
    found = examine(image(tmp_path, volume.image())).file("A.TXT")

    assert found["modified"] is None
    assert found["modified_as_written"].startswith("2024-03-02 10:20:30")
    assert found["zone"] is None
    assert "FAT12" in found["zone_source"]


def test_both_volumes_of_a_partitioned_disk_are_walked(examine, tmp_path, volume):
    found = examine(image(tmp_path, partitioned(volume.image(), volume.image())))

    assert [row["state"] for row in found.rows("volumes")] == ["walked", "walked"]
    assert found.file("A.TXT", volume=1)["sha256"] == sha256(b"hello")


def test_a_volume_that_cannot_be_walked_is_a_finding_with_its_reason(examine, tmp_path, volume):
    locked = b"\xeb\x58\x90-FVE-FS-".ljust(1 << 16, b"\x5a")

    found = examine(image(tmp_path, partitioned(volume.image(), locked, kind=7)))

    assert "BitLocker" in found.rows("volumes")[1]["why"]
    assert "volume not read" in found.kinds()
    assert found.file("A.TXT")["state"] == "read"


def test_a_folder_that_holds_itself_is_entered_once_and_said(examine, tmp_path, volume):
    volume.add_folder_that_holds_itself(b"LOOP       ")

    found = examine(image(tmp_path, volume.image()))

    assert found.code == 0
    assert "loop" in found.kinds()
    assert max(row["path"].count("AGAIN") for row in found.rows()) <= 2


def test_a_split_raw_image_is_one_disk(examine, tmp_path, volume):
    content = volume.image()
    (tmp_path / "disk.001").write_bytes(content[:100_000])
    (tmp_path / "disk.002").write_bytes(content[100_000:])

    found = examine(tmp_path / "disk.001").manifest()["input"]

    assert found["media"] == {"bytes": len(content), "sha256": sha256(content)}
    assert [part["sha256"] for part in found["parts"]] == [sha256(content[:100_000]), sha256(content[100_000:])]


def test_a_raw_image_that_is_cut_short_names_every_file_it_lost(examine, tmp_path, volume):
    volume.add(b"LAST    BIN", b"z" * 5000)

    found = examine(image(tmp_path, volume.image()[: 15 * 512]))

    lost = {row["path"] for row in found.rows() if row["state"] == "not read"}
    assert "LAST.BIN" in lost
    assert lost <= {row["path"] for row in found.rows("problems")}


def test_rows_are_dense_and_in_one_total_order(examine, tmp_path, volume):
    rows = examine(image(tmp_path, partitioned(volume.image(), volume.image()))).rows()

    assert [row["row"] for row in rows] == list(range(len(rows)))
    assert [row["volume"] for row in rows] == sorted(row["volume"] for row in rows)


def test_the_counts_of_the_manifest_add_up(examine, tmp_path, volume):
    found = examine(image(tmp_path, volume.image()))

    counts = found.manifest()["counts"]
    states = Counter(row["state"] for row in found.rows() if row["kind"] == "file")
    assert counts["entries"] == len(found.rows())
    assert counts["file streams"] == states.total()
    assert counts["streams read"] == states["read"]


def test_the_same_image_makes_the_same_catalogue_byte_for_byte(examine, tmp_path, volume):
    given = image(tmp_path, volume.image())

    one, two = examine(given), examine(given)

    for name in ("files.parquet", "volumes.parquet", "problems.parquet", "manifest.json"):
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes()


def test_a_folder_is_read_without_following_its_links(examine, tmp_path):
    folder = tmp_path / "given"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.txt").write_bytes(b"a")
    (folder / "away").symlink_to("/etc/passwd")

    found = examine(folder)

    assert found.file("in/a.txt")["sha256"] == sha256(b"a")
    assert (found.file("away")["kind"], found.file("away")["link_target"]) == ("link", "/etc/passwd")
    assert found.file("away")["sha256"] is None


def test_a_finished_catalogue_is_never_overwritten(examine, tmp_path, volume):
    given = image(tmp_path, volume.image())
    first = examine(given)
    before = (first.folder / "manifest.json").read_bytes()

    again = run("open", given, "--out", first.folder)

    assert again.returncode == 2
    assert "never overwritten" in again.stderr
    assert (first.folder / "manifest.json").read_bytes() == before


def test_an_input_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    done = run("open", tmp_path / "nothing.E01", "--out", tmp_path / "out")

    assert done.returncode == 2
    assert "cannot be opened" in done.stderr
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_into_the_folder_that_was_seized(tmp_path):
    (tmp_path / "given").mkdir()

    done = run("open", tmp_path / "given", "--out", tmp_path / "given" / "out")

    assert done.returncode == 2
    assert "outside it" in done.stderr
    assert list((tmp_path / "given").iterdir()) == []


def test_a_folder_that_only_bears_the_name_of_an_unfinished_run_is_left_alone(tmp_path, volume):
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "notes.txt").write_text("mine")

    done = run("open", image(tmp_path, volume.image()), "--out", tmp_path / "out")

    assert done.returncode == 2
    assert "notes.txt" in done.stderr
    assert (tmp_path / "out.partial" / "notes.txt").read_text() == "mine"
