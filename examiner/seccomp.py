"""Which system calls may the limited process still make? Those on one list; all others fail with EPERM.

The filter is classic BPF, as the kernel's `Documentation/userspace-api/seccomp_filter.rst` describes, for x86_64 and
aarch64. A call of another architecture (or x32) kills the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from dataclasses import dataclass

PR_SET_SECCOMP, FILTER_MODE = 22, 2
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
X32 = 0x40000000

# number on x86_64, number on aarch64 (None: it has no such call)
ALWAYS = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "poll": (7, None), "lseek": (8, 62),
    "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "pread64": (17, 67), "preadv": (295, 69), "preadv2": (327, 286), "readv": (19, 65),
    "writev": (20, 66), "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233), "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115), "getpid": (39, 172), "gettid": (186, 178), "exit": (60, 93),
    "exit_group": (231, 94), "fcntl": (72, 25), "getrusage": (98, 165), "times": (100, 153), "sigaltstack": (131, 132),
    "futex": (202, 98), "set_tid_address": (218, 96), "set_robust_list": (273, 99), "rseq": (334, 293),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "getrandom": (318, 278),
    "restart_syscall": (219, 128), "sched_getaffinity": (204, 123), "getcpu": (309, 168),
    "ppoll": (271, 73), "membarrier": (324, 283), "sysinfo": (99, 179), "uname": (63, 160),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
}  # fmt: skip
FOR_FOLDERS = {
    "newfstatat": (262, 79), "statx": (332, 291), "getdents64": (217, 61), "readlinkat": (267, 78), "dup": (32, 23),
    "stat": (4, None), "lstat": (6, None), "readlink": (89, None), "fstatfs": (138, 44), "fadvise64": (221, 223),
}  # fmt: skip
ABSENT = {"clone3": (435, 435)}  # fails as if the kernel had none: the C library then makes threads with clone
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CLONE_THREAD, PROT_EXEC = 0x10000, 4


@dataclass(frozen=True)
class Argument:
    """A call allowed only while one argument has (or lacks) some bits."""

    numbers: tuple[int | None, int | None]
    position: int
    bits: int
    must_have: bool


MEMORY = (Argument((9, 222), 2, PROT_EXEC, must_have=False), Argument((10, 226), 2, PROT_EXEC, must_have=False))
THREADS = (Argument((56, 220), 0, CLONE_THREAD, must_have=True),)
TGKILL, PRLIMIT64 = (234, 131), (302, 261)
OPENING = (Argument((257, 56), 2, WRITING, must_have=False), Argument((2, None), 1, WRITING, must_have=False))
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def restrict(*, may_open: bool) -> bool:
    """Install the filter on this process and all its threads to come; `may_open` leaves files openable to read."""
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        return False
    program = filter_for(architecture=machine[0], column=machine[1], may_open=may_open, process=os.getpid())
    return _install(program)


def filter_for(*, architecture: int, column: int, may_open: bool, process: int) -> bytes:
    """The filter, as BPF instructions of eight bytes, for the process of this number."""
    calls = ALWAYS | (FOR_FOLDERS if may_open else {})
    checked = MEMORY + THREADS + (OPENING if may_open else ())
    program = [
        _op(LOAD, ARCHITECTURE_AT),
        _op(JUMP_EQUAL, architecture, yes=1),
        _op(RETURN, KILL),
        _op(LOAD, NUMBER_AT),
    ]
    program += [_op(JUMP_AT_LEAST, X32, no=1), _op(RETURN, KILL)]
    program += _answer([pair[column] for pair in ABSENT.values()], FAIL | errno.ENOSYS)
    program += _answer([pair[column] for pair in calls.values()], ALLOW)
    for argument in checked:
        program += _checked(argument, column)
    program += _equal(PRLIMIT64[column], 2, 0)  # to ask for a limit, never to set one
    program += _equal(TGKILL[column], 0, process)  # a signal to itself (abort), never to another
    return b"".join([*program, _op(RETURN, FAIL | errno.EPERM)])


def _answer(numbers: list[int | None], answer: int) -> list[bytes]:
    return [
        op for number in numbers if number is not None for op in (_op(JUMP_EQUAL, number, no=1), _op(RETURN, answer))
    ]


def _checked(argument: Argument, column: int) -> list[bytes]:
    number = argument.numbers[column]
    if number is None:
        return []
    low_half = ARGUMENTS_AT + 8 * argument.position
    good, bad = _op(RETURN, ALLOW), _op(RETURN, FAIL | errno.EPERM)
    answers = [good, bad] if argument.must_have else [bad, good]
    return [_op(JUMP_EQUAL, number, no=4), _op(LOAD, low_half), _op(JUMP_ANY_BIT, argument.bits, no=1), *answers]


def _equal(number: int, position: int, value: int) -> list[bytes]:
    """Allow a call only while the whole of one argument, both halves of its eight bytes, is a value below 2^32."""
    low_half = ARGUMENTS_AT + 8 * position
    refusal = _op(RETURN, FAIL | errno.EPERM)
    halves = [_op(LOAD, low_half), _op(JUMP_EQUAL, value, no=2), _op(LOAD, low_half + 4), _op(JUMP_EQUAL, 0, yes=1)]
    return [_op(JUMP_EQUAL, number, no=6), *halves, refusal, _op(RETURN, ALLOW)]


def _op(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _install(program: bytes) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    held = ctypes.create_string_buffer(program, len(program))
    given = _Program(len(program) // 8, ctypes.cast(held, ctypes.c_char_p))
    return bool(libc.prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(given), 0, 0) == 0)
