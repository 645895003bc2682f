"""The store under faults: at each call to the disk it fails, fills up or is killed, and no acknowledged byte is lost."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from longstone.kernel.store.posix import Posix
from tests.faults import found


def can_trace():
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace: faults need it.")

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = ("write", "fsync", "link", "linkat", "unlink", "unlinkat", "mkdir", "fchmod", "flock")
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
SIZE = 2_500_000

CAREFUL = """
import sys
from pathlib import Path
from longstone.kernel.store.posix import Posix
stored = Posix(Path(sys.argv[1])).put(Path(sys.argv[2]))
print(stored.sha256, flush=True)
"""
STRAIGHT = """
import hashlib, sys
from pathlib import Path
told = Path(sys.argv[2]).read_bytes()
digest = hashlib.sha256(told).hexdigest()
place = Path(sys.argv[1]) / "objects" / "sha256" / digest[:2] / digest[2:4] / digest
place.parent.mkdir(parents=True, exist_ok=True)
with place.open("wb", buffering=0) as out:
    out.write(told[:100])
    out.write(told[100:])
print(digest, flush=True)
"""
HASTY = """
import os, sys
os.fsync = lambda handle: None
""" + CAREFUL.replace("import sys", "")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(os.urandom(SIZE))
    return path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def traced(writer, root, source, *asked):
    """Run a writer under strace; give what it acknowledged and the trace."""
    log = root.with_suffix(".trace")
    told = ["strace", "-f", "-q", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *asked]
    done = subprocess.run(
        [*told, sys.executable, "-c", writer, str(root), str(source)],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return done.stdout.strip(), log.read_text()


def calls(trace):
    """Count the calls that a writer makes to the disk."""
    return Counter(re.findall(r"^\d+ +(\w+)\(", trace, re.MULTILINE))


def complaints(writer, folder, source):
    """Break each of a writer's calls in each way; say where it then lied, or the fault never came."""
    _, trace = traced(writer, folder / "whole", source)
    points = [(call, when) for call, count in calls(trace).items() for when in range(1, count + 1)]
    wrong_at = []
    for call, when in points:
        for fault in FAULTS:
            root = folder / f"{call}-{when}-{fault[-4:]}"
            said, trace = traced(writer, root, source, "-e", f"inject={call}:{fault}:when={when}")
            wrong = judged(root, source, said, trace)
            wrong_at += [f"{call} {when} {fault}: {wrong}"] if wrong else []
            shutil.rmtree(root, ignore_errors=True)
    return wrong_at, len(points) * len(FAULTS)


def judged(root, source, said, trace):
    """Look at what a fault left, then start again: nothing half-written, nothing lost, and the same bytes can be put."""
    if "INJECTED" not in trace and "SIGKILL" not in trace:
        return "the fault never came"
    kept, wanted = Posix(root), digest(source)
    if any(digest(kept.local(one.sha256)) != one.sha256 for one in kept.inventory()):
        return "half-written bytes can be seen"
    if said and not (said == wanted and kept.has(wanted)):
        return "acknowledged bytes are lost"
    kept.sweep_incoming()
    if kept.put(source).sha256 != wanted or list(kept.incoming.iterdir()):
        return "it could not begin again"
    return ""


@pytest.mark.slow
def test_no_fault_loses_what_was_acknowledged_or_shows_what_is_half_written(tmp_path, source):
    wrong, runs = complaints(CAREFUL, tmp_path, source)

    found("EIO, ENOSPC or kill at each call", "store (a folder)", runs, runs - len(wrong))
    assert wrong == []
    assert runs > 50


def test_these_faults_catch_a_writer_that_is_not_careful(tmp_path, source):
    wrong, _ = complaints(STRAIGHT, tmp_path, source)

    assert any("half-written" in one for one in wrong)


def unsynced(root, trace):
    """Name what was not safe on disk when the writer spoke: its bytes before the link, each folder after it."""
    before, _, after = trace.partition(" link(")
    synced = set(re.findall(r"fsync\(\d+<([^>]+)>", after.partition(" write(1<")[0]))
    final = Posix(root).place(next(Posix(root).inventory()).sha256)
    folders = [final.parent, *final.parent.parents[:5]]
    loose = [str(folder) for folder in folders if str(folder) not in synced]
    return loose if re.search(rf"fsync\(\d+<{re.escape(str(root))}/incoming/\w+>", before) else ["the bytes", *loose]


def test_a_writer_speaks_only_when_its_bytes_and_every_folder_above_them_are_synced(tmp_path, source):
    root = tmp_path / "store"

    said, trace = traced(CAREFUL, root, source)

    assert said == digest(source)
    assert unsynced(root, trace) == []


def test_this_trace_catches_a_writer_that_does_not_sync(tmp_path, source):
    root = tmp_path / "store"

    _, trace = traced(HASTY, root, source)

    assert len(unsynced(root, trace)) == 7
