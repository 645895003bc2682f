"""How is the limited process started, and how does it end?

The parent opens the input and forks; the child puts up its walls, reads, and sends rows. The child is a copy of the
caller at that moment: start an examination from a process that holds no secrets (the command line does).
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import signal
import time
from dataclasses import dataclass

from examiner import sandbox
from examiner.arrow import on_its_own
from examiner.board import Board
from examiner.examine import Examination
from examiner.folders import FolderExamination
from examiner.inputs import Input
from examiner.rows import Rows
from examiner.settings import Settings, Walls

NO_WALLS, DONE, FAILED = 3, 0, 1
COLLECT_AFTER, PIPE = 200_000, 1 << 20
SIGNALS: dict[int, str] = {
    signal.SIGXCPU: "it used more processor time than it may",
    signal.SIGSEGV: "it crashed on what it read",
}


@dataclass
class Cell:
    """A running limited process: its number and the pipe its rows come through."""

    pid: int
    pipe: int

    def kill(self) -> None:
        """Stop it at once; its death is awaited by `ended`."""
        os.kill(self.pid, signal.SIGKILL)

    def ended(self) -> str | None:
        """Wait for its end and say what went wrong, or None."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            return SIGNALS.get(number, f"it was killed (signal {number})")
        return None if os.WEXITSTATUS(status) == DONE else "it failed"


def start(*, given: Input, settings: Settings, walls: Walls, board: Board) -> Cell:
    """Fork the limited process and return at once."""
    reading, writing = os.pipe()
    with contextlib.suppress(OSError):  # a user may have too many large pipes already: then it goes slower
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE)
    gc.freeze()  # what is here now is never garbage in the child: it need not look at it again
    pid = os.fork()
    if pid:
        gc.unfreeze()
        os.close(writing)
        return Cell(pid, reading)
    os._exit(_inside(given, settings, walls, board, writing))


def _inside(given: Input, settings: Settings, walls: Walls, board: Board, pipe: int) -> int:
    """Everything the child does, from its first step to its exit code; nothing escapes into the caller's code."""
    try:
        on_its_own()
        os.environ["TZ"] = "UTC"  # a time without a zone is then kept as the clock face that was written
        time.tzset()
        gc.set_threshold(COLLECT_AFTER, 10, 10)
        standing = sandbox.enter(walls=walls, keep=[*given.parts, pipe], folder=given.folder)
        rows = Rows(pipe, board, settings)
        rows.facts({"landlock": str(standing.landlock), "seccomp": "yes" if standing.seccomp else "no"})
        if not standing.strong and not settings.weak_sandbox:
            return NO_WALLS
        return _examine(given, settings, board, rows)
    except BaseException:  # noqa: BLE001 - the child must never return into the parent's code
        return FAILED


def _examine(given: Input, settings: Settings, board: Board, rows: Rows) -> int:
    try:
        work: Examination | FolderExamination
        if given.folder is not None:
            work = FolderExamination(given.folder, settings, rows, board)
        else:
            work = Examination(given.parts, settings, rows, board)
        rows.facts(work.run())
    except MemoryError:
        rows.facts({"failed": "it needed more memory than it may have"})
        return FAILED
    except Exception as error:  # noqa: BLE001 - whatever hostile bytes cause becomes a sentence
        rows.facts({"failed": f"{type(error).__name__}: {error}"[:300]})
        return FAILED
    return DONE
