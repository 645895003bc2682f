"""Are they all alive? Children are started in order, restarted when they die, and stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from longstone.runner.parent import die_with_parent

GRACE = 10.0
LAST_LINES = 2.0  # seconds to wait for what it said last
DEATHS, WITHIN = 5, 60.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Hopeless(RuntimeError):
    """A child keeps dying; the sentence names it."""


class Beneath(Protocol):
    """What the children rest on: started before them, stopped after them, restarted when it dies."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def alive(self) -> bool: ...


@dataclass
class Deaths:
    """How often something died lately."""

    name: str
    times: list[float] = field(default_factory=list)

    def another(self) -> float:
        """Count a death and give the seconds to wait before the next start; raises Hopeless when there were too many."""
        now = time.monotonic()
        self.times = [at for at in self.times if now - at < WITHIN] + [now]
        if len(self.times) >= DEATHS:
            raise Hopeless(f"{self.name} died {DEATHS} times within a minute. Its last lines above say why.")
        return 0.1 * 2.0 ** len(self.times)


@dataclass
class Child:
    """One process of the house."""

    name: str
    argv: list[str]
    env: dict[str, str]
    cwd: Path | None = None
    may_stay_down: bool = False  # the house goes on without it when it keeps dying
    process: subprocess.Popen[str] | None = None
    due: float | None = None  # when it is to be started again
    reader: threading.Thread | None = None
    deaths: Deaths = field(init=False)

    def __post_init__(self) -> None:
        self.deaths = Deaths(self.name)

    def start(self) -> None:
        """Start it, its lines marked with its name."""
        self.due = None
        self.process = subprocess.Popen(
            self.argv, env=self.env, cwd=self.cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            stdin=subprocess.DEVNULL, preexec_fn=die_with_parent(), process_group=0,  # noqa: PLW1509 - two calls, before exec
        )  # fmt: skip
        self.reader = threading.Thread(target=self._tell, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def _tell(self, said: IO[str]) -> None:
        with said:
            for line in said:
                self._say(line.rstrip())

    def _say(self, line: str) -> None:
        sys.stdout.write(f"{self.name:<10} {line}\n")
        sys.stdout.flush()

    def tend(self) -> None:
        """Start it again if it died, after a moment that grows with each death."""
        if self.due is not None:
            if time.monotonic() >= self.due:
                self.start()
        elif self.process is not None and self.process.poll() is not None:
            self._end_group()
            self._say(f"ended ({_how(self.process.returncode)}); starting it again")
            self._count_death()

    def _count_death(self) -> None:
        try:
            self.due = time.monotonic() + self.deaths.another()
        except Hopeless as fault:
            if not self.may_stay_down:
                raise
            self._say(f"{fault} It stays down, and the house goes on without it.")
            self.process = None

    def stop(self, grace: float = GRACE) -> None:
        """Ask it to stop, and then make it, with whatever it started itself."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self._say(f"did not stop within {grace:.0f} seconds; it is ended")
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """End what it left running: a dead web server's own worker would keep the port."""
        assert self.process
        assert self.reader
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.reader.join(LAST_LINES)


class Supervisor:
    """Keeps the children alive until it is told to stop."""

    def __init__(self, children: list[Child], *, beneath: Beneath | None = None) -> None:
        self.children = children
        self.beneath = beneath
        self.deaths = Deaths("The database")
        self.stopping = False

    def start(self) -> None:
        """Start the children, and stop when asked by a signal. Call it from the main thread: children die with it."""
        for number in STOPPING:
            signal.signal(number, self._asked)
        for child in self.children:
            child.start()

    def _asked(self, *_: object) -> None:
        self.stopping = True

    def watch(self) -> None:
        """Restart what dies, until stopped; raises Hopeless for one that keeps dying."""
        while not self.stopping:
            self.tend()
            time.sleep(0.1)

    def tend(self) -> None:
        """Look after every child once, and after what is beneath them first."""
        if self.beneath is not None and not self.beneath.alive():
            time.sleep(self.deaths.another())
            self.beneath.start()
        for child in self.children:
            child.tend()

    def stop(self) -> None:
        """Stop the children in order, and what is beneath them last."""
        self.stopping = True
        for child in self.children:
            child.stop()
        if self.beneath is not None:
            self.beneath.stop()


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit {code}"
