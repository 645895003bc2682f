"""What does The Sleuth Kit say of one name in a folder, and which rows does it make?

This is the path that every entry of an image takes: plain tuples and few calls, because a disk has millions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import pytsk3

from examiner.board import Board
from examiner.catalogue.schema import (
    DELETED,
    DIRECTORY,
    FILE,
    LINK,
    NAME_ONLY,
    ORPHAN,
    OTHER,
    PRESENT,
    REUSED,
)  # fmt: skip
from examiner.content import NOTHING, Outcome, Reader, refused
from examiner.names import Place, escape
from examiner.ntfs import large_index
from examiner.rows import Problem, Row
from examiner.settings import Settings
from examiner.streams import Stream, streams
from examiner.volumes import Volume

REGULAR = 1
WORTH_NAMING = 64 << 10  # a smaller file's folder is name enough, should the reading of it be the last thing done
KIND_OF_META = {1: FILE, 2: DIRECTORY, 6: LINK, 11: DIRECTORY}
KIND_OF_NAME = {5: FILE, 3: DIRECTORY, 6: LINK, 11: DIRECTORY}
NAME_IN_USE, META_IN_USE = 1, 1
ORPHANS = b"$OrphanFiles"
DOTS = {b".", b".."}
BAD_CLUSTERS = 8
INT64 = 1 << 63
NS = 1_000_000_000
EARLIEST, LATEST = -4_600_000_000, 9_223_372_030  # 1824 to 2262: what nanoseconds in 64 bits can hold
NO_DATES = (None, None, None, None)
LINK_LETTERS = 4096
LINKED_MOST = 100_000


class Folder(NamedTuple):
    """A folder to list: where it is, its address and depth, and whether what is in it was deleted or lost its folder.

    `large_index` is set for a folder that is listed from its own index (see examiner.ntfs).
    """

    place: Place
    address: int
    depth: int
    present: bool
    orphans: bool = False
    large_index: tuple[int, int] | None = None


class Name(NamedTuple):
    """A name as it stands in its folder."""

    folder: Folder
    raw: bytes
    allocated: bool
    type: int


class Entry(NamedTuple):
    """One row to be, and what orders it in its folder; `folder` is what to walk after it, if it is one."""

    order: tuple[bytes, bool, int, bytes]
    row: Row
    problems: tuple[Problem, ...] = ()
    folder: Folder | None = None


class Record(NamedTuple):
    """What all rows of one name share: columns that stand before and after those of a stream."""

    name: Name
    kind: str
    confidence: str
    address: int
    links: int
    path: tuple[str, str, bool]
    dates: Row


@dataclass
class Maker:
    """Makes the rows of one volume's names, reading what they hold."""

    volume: Volume
    reader: Reader
    settings: Settings
    board: Board
    zone: Row = ()
    _linked: dict[int, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.zone, self._number = self.volume.zone(), self.volume.number
        self._ntfs = self.volume.file_system == "NTFS"

    def entries(self, file: pytsk3.File, folder: Folder) -> list[Entry]:
        """The entry of a name and one for each further stream of it."""
        info = file.info
        said, meta, confidence = info.name, info.meta, PRESENT
        if said is None or (raw := said.name) in DOTS:
            return []
        if meta is not None and meta.type == REGULAR and said.flags & NAME_IN_USE:
            found = streams(file)
            if len(found) == 1 and not found[0].name:
                return [self._ordinary(file, found[0], meta, raw, folder)]
        name = Name(folder, raw, said.flags & NAME_IN_USE != 0, said.type)
        if meta is None or not name.allocated:
            file, meta, confidence = self._faint(file, name)
        return self.rows(file, meta, name, confidence)

    def _ordinary(self, file: Any, stream: Stream, meta: Any, raw: bytes, folder: Folder) -> Entry:
        """Nearly every entry of a disk: a file in use with one stream. The same row as `rows` makes, by a short way."""
        path, name, escaped = folder.place.beneath(raw)
        address, links = meta.addr, meta.nlink
        if stream.size > WORTH_NAMING:
            self.board.name(path)
        read = self.reader.digest if links <= 1 else self._once
        state, sha256, problem = read(file, stream, address, True)  # noqa: FBT003 - a keyword costs time here
        row = (
            self._number, path, name, "", escaped, FILE, stream.size if stream.size >= 0 else None, sha256, state, True,
            PRESENT, address if address < INT64 else None, links, None, *_dates(meta), *self.zone,
        )  # fmt: skip
        problems = () if problem is None else (Problem(self._number, path, "", *problem),)
        return Entry((raw, False, address, b""), row, problems, None)

    def rows(self, file: Any, meta: Any, name: Name, confidence: str) -> list[Entry]:
        """The entries of a name whose record is `meta`, or of a name alone."""
        path = name.folder.place.beneath(name.raw) if name.raw else ("/", "/", False)
        if meta is None:
            return [self._bare(name, path, confidence)]
        kind = KIND_OF_META.get(meta.type, OTHER)
        record = Record(name, kind, confidence, meta.addr, meta.nlink, path, _dates(meta))
        found = streams(file)
        return self._several(file, found, record, meta)

    def _several(self, file: Any, found: list[Stream], record: Record, meta: Any) -> list[Entry]:
        """Main entry first, then the further streams by name; what is beneath a folder comes after all of them."""
        plain = next((stream for stream in found if not stream.name), None)
        made = [self._main(file, plain, record, meta)]
        further = [self._further(file, stream, record) for stream in found if stream.name]
        made += sorted(further, key=itemgetter(0))
        if record.kind is DIRECTORY:
            made[-1] = made[-1]._replace(folder=self._folder(record, file))
        return made

    def _folder(self, record: Record, file: Any) -> Folder:
        above, raw = record.name.folder, record.name.raw
        orphans = above.orphans or (raw == ORPHANS and not above.place.raw)
        present = record.name.allocated and above.present
        path, _, escaped = record.path
        place = Place(path, path + "/", escaped, (*above.place.raw, raw)) if raw else above.place
        large = large_index(file) if self._ntfs and present else None
        return Folder(place, record.address, above.depth + 1, present, orphans, large)

    def _faint(self, file: pytsk3.File, name: Name) -> tuple[Any, Any, str]:
        """What remains of a deleted name: its record, unless that is gone or has become another file."""
        meta = file.info.meta
        if meta is None and file.info.name.meta_addr:
            file, meta = self._reopened(file.info.name)
        if meta is None:
            return file, None, PRESENT if name.allocated else NAME_ONLY
        if name.allocated:
            return file, meta, PRESENT
        if meta.flags & META_IN_USE:
            return file, None, REUSED
        return file, meta, ORPHAN if name.folder.orphans else DELETED

    def _reopened(self, said: Any) -> tuple[Any, Any]:
        try:
            assert self.volume.system
            file = self.volume.system.open_meta(said.meta_addr)
        except OSError:
            return None, None
        meta = file.info.meta
        same = meta is not None and (not said.meta_seq or meta.seq in (said.meta_seq, said.meta_seq + 1))
        return (file, meta) if same else (None, None)

    def _bare(self, name: Name, path: tuple[str, str, bool], confidence: str) -> Entry:
        """A name with nothing behind it."""
        kind = KIND_OF_NAME.get(name.type, OTHER)
        outcome = NOTHING
        problems: tuple[Problem, ...] = ()
        if name.allocated:
            sentence = "Not read: its name is in the folder, but the record it points to cannot be read."
            outcome = refused("no record", sentence) if kind is FILE else NOTHING
            problems = (Problem(self._number, path[0], "", "no record", sentence),)
        who = (self._number, path[0], path[1], "", path[2], kind, None, outcome.sha256, outcome.state)
        row = (*who, name.allocated, confidence, None, None, None, *NO_DATES, *self.zone)
        return Entry((name.raw, not name.allocated, 0, b""), row, problems)

    def _main(self, file: Any, stream: Stream | None, record: Record, meta: Any) -> Entry:
        if record.kind is FILE:
            outcome = self._read(file, stream, record) if stream else _without_stream(record, meta.size)
        else:
            outcome = NOTHING
        link = _link_text(meta.link) if record.kind is LINK else None
        size = stream.size if stream else meta.size
        return self._entry(record, ("", b"", size, link), record.kind, outcome)

    def _further(self, file: Any, stream: Stream, record: Record) -> Entry:
        """A further stream of an entry: an NTFS alternate data stream, or a resource fork."""
        if record.address == BAD_CLUSTERS and stream.name == b"$Bad":
            outcome = NOTHING  # NTFS's map of bad clusters: as long as the volume, and nothing of it is a file's
        else:
            outcome = self._read(file, stream, record)
        try:
            text = stream.name.decode()
        except UnicodeDecodeError:
            text = escape(stream.name)
        return self._entry(record, (text, stream.name, stream.size, None), FILE, outcome)

    def _read(self, file: Any, stream: Stream, record: Record) -> Outcome:
        """Digest a stream; should this be the last thing done, its path is known."""
        self.board.name(record.path[0])
        present = record.confidence is PRESENT
        if not present and not self.settings.read_deleted:
            return NOTHING
        if record.links > 1 and present and not stream.name:
            return self._once(file, stream, record.address, present)
        return self.reader.digest(file, stream, record.address, present)

    def _once(self, file: Any, stream: Stream, address: int, present: bool) -> Outcome:  # noqa: FBT001 - as digest
        """Digest a stream that has several names once for all of them."""
        if address not in self._linked:
            if len(self._linked) >= LINKED_MOST:
                self._linked.clear()
            self._linked[address] = self.reader.digest(file, stream, address, present)
        return self._linked[address]

    def _entry(self, record: Record, stream: tuple[str, bytes, int, str | None], kind: str, outcome: Outcome) -> Entry:
        name, _, confidence, address, links, path, dates = record
        text, raw, size, link = stream
        state, sha256, problem = outcome
        row = (
            self._number, path[0], path[1], text, path[2], kind, size if size >= 0 else None, sha256, state,
            name.allocated, confidence, address if address < INT64 else None, links, link, *dates, *self.zone,
        )  # fmt: skip
        problems = () if problem is None else (Problem(self._number, path[0], text, *problem),)
        return Entry((name.raw, not name.allocated, address, raw), row, problems)


def _without_stream(record: Record, size: int) -> Outcome:
    if record.confidence is PRESENT and size:
        return refused("no stream", "Not read: its record says it has bytes, but not where they lie.")
    return NOTHING


def _dates(meta: Any) -> Row:
    """Modified, accessed, changed and born, as nanoseconds since 1970; None for one that was not written."""
    modified, accessed, changed, born = meta.mtime, meta.atime, meta.ctime, meta.crtime
    if (
        not EARLIEST < modified < LATEST
        or not EARLIEST < accessed < LATEST
        or not EARLIEST < changed < LATEST
        or not EARLIEST < born < LATEST
    ):
        return tuple(_within(second) for second in (modified, accessed, changed, born))
    return (
        modified * NS + meta.mtime_nano or None,
        accessed * NS + meta.atime_nano or None,
        changed * NS + meta.ctime_nano or None,
        born * NS + meta.crtime_nano or None,
    )


def _within(second: int) -> int | None:
    """A time whose fellow is out of the range that is kept, to the second; None if it is out of range itself."""
    return second * NS or None if EARLIEST < second < LATEST else None


def _link_text(link: Any) -> str | None:
    return None if link is None else bytes(link)[:LINK_LETTERS].decode("utf-8", "backslashreplace")
