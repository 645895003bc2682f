"""A whole house that stands on its own: started as `make run` starts it, used over HTTP, looked into by its owner."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from demo import PASSWORD
from longstone.runner.postgres import Postgres
from tests.runner.conftest import ROOT, gone

PATIENCE = 180.0  # a machine with much else to do takes its time
DROPPED = (OSError, http.client.HTTPException)  # what a client sees of a server that was killed


class House:
    """A house in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.lines = home, []
        env = {**os.environ, "LONGSTONE_HOME": str(home), "LONGSTONE_STALLED_AFTER": "3"}
        for name in ("DATABASE_URL", "LONGSTONE_TEST", "LONGSTONE_ROLE"):
            env.pop(name, None)
        told = [sys.executable, "-m", "longstone.runner", "--port", "0"]
        self.process = subprocess.Popen(
            told, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.address = self._address()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line)

    def _address(self) -> str:
        return str(until(lambda: self._told(r"Longstone is at (\S+?)/?\s"), seconds=PATIENCE))

    def _told(self, pattern: str) -> str | None:
        assert self.process.poll() is None, "".join(self.lines)
        found = re.search(pattern, "".join(self.lines))
        return found[1] if found else None

    def children(self, words: str) -> list[int]:
        """Find the house's own processes whose command has these words."""
        below = [
            int(one) for one in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]
        return [pid for pid in below if words in _command(pid)]

    def kill(self, words: str) -> None:
        """Kill one of its processes as the kernel would: at once, and with all that it started."""
        for pid in self.children(words):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL) if os.getpgid(pid) == pid else os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid: gone(pid))

    def look(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Look into the database as its administrator; wait while it comes back."""

        def ask() -> list[tuple[Any, ...]] | None:
            with suppress(psycopg.OperationalError), psycopg.connect(Postgres(self.home).url("app")) as connection:
                return connection.execute(sql, given).fetchall()  # type: ignore[arg-type]  # a test's own text
            return None

        return list(until(lambda: (found := ask()) is not None and (found,), seconds=PATIENCE)[0])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.listener.join(10)


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def until(true: Callable[[], Any], *, seconds: float = 20) -> Any:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if told := true():
            return told
        time.sleep(0.01)
    raise AssertionError(f"It did not become true within {seconds} seconds.")


class Browser:
    """Somebody at a screen, who tries again when the house does not answer."""

    def __init__(self, house: House, who: str) -> None:
        self.house = house
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self.post("/sign-in/login/", login=who, password=PASSWORD)

    def cookie(self, name: str) -> str:
        """Give what the house wrote into a cookie."""
        return next(str(one.value) for one in self._jar if one.name == name)

    def send(self, path: str, data: bytes | None = None, **more: Any) -> Any:
        """Send one request, once; raises what a dead server leaves of it."""
        address = path if path.startswith("http") else self.house.address + path
        return self._opener.open(urllib.request.Request(address, data, **more), timeout=20)

    def get(self, path: str) -> str:
        """Read a page, however often it takes."""
        return str(again(lambda: self.send(path).read().decode()))

    def post(self, path: str, **told: str) -> str:
        """Fill a form in and send it until an answer comes; gives the address where that led."""
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.get(path))
        data = urllib.parse.urlencode({**dict(hidden), **told}).encode()
        return str(again(lambda: self.send(path, data).geturl()))


def again(work: Callable[[], Any]) -> Any:
    """Try until the house answers; a refusal (4xx) is an answer."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except urllib.error.HTTPError as answer:
            if answer.code < 500 or time.monotonic() > end:
                raise
        except DROPPED:
            if time.monotonic() > end:
                raise
        time.sleep(0.05)
