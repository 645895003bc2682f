"""How does a program ask the query server, and what happens when it dies?"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from examiner.refusals import Refused

ANSWER_LONGEST = 64 << 20


class NoAnswer(Exception):
    """The query server died or took too long; it is started again at the next question."""


class _Died(NoAnswer):
    """The child ended before it answered."""


class Reader:
    """Asks `python -m examiner serve ROOT`; one lock, so any thread may ask.

    `timeout` is in seconds for each question. Raises Refused with the server's sentence for a bad question and
    NoAnswer when there is none.
    """

    def __init__(self, root: Path | str, *, timeout: float = 20.0) -> None:
        self._root, self._timeout = Path(root), timeout
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._number, self._left = 0, b""

    def page(self, catalogue: str, **asked: Any) -> dict[str, Any]:
        """`{"rows": [...], "next": row or None}`; arguments as in docs/catalogue.md."""
        return self.ask("page", catalogue=catalogue, **asked)

    def count(self, catalogue: str, **asked: Any) -> int:
        """How many rows the same arguments would page through."""
        return int(self.ask("count", catalogue=catalogue, **asked)["count"])

    def row(self, catalogue: str, row: int, **asked: Any) -> dict[str, Any] | None:
        """One row by its number, or None."""
        found: dict[str, Any] | None = self.ask("row", catalogue=catalogue, row=row, **asked)["row"]
        return found

    def manifest(self, catalogue: str) -> dict[str, Any]:
        """The catalogue's manifest."""
        found: dict[str, Any] = self.ask("manifest", catalogue=catalogue)["manifest"]
        return found

    def ask(self, act: str, **asked: Any) -> dict[str, Any]:
        """Ask one question and give the answer; a child that has died since the last one is started again."""
        with self._lock:
            self._number += 1
            given = {"id": self._number, "ask": act, **asked}
            line = json.dumps(given).encode() + b"\n"
            try:
                answer = self._tried(line)
            except _Died:
                answer = self._tried(line)  # questions change nothing: a dead child's may be asked again, once
        return self._judged(answer)

    def _tried(self, line: bytes) -> dict[str, Any]:
        try:
            return self._exchange(line)
        except NoAnswer:
            self._stop()
            raise
        except (OSError, ValueError) as error:
            self._stop()
            raise _Died("The reader of catalogues stopped while it was asked. Try again.") from error

    def _judged(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "error" in answer:
            raise Refused(str(answer["error"]))
        return answer

    def _exchange(self, line: bytes) -> dict[str, Any]:
        child = self._running()
        assert child.stdin
        assert child.stdout
        until = time.monotonic() + self._timeout
        _send(child.stdin.fileno(), line, until)
        answer: dict[str, Any] = json.loads(self._line(child.stdout.fileno(), until))
        if answer.get("id") != self._number:
            raise NoAnswer("The reader of catalogues answered another question.")
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            command = [sys.executable, "-P", "-m", "examiner", "serve", str(self._root)]
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
            )
            assert self._child.stdin
            os.set_blocking(self._child.stdin.fileno(), False)
        return self._child

    def _line(self, pipe: int, until: float) -> bytes:
        parts = [self._left]
        while b"\n" not in parts[-1]:
            _wait(pipe, until, to_read=True)
            part = os.read(pipe, 1 << 20)
            if not part or sum(map(len, parts)) > ANSWER_LONGEST:
                raise _Died("The reader of catalogues stopped while it was asked. Try again.")
            parts.append(part)
        line, _, self._left = b"".join(parts).partition(b"\n")
        return line

    def _stop(self) -> None:
        child, self._child, self._left = self._child, None, b""
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()

    def close(self) -> None:
        """Stop the child; a later question starts it again."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _send(pipe: int, line: bytes, until: float) -> None:
    view = memoryview(line)
    while view:
        _wait(pipe, until, to_read=False)
        view = view[os.write(pipe, view) :]


def _wait(pipe: int, until: float, *, to_read: bool) -> None:
    left = max(0.0, until - time.monotonic())
    poll = select.poll()
    poll.register(pipe, select.POLLIN if to_read else select.POLLOUT)
    if not poll.poll(left * 1000):
        raise NoAnswer("The reader of catalogues took too long. Ask for less, or try again.")


def _environment() -> dict[str, str]:
    """The child needs to find this package and nothing else of the caller's environment."""
    here = str(Path(__file__).resolve().parent.parent)
    return {"PYTHONPATH": here, "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
