"""What ends a child when its parent is gone? On Linux the kernel tells it; elsewhere only an orderly stop does."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None  # found now: a forked child must not look it up


def die_with_parent() -> Callable[[], None]:
    """Give what a child runs before its program, so that it gets SIGINT when this process dies.

    The kernel counts the thread that starts the child as its parent: start children from the main thread.
    """
    parent = os.getpid()

    def ask() -> None:
        if PRCTL is None:
            return
        PRCTL(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask
