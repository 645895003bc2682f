"""Places to start a server in, and the servers of a test: all stopped and swept away afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longstone.runner import places
from longstone.runner.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
OTHER = "nobody"
START = """
import sys
from pathlib import Path
from longstone.runner.postgres import Postgres, PostgresFault
server = Postgres(Path(sys.argv[1]), test=len(sys.argv) < 3)
try:
    server.start()
except PostgresFault as fault:
    sys.exit(str(fault))
server.prepare()
print(server.child.pid, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder that every user may pass."""
    made = Path(tempfile.mkdtemp(prefix="longstone-place-"))
    made.chmod(0o755)
    yield made
    _sweep(made)


def _sweep(made: Path) -> None:
    for link in made.rglob("postgres"):
        if link.is_symlink():
            shutil.rmtree(link.readlink(), ignore_errors=True)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def serve() -> Iterator[Callable[..., Postgres]]:
    """Give a way to start servers, all stopped at the end."""
    started: list[Postgres] = []

    def start(home: Path, *, test: bool = True) -> Postgres:
        server = Postgres(home, test=test)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def outside() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a way to start a server from a process of its own, as we are or as an ordinary user."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path, *more: str, ordinary: bool = False) -> subprocess.Popen[str]:
        drop: dict[str, Any] = {"user": OTHER, "group": "nogroup", "extra_groups": []} if ordinary else {}
        env = {
            **os.environ,
            "HOME": str(home),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        told = [ordinary_python() if ordinary else sys.executable, "-c", START, str(home), *more]
        pipe = subprocess.PIPE
        process = subprocess.Popen(told, cwd="/", env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **drop)
        started.append(process)
        return process

    yield start
    for process in started:
        process.communicate()


@pytest.fixture
def ordinary_reach() -> None:
    """Skip where an ordinary user cannot be tried."""
    if os.geteuid():
        pytest.skip("Only root can become another user; the other tests here run as an ordinary user already.")
    if not ordinary_python() or not places.can_reach(ROOT / "x", OTHER):
        pytest.skip("An ordinary user cannot pass the folders of this checkout, or of any Python of this version.")


def ordinary_python() -> str | None:
    """Find a Python of our version that an ordinary user can reach."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = [Path(sys.executable), *(Path(folder) / version for folder in ("/usr/bin", "/usr/local/bin"))]
    able = [path for path in found if path.exists() and _all_reach(path)]
    return str(able[0]) if able else None


def _all_reach(path: Path) -> bool:
    return places.can_reach(path.absolute(), OTHER) and places.can_reach(path.resolve(), OTHER)


def wait_until(true: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if told := true():
            return told
        time.sleep(0.05)
    raise AssertionError(f"It did not become true within {seconds} seconds.")


def gone(pid: int) -> bool:
    """Say whether a process has ended (one that nobody has waited for counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
