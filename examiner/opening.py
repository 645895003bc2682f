"""How is an input turned into a finished catalogue, without ever trusting the process that reads it?

The parent opens files, forks the limited process, checks and writes what crosses the pipe, and only at the end gives
the catalogue its name. It never parses a byte of the input.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examiner import cell
from examiner.board import Board, Reading
from examiner.catalogue import manifest, schema
from examiner.catalogue.writer import TableWriter, synced
from examiner.inputs import Input, open_input
from examiner.refusals import Refused
from examiner.settings import Settings, Walls
from examiner.wire import Frame, Garbled, frames

FACTS_MOST = 10_000
OURS = {*(f"{table}.parquet" for table in schema.TABLES), manifest.NAME, manifest.RUN}
NO_WALLS = (
    "Neither Landlock nor seccomp can be set on this machine, so hostile bytes would be read without walls. "
    "Use a Linux kernel of 5.13 or later, or pass --weak-sandbox to accept this; the catalogue will say so."
)

Progress = Callable[[Reading], None]


@dataclass(frozen=True)
class Opened:
    """A finished catalogue: where it is, whether it is complete, its counts and its manifest's SHA-256."""

    folder: Path
    complete: bool
    unfinished: list[str]
    counts: dict[str, int]
    manifest_sha256: str


def open_image(
    path: Path | str,
    out: Path | str,
    settings: Settings | None = None,
    progress: Progress | None = None,
    walls: Walls | None = None,
) -> Opened:
    """Examine an image or a folder and write its catalogue into the new folder `out`.

    `progress` is called a few times a second with a `Reading` (entries, bytes). Works by forking: call it from a
    process that holds no secrets and runs no other threads, as `python -m examiner open` does.
    Raises Refused, with nothing written, when it cannot start; anything that goes wrong later is told in the
    catalogue (`complete` false and rows in problems). The catalogue's form is `docs/catalogue.md`.
    """
    out, settings = Path(out), settings or Settings()
    given = open_input(Path(path))
    _require_apart(Path(path), out)
    try:
        with _Workplace(out) as place:
            run = _Run(given=given, settings=settings, walls=walls or Walls(), place=place, progress=progress)
            run.take_all()
            return run.finish(out)
    finally:
        given.close()


def _require_apart(given: Path, out: Path) -> None:
    """Nothing is ever written into what was seized, or it would be read as part of it."""
    if out.resolve().is_relative_to(given.resolve()):
        raise Refused(f"{out} lies in the folder to be examined. Give a place for the catalogue outside it.")


