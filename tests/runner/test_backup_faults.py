"""The backup under faults: at each call to its disk it fails, fills up or is killed, and half a backup is never taken for a whole one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from longstone.runner import archive, restore
from tests.faults import found as noted


def can_trace():
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace: faults need it.")

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = ("write", "fsync", "rename", "link", "unlink", "mkdir")
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
CAREFUL = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from longstone.kernel.store.disk import copy, spoken
from longstone.kernel.store.posix import Posix
from longstone.runner import archive, backup
home, to = Path(sys.argv[1]), Path(sys.argv[2])
kept, house = archive.Archive(to), backup.House(home, "x", Posix(home / "store"), home / "catalogues")
with kept.held():
    made = backup.Made(kept.begin("20261124T000000Z"), datetime.now(UTC))
    made.facts |= {"ledger": {"size": 0}, "backup_of": "x"}
    handle = os.open(made.folder / archive.DATABASE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with spoken("x"), (home / "dump").open("rb", buffering=0) as told:  # what pg_dump says comes the same way
        made.facts["database"] = backup._told(copy(told, handle))
    wanted = {"objects": set(), "catalogues": set()}
    backup.fill(kept, made, house, wanted, to.with_name(to.name + "-keys"))
print("whole", flush=True)
"""
HASTY = CAREFUL.replace(
    "    backup.fill(",
    "    real = archive.finish\n"
    "    nothing = {'sha256': '0' * 64, 'size': 0}\n"
    "    real(made.folder, {'format': archive.FORMAT, 'objects': 'here', 'inventory': nothing, 'catalogues': nothing,\n"
    "                       'keys': None, **made.facts})\n"
    "    backup.fill(",
)


@pytest.fixture
def home(tmp_path):
    """Give a house of two objects, one in a catalogue, one key and a dump."""
    place = tmp_path / "home"
    (place / "keys").mkdir(parents=True)
    (place / "keys" / "checkpoint.1.key").write_text("a key")
    (place / "dump").write_bytes(os.urandom(5000))
    catalogue = place / "catalogues" / archive.stored(place / "keys" / "checkpoint.1.key").sha256
    catalogue.mkdir(parents=True)
    (catalogue / "manifest.json").write_text("a key")
    from longstone.kernel.store.posix import Posix

    Posix(place / "store").put(place / "dump")
    return place


def traced(writer, home, to, *asked):
    """Run a backup under strace; give what it acknowledged and the trace."""
    log = to.with_suffix(".trace")
    told = ["strace", "-f", "-q", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *asked]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [*told, sys.executable, "-c", writer, str(home), str(to)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT, env=env)
    return done.stdout.strip(), log.read_text()


def points(trace):
    """Name each call of the first thread, by its kind and number."""
    lines = re.findall(r"^(\d+) +(\w+)\(", trace, re.MULTILINE)
    counts = Counter(call for pid, call in lines if pid == lines[0][0])
    return [(call, when) for call, count in sorted(counts.items()) for when in range(1, count + 1)]


def complaints(writer, home, folder):
    """Break each call in each way, and say where half a backup was taken for a whole one, or the fault never came."""
    _, trace = traced(writer, home, folder / "whole")
    wrong, runs = [], 0
    for call, when in points(trace):
        for fault in FAULTS:
            to, runs = folder / f"{call}-{when}-{fault[-4:]}", runs + 1
            said, trace = traced(writer, home, to, "-e", f"inject={call}:{fault}:when={when}")
            wrong += [f"{call} {when} {fault}: {one}" for one in judged(to, said, trace)]
            shutil.rmtree(to, ignore_errors=True)
    return wrong, runs


def judged(to, said, trace):
    """Look at what a fault left, and begin again."""
    if "INJECTED" not in trace and "SIGKILL" not in trace:
        yield "the fault never came"
    kept = archive.Archive(to)
    names = kept.names()
    if said and not names:
        yield "an acknowledged backup is not there"
    for name in names:
        if found := restore.faults(restore.Backup(to / "backups" / name, None)):
            yield f"half a backup is taken for a whole one: {found[0]}"
    with kept.held():
        if (
            kept.names() != names
            or len(list(kept.backups.iterdir())) != len(names)
            or list(kept.objects.incoming.glob("*"))
        ):
            yield "it could not begin again"


@pytest.mark.slow
def test_half_a_backup_is_never_taken_for_a_whole_one(tmp_path, home):
    wrong, runs = complaints(CAREFUL, home, tmp_path)

    noted(
        "EIO, ENOSPC or kill at every write, fsync, rename, link, unlink and mkdir", "backup", runs, runs - len(wrong)
    )
    assert wrong == []
    assert runs > 100


def test_these_faults_catch_a_backup_that_writes_its_manifest_first(tmp_path, home):
    said, trace = traced(HASTY, home, tmp_path / "hasty", "-e", "inject=link:signal=KILL:when=1")

    assert said == ""
    assert any("taken for a whole one" in one for one in judged(tmp_path / "hasty", said, trace))
