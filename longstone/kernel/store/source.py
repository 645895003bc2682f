"""May a file of this machine be taken in? Only a plain file, opened itself, that holds still meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.refusals import Refusal

NOT_OPENED = {
    errno.ENOENT: "There is no {}. Check the name.",
    errno.ENOTDIR: "There is no {}. Check the name.",
    errno.ELOOP: "{} is a link. Name the file itself.",
    errno.EACCES: "This account may not read {}. Ask for the right to read it, or copy it to a place that can be read.",
    errno.ENXIO: "{} is not a file. Name the file itself, not a socket, pipe or device.",
}


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Give a plain file to read; refuse links, folders, pipes and devices, and a file that changes while it is read."""
    with os.fdopen(_plain(path), "rb", buffering=0) as source:
        before = os.fstat(source.fileno())
        yield source
        after = os.fstat(source.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Refusal(f"{path} changed while it was taken in. Close what is writing to it, then try again.")


def _plain(path: Path) -> int:
    handle = _handle(path)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refusal(f"{path} is not a file. Name the file itself, not a folder, pipe or device.")
    return handle


def _handle(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not hang us
    except OSError as error:
        sentence = NOT_OPENED.get(error.errno or 0, "{} could not be opened: " + f"{error.strerror}.")
        raise Refusal(sentence.format(path)) from error
    except ValueError as error:
        raise Refusal("That is not the name of a file. Check the name.") from error
