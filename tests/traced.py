"""How is a piece of the house broken at its nth call to the disk? It is forked, stopped, taken under strace with a fault, and let go.

A process that has everything loaded forks for each run, so that a run costs a moment and its first calls are the work's own.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
PATIENCE = 60.0
PR_SET_PTRACER, ANY = 0x59616D61, -1


def can_trace() -> bool:
    """Say whether strace is here and may trace."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


@dataclass
class Ran:
    """What a run acknowledged, line by line, and what it asked of the disk."""

    said: list[str]
    trace: str

    @property
    def broke(self) -> bool:
        """Say whether the fault came."""
        return "INJECTED" in self.trace or "SIGKILL" in self.trace

    def calls(self) -> Counter[str]:
        """Count the calls."""
        return Counter(re.findall(r"^\d+ +(\w+)\(", self.trace, re.MULTILINE))


class Forks:
    """The process that forks; one for a test."""

    def __init__(self, module: str, address: str, folder: Path) -> None:
        env = {
            **os.environ, "DATABASE_URL": address, "LONGSTONE_ROLE": "worker", "LONGSTONE_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "longstone.site.settings", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        self.folder, self.count = folder, 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.traced", module], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def run(self, work: str, told: dict[str, str], calls: tuple[str, ...], *asked: str) -> Ran:
        """Run one piece of work under strace."""
        self.count += 1
        said, trace = self.folder / f"said-{self.count}", self.folder / f"trace-{self.count}"
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"work": work, "told": told, "said": str(said)}) + "\n")
        self.process.stdin.flush()
        pid = int(self._line())
        strace = [
            "strace",
            "-f",
            "-q",
            "-y",
            "-o",
            str(trace),
            "-p",
            str(pid),
            "-e",
            f"trace={','.join(calls)}",
            *asked,
        ]
        with subprocess.Popen(strace, stderr=subprocess.DEVNULL) as tracer:
            self._wait_until_traced(pid)
            os.kill(pid, signal.SIGCONT)
            assert self._line() == "over"
            tracer.wait(PATIENCE)
        ran = Ran(said.read_text().splitlines() if said.exists() else [], trace.read_text())
        said.unlink(missing_ok=True)
        trace.unlink()
        return ran

    def _wait_until_traced(self, pid: int) -> None:
        until = time.monotonic() + PATIENCE
        while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text():
            assert time.monotonic() < until, "strace did not come."
            time.sleep(0.002)

    def stop(self) -> None:
        """End it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


@contextmanager
def forks(module: str, address: str, folder: Path) -> Iterator[Forks]:
    """Give a process that forks, and end it."""
    found = Forks(module, address, folder)
    try:
        yield found
    finally:
        found.stop()


def _say(told: object) -> None:
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()


def _fork(asked: dict[str, str], module: str) -> None:
    pid = os.fork()
    if not pid:
        _child(asked, module)
    os.waitpid(pid, os.WUNTRACED)
    _say(pid)
    os.waitpid(pid, 0)
    _say("over")


def _child(asked: dict[str, str], module: str) -> None:
    """Wait to be taken under strace, then work; what is acknowledged is appended to a file."""
    said = os.open(asked["said"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANY)
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        getattr(import_module(module), asked["work"])(asked["told"], lambda told: os.write(said, f"{told}\n".encode()))
    finally:
        os._exit(0)


def main(module: str) -> None:
    """Load the house, and fork as often as asked."""
    import django

    django.setup()
    import_module(module)
    _say("ready")
    for line in sys.stdin:
        _fork(json.loads(line), module)


if __name__ == "__main__":
    main(sys.argv[1])
