"""A bundle under faults: at each call to the disk it fails, fills up or is killed, and no half-written bundle is seen."""

import io
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from longstone.kernel import bundles
from longstone.kernel.ledger import notes
from longstone.kernel.store.posix import Posix
from tests.faults import found
from tests.verifier.building import BAG, DAY, KEY, ORIGIN, Force
from verifier import bundle, note


def can_trace():
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace: faults need it.")

ROOT = Path(__file__).resolve().parent.parent.parent
VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))
CALLS = ("write", "fsync", "link", "linkat", "unlink", "unlinkat", "mkdir")
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Give what a bundle is made of, for another process to write."""
    payload, ledger = Force().parts()
    told = [(one.path, b"".join(one.blocks())) for one in payload]
    path = tmp_path_factory.mktemp("bundle") / "files"
    path.write_bytes(pickle.dumps((BAG, told, DAY, ledger, notes.vkey(ORIGIN, KEY))))
    return path


def traced(how, root, files, *asked):
    """Run the writer under strace; give what it acknowledged and the trace."""
    root.mkdir()
    log = root.with_suffix(".trace")
    strace = ["strace", "-f", "-q", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *asked]
    done = subprocess.run(
        [*strace, sys.executable, "-m", "tests.kernel.bundle_writer", str(root), str(files), how],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return done.stdout.strip(), log.read_text()


def seen_of(root):
    """Give every bundle that somebody could find: in the store, or anywhere else but where bytes arrive."""
    kept = [Posix(root).local(one.sha256) for one in Posix(root).inventory()]
    loose = [path for path in root.rglob("*") if path.is_file() and not {"incoming", "objects"} & set(path.parts)]
    return [*kept, *loose]


def whole(path):
    try:
        return bundle.check(io.BytesIO(path.read_bytes()), key=VKEY).signed
    except ValueError:
        return False


def judged(root, said, trace, files):
    """Look at what a fault left, then do it again: nothing half-written, nothing lost, and the second time it is made."""
    if "INJECTED" not in trace and "SIGKILL" not in trace:
        return "the fault never came"
    if not all(whole(path) for path in seen_of(root)):
        return "a half-written bundle can be seen"
    if re.fullmatch("[0-9a-f]{64}", said) and not Posix(root).has(said):
        return "an acknowledged bundle is lost"
    Posix(root).sweep_incoming()
    again = root.with_name(f"{root.name}-again")
    root.rename(again)
    bag, told, day, ledger, key = pickle.loads(files.read_bytes())
    members = [bundles.bytes_member(path, raw) for path, raw in told]
    stored = bundles.keep(bag, members, day=day, ledger=ledger, key=key, folder=again, put=Posix(again).put)
    return "" if whole(Posix(again).local(stored.sha256)) else "it could not be made again"


def complaints(how, folder, files, *, most=10_000):
    """Break each of the writer's calls in each way; say where it then lied, or the fault never came."""
    _, trace = traced(how, folder / "whole", files)
    calls = Counter(re.findall(r"^\d+ +(\w+)\(", trace, re.MULTILINE))
    points = [(call, when) for call, count in calls.items() for when in range(1, count + 1)][:most]
    wrong = []
    for call, when in points:
        for fault in FAULTS:
            root = folder / f"{call}-{when}-{fault[-4:]}"
            said, trace = traced(how, root, files, "-e", f"inject={call}:{fault}:when={when}")
            told = judged(root, said, trace, files)
            wrong += [f"{call} {when} {fault}: {told}"] if told else []
    return wrong, len(points) * len(FAULTS)


@pytest.mark.slow
def test_no_fault_shows_a_half_written_bundle_or_loses_one(tmp_path, files):
    wrong, runs = complaints("careful", tmp_path, files)

    found(
        "EIO, ENOSPC or kill at each write, fsync, link, unlink and mkdir",
        "bundle being written",
        runs,
        runs - len(wrong),
    )
    assert wrong == []
    assert runs > 40


def test_these_faults_catch_a_writer_that_is_not_careful(tmp_path, files):
    wrong, _ = complaints("straight", tmp_path, files, most=4)

    assert any("half-written" in one for one in wrong)


def test_a_full_disk_is_said_in_a_sentence(tmp_path, files):
    said, _ = traced("careful", tmp_path / "full", files, "-e", "inject=write:error=ENOSPC:when=1+")

    assert said == ""  # not even a word can be written
    said, _ = traced("careful", tmp_path / "fuller", files, "-e", "inject=write:error=ENOSPC:when=1..2")
    assert "the disk is full" in said
