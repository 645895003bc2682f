"""Does `check` name whatever is wrong with a catalogue?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.examiner.examination import Examined, run
from tests.examiner.specimens.fat import Fat12

TABLES = ("files.parquet", "volumes.parquet", "problems.parquet")


@pytest.fixture
def found(examine, tmp_path: Path) -> Examined:
    """Give the catalogue of a small image."""
    volume = Fat12()
    volume.add(b"A       TXT", b"hello")
    (tmp_path / "image.raw").write_bytes(volume.image())
    return examine(tmp_path / "image.raw")


def test_a_whole_catalogue_passes(found):
    checked = run("check", found.folder)

    assert checked.returncode == 0
    assert "whole" in checked.stdout


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("place", [0.0, 0.5, 0.99])
def test_one_changed_byte_is_found_and_its_table_named(found, table, place):
    path = found.folder / table
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0x01
    path.write_bytes(content)

    checked = run("check", found.folder)

    assert checked.returncode == 1
    assert table in checked.stdout


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_table_is_named(found, table):
    (found.folder / table).unlink()

    checked = run("check", found.folder)

    assert checked.returncode == 1
    assert f"{table} is missing" in checked.stdout


def test_a_count_that_does_not_add_up_is_named(found):
    path = found.folder / "manifest.json"
    said = json.loads(path.read_text())
    said["counts"]["entries"] += 1
    path.write_text(json.dumps(said))

    checked = run("check", found.folder)

    assert checked.returncode == 1
    assert "entries" in checked.stdout


def test_a_folder_that_is_no_catalogue_is_refused(tmp_path):
    checked = run("check", tmp_path)

    assert checked.returncode == 2
    assert "is not a catalogue" in checked.stderr
