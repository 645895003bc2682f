"""What is in a folder that was handed in, read as the examiner's own system sees it?

Symbolic links are entries and are never followed; devices, pipes and sockets are never opened; another file system
mounted beneath is named and not entered.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from examiner.board import Board
from examiner.catalogue.schema import DIRECTORY, FILE, LINK, NO_CONTENT, OTHER, PRESENT
from examiner.content import NOTHING, Outcome, refused
from examiner.entries import LINK_LETTERS, Entry, Folder
from examiner.names import ROOT, Place
from examiner.rows import Full, Problem, Row, Rows
from examiner.settings import Settings

PIECE = 1 << 20
PATH_LONGEST = 4000
ZONE = ("UTC", "the examiner's own system, which keeps UTC")
TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
VOLUME = 0


@dataclass
class FolderExamination:
    """One folder, walked beneath an open descriptor of it."""

    top: int
    settings: Settings
    rows: Rows
    board: Board
    _device: int = 0
    _linked: dict[int, Outcome] = field(default_factory=dict)

    def run(self) -> dict[str, str]:
        """Send every row and give the facts for the manifest. A folder has no bytes of its own, so no digest."""
        self._device = os.fstat(self.top).st_dev
        self.rows.volume((VOLUME, "folder", "a folder of files", 0, 0, None, None, "walked", None))
        finished = "yes"
        try:
            self._walk()
        except Full:
            finished = "The walk stopped at its limit of entries: what comes after is not in this catalogue."
        self.rows.flush()
        counted = {f"count_{name}": str(count) for name, count in sorted(self.rows.counts.items())}
        return {"input_kind": "folder", "finished": finished} | counted

    def _walk(self) -> None:
        root = Folder(ROOT, 0, 0, present=True)
        stack: list[Iterator[Entry]] = [iter([self._root(root)])]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            self.rows.file(entry.row)
            for problem in entry.problems:
                self.rows.problem(problem)
            if entry.folder and self._may_enter(entry.folder):
                stack.append(self._list(entry.folder))

    def _root(self, root: Folder) -> Entry:
        row = _row(("/", "/", False), DIRECTORY, os.fstat(self.top), NOTHING, None)
        return Entry((b"", False, 0, b""), row, (), root)

    def _may_enter(self, folder: Folder) -> bool:
        if folder.depth > self.settings.depth or len(_relative(folder.place)) > PATH_LONGEST:
            self._say(folder.place, "limit", "Not entered: it lies too deep, or its path is too long.")
            return False
        return True

    def _list(self, folder: Folder) -> Iterator[Entry]:
        """Read a folder's entries one by one, so that what was read is sent even if the next is the last."""
        self.board.name(folder.place.text)
        try:
            handle = _opened(_relative(folder.place), TO_READ | os.O_DIRECTORY, self.top)
        except OSError as error:
            self._say(folder.place, "unreadable", f"The folder cannot be opened: {error.strerror}.")
            return
        try:
            yield from self._entries(handle, folder)
        finally:
            os.close(handle)

    def _entries(self, handle: int, folder: Folder) -> Iterator[Entry]:
        if os.fstat(handle).st_dev != self._device:
            self._say(folder.place, "other file system", "Not entered: another file system is mounted here.")
            return
        names = sorted(os.fsencode(name) for name in os.listdir(handle))
        if len(names) > self.settings.entries_in_one_folder:
            self._say(folder.place, "limit", f"Not listed whole: it holds {len(names)} entries, over the limit.")
        for name in names[: self.settings.entries_in_one_folder]:
            yield self._entry(handle, name, folder)

    def _entry(self, handle: int, name: bytes, folder: Folder) -> Entry:
        path = folder.place.beneath(name)
        try:
            about = os.stat(name, dir_fd=handle, follow_symlinks=False)
        except OSError as error:
            return self._gone(path, name, error)
        kind = _kind(about.st_mode)
        outcome = self._read(handle, name, about) if kind == FILE else NOTHING
        link = os.fsencode(os.readlink(name, dir_fd=handle)) if kind == LINK else None
        problems = (Problem(VOLUME, path[0], "", *outcome.problem),) if outcome.problem else ()
        deeper = Folder(folder.place.child(name), 0, folder.depth + 1, present=True) if kind == DIRECTORY else None
        return Entry((name, False, 0, b""), _row(path, kind, about, outcome, link), problems, deeper)

    def _gone(self, path: tuple[str, str, bool], name: bytes, error: OSError) -> Entry:
        sentence = f"Not read: it was listed, then could not be looked at: {error.strerror}."
        about = (VOLUME, path[0], path[1], "", path[2], OTHER, None, None, NO_CONTENT, True, PRESENT)
        row = (*about, None, None, None, None, None, None, None, *ZONE)
        return Entry((name, False, 0, b""), row, (Problem(VOLUME, path[0], "", "unreadable", sentence),))

    def _read(self, handle: int, name: bytes, about: os.stat_result) -> Outcome:
        if about.st_nlink <= 1:
            return self._digest(handle, name, about)
        if about.st_ino not in self._linked:
            self._linked[about.st_ino] = self._digest(handle, name, about)
        return self._linked[about.st_ino]

    def _digest(self, handle: int, name: bytes, about: os.stat_result) -> Outcome:
        holes = about.st_size - about.st_blocks * 512
        if holes > self.settings.hole_bytes_per_file:
            return refused(
                "limit", f"Not read whole: {holes} of its bytes are a hole that was never stored, over the limit."
            )
        try:
            file = _opened(name, TO_READ, handle)
        except OSError as error:
            return refused("unreadable", f"Not read: {error.strerror}.")
        try:
            return self._bytes(file, about.st_size)
        except OSError as error:
            return refused("unreadable", f"Not read whole: {error.strerror}.")
        finally:
            os.close(file)

    def _bytes(self, file: int, size: int) -> Outcome:
        digest, at = hashlib.sha256(), 0
        while piece := os.pread(file, PIECE, at):
            digest.update(piece)
            at += len(piece)
            self.board.read += len(piece)
            self.board.post()
            if at > size:
                break
        if at != size:
            return refused(
                "changed", f"Not read whole: it had {size} bytes and gave {at}; it changed while it was read."
            )
        return Outcome("read", digest.hexdigest())

    def _say(self, place: Place, kind: str, sentence: str) -> None:
        self.rows.problem(Problem(VOLUME, place.text, "", kind, sentence))


def _opened(name: bytes, flags: int, beneath: int) -> int:
    """Open without leaving a new time of access, where the system lets us (as owner or root)."""
    try:
        return os.open(name, flags | os.O_NOATIME, dir_fd=beneath)
    except PermissionError:
        return os.open(name, flags, dir_fd=beneath)


def _relative(place: Place) -> bytes:
    return b"/".join(place.raw) or b"."


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return FILE
    return DIRECTORY if stat.S_ISDIR(mode) else LINK if stat.S_ISLNK(mode) else OTHER


def _row(path: tuple[str, str, bool], kind: str, about: os.stat_result, outcome: Outcome, link: bytes | None) -> Row:
    state = outcome.state if kind == FILE else NO_CONTENT
    target = None if link is None else link[:LINK_LETTERS].decode("utf-8", "backslashreplace")
    who = (VOLUME, path[0], path[1], "", path[2], kind, about.st_size, outcome.sha256, state, True, PRESENT)
    times = (about.st_mtime_ns, about.st_atime_ns, about.st_ctime_ns, None)
    return (*who, about.st_ino, about.st_nlink, target, *times, *ZONE)