class _Workplace:
    """The folder DIR.partial, held by one run at a time; what an earlier, killed run left there is replaced."""

    def __init__(self, out: Path) -> None:
        self._out, self.partial = out, out.with_name(out.name + ".partial")

    def __enter__(self) -> Path:
        if self._out.exists():
            raise Refused(
                f"{self._out} already exists. A finished catalogue is never overwritten: give another folder."
            )
        try:
            self.partial.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.partial, os.O_RDONLY)
        except OSError as error:
            raise Refused(
                f"{self.partial} cannot be made: {error.strerror}. Give a folder that you may write."
            ) from error
        self._hold()
        return self.partial

    def _hold(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise Refused(
                f"Another examination is writing {self.partial}. Wait for it or give another folder."
            ) from error
        left = list(self.partial.iterdir())
        if strange := sorted({path.name for path in left} - OURS):
            os.close(self._lock)
            raise Refused(f"{self.partial} holds {strange[0]!r}, which no examination wrote. Move it, or name another.")
        for path in left:
            path.unlink()

    def __exit__(self, kind: object, *_: object) -> None:
        os.close(self._lock)
        if kind is Refused:
            shutil.rmtree(self.partial, ignore_errors=True)


class _Stalled(Exception):
    """The limited process took no step for too long."""


@dataclass
class _Run:
    given: Input
    settings: Settings
    walls: Walls
    place: Path
    progress: Progress | None
    board: Board = field(default_factory=Board)
    facts: dict[str, str] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.time)
    _steps: tuple[int, float] = (0, 0.0)

    def take_all(self) -> None:
        """Run the limited process to its end and write every good row it sends."""
        self.tables = {name: TableWriter(folder=self.place, table=name) for name in schema.TABLES}
        self._steps = (0, time.monotonic())
        running = cell.start(given=self.given, settings=self.settings, walls=self.walls, board=self.board)
        fault = None
        try:
            for frame in frames(running.pipe, tick=self._tick):
                self._take(frame)
        except (Garbled, _Stalled) as said:
            fault = str(said)
            running.kill()
        except BaseException:
            running.kill()
            running.ended()
            raise
        self._close(fault, running.ended())

    def _take(self, frame: Frame) -> None:
        if frame.table != "facts":
            self.tables[frame.table].take(frame.batch)
            return
        for fact in frame.batch.to_pylist():
            if not manifest.may_be_fact(fact["name"], fact["value"]):
                raise Garbled("The limited process sent a fact that is not one of ours.")
            if len(self.facts) < FACTS_MOST:
                self.facts[fact["name"][:64]] = fact["value"][:1000]

    def _tick(self) -> None:
        seen, now = self.board.look(), time.monotonic()
        if seen.steps != self._steps[0]:
            self._steps = (seen.steps, now)
        elif now - self._steps[1] > self.walls.stall_seconds:
            raise _Stalled(f"it took no step for {self.walls.stall_seconds:.0f} seconds")
        if self.progress:
            self.progress(seen)

    def _close(self, fault: str | None, ended: str | None) -> None:
        """Judge how the limited process ended, before the tables are closed."""
        if self.facts.get("landlock") == "0" and self.facts.get("seccomp") == "no" and not self.settings.weak_sandbox:
            raise Refused(NO_WALLS)
        died = self.facts.get("failed") or fault or ended
        if died or "finished" not in self.facts:
            self._incomplete(
                "process ended", f"The limited process stopped before the end: {died or 'no reason given'}."
            )
        elif self.facts["finished"] != "yes":
            self.unfinished.append(self.facts["finished"])
        self._add_up()
        for table in self.tables.values():
            table.close()

    def _incomplete(self, kind: str, sentence: str) -> None:
        """Say in both places why the catalogue is not complete."""
        reading = self.board.look().path
        where = f"while reading {reading!r}" if reading else None
        self.unfinished.append(sentence)
        row = schema.batch(schema.PROBLEMS_WIRE, [(None, None, None, kind, sentence, where)])
        self.tables["problems"].take(row)

    def _add_up(self) -> None:
        """Compare what the limited process counted with the rows that arrived."""
        for table, name in (("files", "entries"), ("volumes", "volumes")):
            counted, came = self.facts.get(f"count_{name}"), self.tables[table].rows
            if "finished" in self.facts and counted != str(came) and (counted or came):
                self._incomplete("count", f"{counted} {name} were counted and {came} rows arrived: they do not add up.")

    def finish(self, out: Path) -> Opened:
        """Write manifest and run.json, then give the folder its name."""
        others = {name: self.tables[name].rows for name in ("volumes", "problems")}
        counts = self.tables["files"].tally.counts() | others
        said = manifest.manifest(
            facts=self.facts,
            settings=self.settings,
            tables=self.tables,
            counts=counts,
            strong=self._strong(),
            unfinished=self.unfinished,
        )
        manifest.write(self.place, manifest.NAME, said)
        manifest.write(self.place, manifest.RUN, self._run_facts())
        digest = manifest.digest(self.place)
        synced(self.place)
        self.place.rename(out)
        synced(out.parent)
        return Opened(out, not self.unfinished, self.unfinished, counts, digest)

    def _strong(self) -> bool:
        return self.facts.get("landlock", "0") != "0" or self.facts.get("seccomp") == "yes"

    def _run_facts(self) -> dict[str, Any]:
        """What was true of this run only: no digest covers it."""
        return {
            "input_names": self.given.names,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started)),
            "seconds": round(time.time() - self.started, 3),
            "host": os.uname().nodename,
            "kernel": os.uname().release,
            "landlock": int(self.facts.get("landlock", "0")),
            "seccomp": self.facts.get("seccomp", "no"),
            "weak_sandbox": not self._strong(),
        }
