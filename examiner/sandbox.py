"""What walls stand around the process that reads hostile bytes, and did they go up?

Called once, in the child, before it looks at a single byte of the input.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Iterable
from dataclasses import dataclass

from examiner import landlock, seccomp
from examiner.settings import Walls

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38


@dataclass(frozen=True)
class Standing:
    """Which walls stand: the Landlock version (0: none) and whether the system-call filter is in place."""

    landlock: int
    seccomp: bool

    @property
    def strong(self) -> bool:
        return bool(self.landlock or self.seccomp)


def enter(*, walls: Walls, keep: Iterable[int], folder: int | None) -> Standing:
    """Put up every wall that this kernel has, keeping only these descriptors open.

    `folder` is a descriptor of the one folder that stays readable, or None when nothing may be opened at all.
    """
    die_with_parent()
    _silence()
    _close_all_but({*keep, 0, 1, 2} | ({folder} if folder is not None else set()))
    _limit(walls)
    _no_new_privileges()
    files = landlock.restrict(readable=folder)
    return Standing(files, seccomp.restrict(may_open=folder is not None))


def die_with_parent() -> None:
    """Be killed when the parent dies, and leave no core file."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _no_new_privileges() -> None:
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)


def _close_all_but(keep: set[int]) -> None:
    edges = sorted(keep)
    for low, high in zip(edges, [*edges[1:], 1 << 16], strict=True):
        os.closerange(low + 1, high)


def _limit(walls: Walls) -> None:
    """No file may grow, no core is left; memory is what is mapped now and so much more."""
    mapped = _mapped_now()
    _cap(resource.RLIMIT_AS, mapped + walls.memory_bytes)
    _cap(resource.RLIMIT_CPU, walls.cpu_seconds)
    _cap(resource.RLIMIT_NOFILE, walls.open_files)
    _cap(resource.RLIMIT_FSIZE, 0)
    _cap(resource.RLIMIT_CORE, 0)


def _cap(limit: int, value: int) -> None:
    _, most = resource.getrlimit(limit)
    allowed = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (allowed, allowed))


def _mapped_now() -> int:
    with open("/proc/self/statm") as page:  # noqa: PTH123 - three words from the kernel
        return int(page.read().split()[0]) * resource.getpagesize()
