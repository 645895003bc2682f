"""Can code that has taken over the limited process do anything at all?

Each act is tried for real, in a child that stands behind the same walls as the one that reads an image.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from examiner import landlock, sandbox, seccomp
from examiner.settings import Walls

X86 = platform.machine() == "x86_64"
NUMBERS = {"socket": (41, 198), "connect": (42, 203), "execve": (59, 221), "ptrace": (101, 117), "mount": (165, 40)}
PERMITTED, REFUSED, ODD = 0, 1, 2
SLACK = 64 << 20  # what a forked child may have given back before it asks

pytestmark = pytest.mark.skipif(
    platform.machine() not in {"x86_64", "aarch64"}, reason="The filter is written for x86_64 and aarch64."
)


def behind_walls(act: Callable[[], int], *, folder: int | None = None) -> int:
    """Do an act in a child behind all walls; gives PERMITTED, REFUSED or, if something else happened, ODD."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    try:
        sandbox.enter(walls=Walls(), keep=[], folder=folder)
        answer = act()
    except PermissionError:
        answer = REFUSED
    except OSError as error:
        answer = REFUSED if error.errno in {errno.EPERM, errno.EACCES} else ODD
    except BaseException:  # noqa: BLE001 - the child must never return into the test
        answer = ODD
    os._exit(answer)


def call(name: str, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    answer = libc.syscall(NUMBERS[name][0 if X86 else 1], *arguments)
    return REFUSED if answer < 0 and ctypes.get_errno() == errno.EPERM else PERMITTED


def opened(path: Path, flags: int) -> Callable[[], int]:
    def act() -> int:
        os.close(os.open(path, flags, 0o600))
        return PERMITTED

    return act


@pytest.mark.parametrize("name", NUMBERS)
def test_the_calls_that_reach_outside_are_refused(name):
    assert behind_walls(lambda: call(name, 2, 1, 0, 0, 0)) == REFUSED


def test_no_file_can_be_opened_by_name_when_an_image_is_read(tmp_path):
    (tmp_path / "secret").write_text("a")

    assert behind_walls(opened(tmp_path / "secret", os.O_RDONLY)) == REFUSED
    assert behind_walls(opened(tmp_path / "new", os.O_WRONLY | os.O_CREAT)) == REFUSED
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_read_can_not_be_written_nor_left(tmp_path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "a").write_text("a")
    (tmp_path / "other").write_text("b")
    handle = os.open(tmp_path / "given", os.O_RDONLY)

    assert behind_walls(opened(tmp_path / "given" / "a", os.O_RDWR), folder=handle) == REFUSED
    assert behind_walls(opened(tmp_path / "given" / "new", os.O_WRONLY | os.O_CREAT), folder=handle) == REFUSED
    if landlock.version():
        assert behind_walls(opened(tmp_path / "given" / "a", os.O_RDONLY), folder=handle) == PERMITTED
        assert behind_walls(opened(tmp_path / "other", os.O_RDONLY), folder=handle) == REFUSED
    os.close(handle)


def test_no_new_process_can_be_made():
    def act() -> int:
        if os.fork() == 0:
            os._exit(0)
        return PERMITTED

    assert behind_walls(act) == REFUSED


def test_no_memory_can_be_made_to_run():
    def act() -> int:
        import mmap

        mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        return PERMITTED

    assert behind_walls(act) == REFUSED


def test_no_other_process_can_be_killed():
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert behind_walls(lambda: os.kill(other.pid, signal.SIGKILL) or PERMITTED) == REFUSED
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


@pytest.mark.skipif(not X86, reason="The numbers of these two calls are written here for x86_64.")
def test_the_filter_alone_keeps_other_processes_safe():
    """An older Landlock does not stop signals, so the filter must."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    child = os.fork()
    if not child:
        sandbox._no_new_privileges()
        seccomp.restrict(may_open=False)
        os._exit(tries_to_harm(other.pid))
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == REFUSED
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


def tries_to_harm(other: int) -> int:
    """Signal another process, and set a limit of it from an address whose lower half is zero."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    place = libc.mmap(ctypes.c_void_p(1 << 33), ctypes.c_size_t(4096), 3, 0x32, -1, ctypes.c_long(0))
    ctypes.memmove(place, (7).to_bytes(8, "little") * 2, 16)
    limited = libc.syscall(302, other, resource.RLIMIT_NOFILE, ctypes.c_void_p(place), None)
    killed = libc.syscall(234, other, other, signal.SIGKILL)
    return REFUSED if limited == killed == -1 else PERMITTED


def test_no_descriptor_of_the_parent_is_left_open(tmp_path):
    handle = os.open(tmp_path, os.O_RDONLY)
    secret = os.dup2(handle, 900)  # a number that nothing else takes by chance

    def act() -> int:
        try:
            fcntl.fcntl(secret, fcntl.F_GETFD)
        except OSError as error:
            return REFUSED if error.errno == errno.EBADF else ODD
        return PERMITTED

    assert behind_walls(act) == REFUSED
    os.close(handle)
    os.close(secret)


def test_memory_beyond_the_wall_is_not_given():
    def act() -> int:
        try:
            bytearray(Walls().memory_bytes + SLACK)
        except MemoryError:
            return REFUSED
        return PERMITTED

    assert behind_walls(act) == REFUSED


def test_no_file_may_grow():
    def act() -> int:
        return REFUSED if resource.getrlimit(resource.RLIMIT_FSIZE) == (0, 0) else PERMITTED

    assert behind_walls(act) == REFUSED


def test_the_filters_of_both_architectures_end_in_a_refusal():
    for architecture, column in seccomp.MACHINES.values():
        program = seccomp.filter_for(architecture=architecture, column=column, may_open=False, process=1)

        assert program[-8:] == seccomp._op(seccomp.RETURN, seccomp.FAIL | errno.EPERM)
        assert len(program) // 8 < 4096
