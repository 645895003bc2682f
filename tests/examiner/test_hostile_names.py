"""Does a name that may not be text come through whole, and do no harm to the one who reads it?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examiner.names import ROOT, as_bytes
from tests.examiner.examination import run

NAMES = {
    "newline": b"two\nlines.txt",
    "bidi": "rtl_\u202egpj.exe".encode(),
    "not text": b"latin1-\xe9\xff.txt",
    "backslash": b"back\\xff.txt",
    "escape": b"\x1b[2Jcleared.txt",
    "cell": b'=HYPERLINK("x").csv',
    "longest": b"n" * 255,
}


@given(st.binary(min_size=1, max_size=255).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_every_name_can_be_given_back_byte_for_byte(raw):
    _, text, escaped = ROOT.beneath(raw)

    assert as_bytes(text, escaped=escaped) == raw


@given(st.lists(st.binary(min_size=1, max_size=9).filter(lambda name: b"/" not in name), min_size=1, max_size=5))
def test_every_path_can_be_given_back_byte_for_byte(raws):
    place = ROOT
    for raw in raws[:-1]:
        place = place.child(raw)
    path, _, escaped = place.beneath(raws[-1])

    assert [as_bytes(part, escaped=escaped) for part in path.split("/")] == raws


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Give a folder of files with names that a seized disk may hold."""
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in NAMES.values():
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_bytes(b"1")
    return folder


def test_odd_names_on_a_disk_are_all_found_and_reversible(examine, odd):
    found = [row for row in examine(odd).rows() if row["kind"] == "file"]

    assert {as_bytes(row["name"], escaped=row["escaped"]) for row in found} == set(NAMES.values())


def test_no_name_can_steer_the_terminal_that_shows_it(examine, odd):
    shown = run("find", examine(odd).folder, "")

    assert "\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout
    assert len(shown.stdout.splitlines()) == len(NAMES) + 1
