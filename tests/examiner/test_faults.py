"""What is left when the examination, or the process that reads for it, is killed in the middle?"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from examiner.catalogue.check import check
from tests.examiner.examination import REPOSITORY, Examined, command, run

FEW, HOLE = 10_000, 3 << 30
LONGEST_WAIT = 20.0


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Give a folder whose many small files come first, and then one that takes seconds."""
    folder = tmp_path / "slow"
    folder.mkdir()
    for number in range(FEW):
        (folder / f"a{number:05d}").write_bytes(b"1")
    with (folder / "b").open("wb") as file:
        file.truncate(HOLE)
    return folder


@pytest.fixture
def running(slow: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give an examination that is in the middle of its work."""
    begun = command("open", slow, "--out", tmp_path / "out", "--quiet")
    with subprocess.Popen(begun, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True) as process:
        reader_of(process)
        time.sleep(1.5)
        assert process.poll() is None
        yield process
        process.kill()


def reader_of(process: subprocess.Popen[str]) -> int:
    """The number of the limited process, once it runs."""
    page = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        if found := page.read_text().split():
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("No limited process was started.")


def gone(number: int) -> bool:
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if "State:\tZ" in Path(f"/proc/{number}/status").read_text():
            return True
        time.sleep(0.02)
    return False


def test_a_killed_reader_leaves_a_catalogue_that_says_it_is_not_complete(running, tmp_path):
    os.kill(reader_of(running), signal.SIGKILL)
    _, said = running.communicate(timeout=LONGEST_WAIT)

    left = Examined(running.returncode, said, tmp_path / "out")
    assert left.code == 1
    assert left.manifest()["complete"] is False
    assert "killed (signal 9)" in left.rows("problems")[-1]["sentence"]
    assert len(left.rows()) > FEW // 2
    assert check(left.folder) == []


def test_a_killed_examination_leaves_nothing_that_looks_finished_and_no_reader(running, slow, tmp_path):
    reader = reader_of(running)

    running.kill()
    running.wait()

    assert gone(reader)
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.partial").is_dir()


def test_the_next_run_replaces_what_a_killed_one_left(running, slow, tmp_path):
    running.kill()
    running.wait()
    (slow / "b").unlink()

    again = run("open", slow, "--out", tmp_path / "out", "--quiet")

    assert again.returncode == 0
    assert check(tmp_path / "out") == []
    assert not (tmp_path / "out.partial").exists()


def test_two_runs_never_write_one_catalogue(running, slow, tmp_path):
    second = run("open", slow, "--out", tmp_path / "out", "--quiet")

    assert second.returncode == 2
    assert "Another examination is writing" in second.stderr
    assert running.poll() is None
