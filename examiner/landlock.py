"""May this process still open a file by name? Not after this, save beneath one folder and only to read.

Linux Landlock, `Documentation/userspace-api/landlock.rst`: the three system calls have the same numbers on every
architecture. No file, folder or (where the kernel knows them) network port, device command or signal is left open.
"""

from __future__ import annotations

import ctypes
import struct

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
NETWORK_RIGHTS, NETWORK_SINCE = 0b11, 4
SCOPES, SCOPES_SINCE = 0b11, 6

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The Landlock version of this kernel, or 0 if it has none."""
    return max(0, int(_libc.syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))


def restrict(*, readable: int | None) -> int:
    """Take away every right over files except reading beneath the folder open at `readable`; give the version, or 0."""
    abi = version()
    if not abi:
        return 0
    rules = _ruleset(abi)
    if rules < 0:
        return 0
    if readable is not None and not _allow_reading(rules, readable):
        return 0
    return 0 if _libc.syscall(RESTRICT_SELF, rules, 0) else abi


def _ruleset(abi: int) -> int:
    fields = [FILE_RIGHTS[min(abi, 5)]]
    if abi >= NETWORK_SINCE:
        fields.append(NETWORK_RIGHTS)
    if abi >= SCOPES_SINCE:
        fields.append(SCOPES)
    attributes = struct.pack(f"<{len(fields)}Q", *fields)
    return int(_libc.syscall(CREATE_RULESET, attributes, len(attributes), 0))


def _allow_reading(rules: int, folder: int) -> bool:
    beneath = struct.pack("<Qi", READ_FILE | READ_DIR, folder)
    return bool(_libc.syscall(ADD_RULE, rules, RULE_PATH_BENEATH, beneath, 0) == 0)
