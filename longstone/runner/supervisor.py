"""Are they all alive? Children are started in order, restarted when they die, and stopped in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from longstone.runner.postgres import die_with_parent

GRACE = 10
DEATHS, WITHIN = 5, 60.0


class Hopeless(RuntimeError):
    """A child keeps dying; the sentence names it."""


@dataclass
class Child:
    """One process of the house."""

    name: str
    argv: list[str]
    env: dict[str, str]
    process: subprocess.Popen[str] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it, its lines marked with its name."""
        self.process = subprocess.Popen(
            self.argv, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            stdin=subprocess.DEVNULL, preexec_fn=die_with_parent, process_group=0,  # noqa: PLW1509
        )  # fmt: skip
        threading.Thread(target=self._tell, args=(self.process,), daemon=True).start()

    def _tell(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                sys.stdout.write(f"{self.name:<10} {line.rstrip()}\n")
                sys.stdout.flush()

    def stop(self) -> None:
        """Ask it to stop, and then make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Keeps the children alive until it is told to stop."""

    def __init__(self, children: list[Child], *, beneath: Any = None) -> None:
        self.children = children
        self.beneath = beneath  # the database: started before, stopped after, restarted if it dies
        self.stopping = False

    def start(self) -> None:
        """Start the children, and stop when asked by a signal."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(self, "stopping", True))
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """Restart what dies, until stopped; raises Hopeless for a child that keeps dying."""
        while not self.stopping:
            self.tend()
            time.sleep(0.2)

    def tend(self) -> None:
        """Look after every child once."""
        if self.beneath is not None and self.beneath.child.poll() is not None:
            self.beneath.start()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None and not self.stopping:
                self._again(child)

    def _again(self, child: Child) -> None:
        now = time.monotonic()
        child.deaths = [at for at in child.deaths if now - at < WITHIN] + [now]
        if len(child.deaths) >= DEATHS:
            raise Hopeless(f"{child.name} died {DEATHS} times within a minute. Its last lines above say why.")
        time.sleep(min(0.2 * 2 ** len(child.deaths), 5))
        child.start()

    def stop(self) -> None:
        """Stop the children in order, and what is beneath them last."""
        self.stopping = True
        for child in self.children:
            child.stop()
        if self.beneath is not None:
            self.beneath.stop()
