"""What is in a volume, folder by folder, in one order that never varies?

An entry, its streams, then what is beneath it; the entries of one folder by the bytes of their names, what is present
before what was deleted. The walk keeps its own stack, so no depth of folders can exhaust it, and enters no folder
twice, so no loop can hold it.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

import pytsk3

from examiner import ntfs
from examiner.board import Board
from examiner.catalogue.schema import DIRECTORY, NO_CONTENT, PRESENT
from examiner.content import Budget, Reader
from examiner.entries import DOTS, NO_DATES, Entry, Folder, Maker, Name
from examiner.names import ROOT
from examiner.rows import Problem, Rows
from examiner.settings import Settings
from examiner.sources import Source
from examiner.volumes import Volume, tsk_words


class Walk:
    """One walk of one volume."""

    def __init__(
        self, *, volume: Volume, source: Source, budget: Budget, settings: Settings, rows: Rows, board: Board
    ) -> None:
        assert volume.system
        self._volume, self._system, self._settings = volume, volume.system, settings
        self._rows, self._board = rows, board
        self._reader = reader = Reader(volume=volume, source=source, budget=budget, board=board)
        self._maker = Maker(volume=volume, reader=reader, settings=settings, board=board)
        self._entered: dict[int, str] = {}

    def run(self) -> None:
        """Send the rows of every name in the volume. Raises Full when the limit of entries is reached."""
        stack, send = [iter(self._top())], self._rows.file
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            send(entry.row)
            for problem in entry.problems:
                self._rows.problem(problem)
            if entry.folder and self._may_enter(entry.folder):
                stack.append(iter(self._list(entry.folder)))

    def _top(self) -> list[Entry]:
        """The volume's own folder, as the first row."""
        address = int(self._system.info.root_inum)
        root = Folder(ROOT, address, 0, present=True)
        try:
            file = self._system.open_meta(address)
        except OSError as error:
            self._say(root, "unreadable", f"The volume's top folder has no readable record: {tsk_words(error)}.")
            return [self._bare_root(root)]
        name = Name(root, b"", allocated=True, type=3)
        made = self._maker.rows(file, file.info.meta, name, PRESENT)
        top = made[-1].folder or root
        return [*made[:-1], made[-1]._replace(folder=top._replace(depth=0))]

    def _bare_root(self, root: Folder) -> Entry:
        about = (self._volume.number, "/", "/", "", False, DIRECTORY, None, None, NO_CONTENT, True, PRESENT)
        row = (*about, root.address, None, None, *NO_DATES, *self._maker.zone)
        return Entry((b"", False, 0, b""), row, (), root)

    def _may_enter(self, folder: Folder) -> bool:
        refusal = self._refusal(folder)
        if refusal:
            self._say(folder, *refusal)
            return False
        self._entered[folder.address] = folder.place.text[:200]
        return True

    def _refusal(self, folder: Folder) -> tuple[str, str] | None:
        if folder.address in self._entered:
            before = self._entered[folder.address]
            return "loop", f"Not entered again: this folder's record was already walked as {before}."
        if folder.depth > self._settings.depth:
            return "limit", f"Not entered: it lies deeper than {self._settings.depth} folders."
        if folder.orphans and folder.depth == 1 and self._reader.any_large_folder():
            return (
                "deleted names",
                "Deleted files that no folder names were not looked for: a folder here is very large.",
            )
        if len(folder.place.text) > self._settings.path_bytes:
            return "limit", f"Not entered: its path is longer than {self._settings.path_bytes} characters."
        return None

    def _list(self, folder: Folder) -> list[Entry]:
        self._board.name(folder.place.text)
        made: list[Entry] = []
        try:
            for entries in self._found(folder):
                made += entries
                if len(made) >= self._settings.entries_in_one_folder:
                    self._say(folder, "limit", f"Not listed whole: it holds more than {len(made)} entries.")
                    break
        except OSError as error:
            self._unlisted(folder, error)
        made.sort(key=itemgetter(0))
        return made

    def _unlisted(self, folder: Folder, error: OSError) -> None:
        if folder.present and not folder.orphans:
            self._say(folder, "unreadable", f"The folder cannot be listed whole: {tsk_words(error)}.")
        else:
            self._say(
                folder, "deleted folder", f"What was in this deleted folder cannot be listed: {tsk_words(error)}."
            )

    def _found(self, folder: Folder) -> Iterator[list[Entry]]:
        if folder.large_index:
            yield from self._indexed(self._system.open_meta(folder.address), folder.large_index, folder)
            return
        entries = self._maker.entries
        for file in self._system.open_dir(inode=folder.address):
            yield entries(file, folder)

    def _indexed(self, opened: pytsk3.File, large: tuple[int, int], folder: Folder) -> Iterator[list[Entry]]:
        """List a very large NTFS folder from its own index (see ntfs.index_entries)."""
        said = "Deleted names of this very large folder were not looked for; those in use are all listed."
        self._say(folder, "deleted names", said)
        for found in ntfs.index_entries(opened, attribute=large[0], size=large[1]):
            if found.name not in DOTS:
                yield self._one_indexed(found, folder)

    def _one_indexed(self, found: ntfs.Indexed, folder: Folder) -> list[Entry]:
        name = Name(folder, found.name, allocated=True, type=3 if found.directory else 5)
        try:
            file = self._system.open_meta(found.address)
            meta = file.info.meta if file.info.meta.seq == found.sequence else None
        except OSError:
            file, meta = None, None
        return self._maker.rows(file, meta, name, PRESENT)

    def _say(self, folder: Folder, kind: str, sentence: str) -> None:
        self._rows.problem(Problem(self._volume.number, folder.place.text, "", kind, sentence))
