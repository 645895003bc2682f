"""A log of throw-away keys, and a witness in a process of its own."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from longstone.kernel.ledger import notes, tree
from verifier import note
from verifier.tree import leaf_hash

ROOT = Path(__file__).resolve().parent.parent.parent
ORIGIN, NAME = "force.example/ledger", "witness.example/w1"


@dataclass
class Log:
    """A log that can be made to lie."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    origin: str = ORIGIN
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    size: int = 0

    def fetch(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def grow(self, count: int, word: str = "entry") -> Log:
        leaves = [leaf_hash(f"{word} {number}".encode()) for number in range(self.size, self.size + count)]
        self.nodes.update(tree.append(leaves, self.size, self.fetch))
        self.size += count
        return self

    def note(self, size: int | None = None) -> str:
        size = self.size if size is None else size
        root = tree.root(size, self.fetch)
        return notes.sign_checkpoint(origin=self.origin, size=size, root=root, key=self.key)

    def proof(self, old: int, new: int | None = None) -> list[str]:
        steps = tree.consistency(old, self.size if new is None else new, self.fetch)
        return [base64.b64encode(step).decode() for step in steps]

    def request(self, old: int, new: int | None = None) -> str:
        return "\n".join([f"old {old}", *self.proof(old, new), "", self.note(new)])

    @property
    def vkey(self) -> str:
        return notes.vkey(self.origin, self.key)


@dataclass
class Running:
    """A witness that runs: its address, its key, its folder and its process."""

    url: str
    vkey: str
    folder: Path
    process: subprocess.Popen[str]
    told: list[str]

    @property
    def key(self) -> note.Key:
        return note.parse_key(self.vkey)

    def post(self, body: str | bytes) -> tuple[int, str, str]:
        raw = body.encode() if isinstance(body, str) else body
        return ask(urllib.request.Request(f"{self.url}/add-checkpoint", data=raw, method="POST"))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.process.stdout.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
        self.process.stdout.close()


def ask(request: urllib.request.Request | str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(request, timeout=20) as told:
            return told.status, told.read().decode(), told.headers["Content-Type"]
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), refused.headers["Content-Type"]


def program(*told: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "witness", *told]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def start(folder: Path, vkeys: str, *more: str) -> Running:
    """Start a witness on any free port of this machine, with its key and state in the folder."""
    log, key = folder / "force.vkey", folder / "witness.key"
    log.write_text(vkeys)
    if not key.exists():
        made = program("key", "--name", NAME, "--out", str(key))
        assert made.returncode == 0, made.stderr
    told = ["--log", str(log), "--key", str(key), "--state", str(folder / "state"), "--listen", "127.0.0.1:0", *more]
    argv = [sys.executable, "-m", "witness", *told]
    process = subprocess.Popen(
        argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    said = process.stdout.readline().split()
    return Running(said[-1], said[2], folder, process, told)


@pytest.fixture
def log() -> Log:
    """Give a log of ten entries."""
    return Log().grow(10)


@pytest.fixture
def witness(log: Log, tmp_path: Path) -> Iterator[Running]:
    """Give a running witness that knows the log."""
    running = start(tmp_path, log.vkey + "\n")
    yield running
    with contextlib.suppress(OSError):
        running.stop()
