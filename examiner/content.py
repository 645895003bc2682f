"""What is the SHA-256 of a stream, and if it cannot be told, why not?

Bytes that lie in plain runs are read straight from the media, once, with the runs that The Sleuth Kit found; all
else (resident, compressed, encrypted, deleted, other file systems) is read through The Sleuth Kit. Holes are zeros
that were never stored: they are hashed up to a limit that counts bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import pytsk3

from examiner.board import Board
from examiner.catalogue.schema import NO_CONTENT, NOT_READ, READ
from examiner.ntfs import Initialised
from examiner.settings import GIB, Settings
from examiner.sources import Source
from examiner.streams import NOT_RESIDENT, Stream
from examiner.volumes import Volume, tsk_words

PIECE = 256 << 10
TSK_PIECE = 1 << 20
ZEROS = memoryview(bytes(1 << 20))
IN_RUNS = 3  # in use and not resident, and nothing else: not compressed, encrypted or recovered
PLAIN_IN_NTFS = (IN_RUNS, 0x43)  # or sparse besides
FAMILIES_READ_DIRECTLY = {"ext2", "ext3", "ext4", "FAT12", "FAT16", "FAT32", "exFAT", "NTFS"}


class Outcome(NamedTuple):
    """State, digest, and for a stream that was not read, the kind and sentence of the problem."""

    state: str
    sha256: str | None = None
    problem: tuple[str, str] | None = None


NOTHING = Outcome(NO_CONTENT)
EMPTY = Outcome(READ, hashlib.sha256(b"").hexdigest())


def refused(kind: str, sentence: str) -> Outcome:
    return Outcome(NOT_READ, None, (kind, sentence))


@dataclass
class Budget:
    """What may still be read and hashed over the whole input."""

    settings: Settings
    stored: int
    holes: int

    @classmethod
    def of(cls, settings: Settings, *, media: int) -> Budget:
        return cls(settings, media * settings.read_bytes_per_input_byte + GIB, settings.hole_bytes_in_all)

    def refusal(self, stored: int, holes: int) -> Outcome | None:
        """The refusal of a stream with so many bytes stored and so many in holes, or None and it is paid for."""
        if holes > self.settings.hole_bytes_per_file or holes > self.holes:
            return refused(
                "limit", f"Not read whole: {holes} of its bytes are a hole that was never stored, over the limit."
            )
        if stored > self.stored:
            return refused("limit", "Not read: the files of this input claim far more bytes than it holds.")
        self.stored, self.holes = self.stored - stored, self.holes - holes
        return None


class Reader:
    """Reads and digests the streams of one volume."""

    def __init__(self, *, volume: Volume, source: Source, budget: Budget, board: Board) -> None:
        assert volume.system
        self._source, self._budget, self._board = source, budget, board
        self._start, self._block = volume.start, volume.block
        self._damaged = bool(source.damage.flaws)
        self._direct = volume.file_system in FAMILIES_READ_DIRECTLY
        self._valid = Initialised(volume.system) if volume.file_system == "NTFS" else None

    def digest(self, file: pytsk3.File, stream: Stream, address: int, present: bool) -> Outcome:  # noqa: FBT001 - hot
        """Read one stream to its end. `present` is false for what was deleted."""
        size = stream.size
        if size <= 0:
            return EMPTY if present and not size else NOTHING
        stored = min(size, stream.stored * self._block) if stream.flags & NOT_RESIDENT else size
        if refusal := self._budget.refusal(stored, size - stored) or (self._damaged and self._flaw(stream, address)):
            return refusal
        if present and self._direct and self._plain(stream, address):
            return self._from_runs(stream)
        return self._from_tsk(file, stream)

    def any_large_folder(self) -> bool:
        """Whether this volume holds a folder in which to look for deleted names would take a time without bound."""
        return self._valid is not None and self._valid.any_large_folder()

    def _flaw(self, stream: Stream, address: int) -> Outcome | None:
        """Refuse a stream that lies, even in part, in bytes that the container's checksums do not vouch for."""
        record = self._valid.where(address) if self._valid and not stream.runs else None
        for block, count, hole in stream.runs or ([(record // self._block, 1, False)] if record is not None else []):
            start = self._start + block * self._block
            touched = None if hole else self._source.damage.touched(start, count * self._block)
            if touched:
                return refused("damaged", f"Not read: it lies in part in {touched.where}, which is damaged.")
        return None

    def _plain(self, stream: Stream, address: int) -> bool:
        """Whether the runs alone tell every byte: none missing, none transformed, none beyond NTFS's valid length."""
        if stream.covered * self._block < stream.size:
            return False
        if self._valid is None:
            return stream.flags == IN_RUNS
        return stream.flags in PLAIN_IN_NTFS and not stream.name and self._valid.whole(address, stream.size)

    def _from_runs(self, stream: Stream) -> Outcome:
        block, count, hole = stream.runs[0]
        if stream.size <= PIECE and stream.size <= count * self._block and not hole:
            piece = self._source.read(self._start + block * self._block, stream.size)  # nearly every file there is
            self._board.read += stream.size
            return _outcome(hashlib.sha256(piece), stream.size, len(piece))
        digest, left = hashlib.sha256(), stream.size
        for block, count, hole in stream.runs:
            length = min(left, count * self._block)
            done = _zeros(digest, length) if hole else self._copy(digest, block, length)
            left -= done
            if done < length or not left:
                break
        return _outcome(digest, stream.size, stream.size - left)

    def _copy(self, digest: hashlib._Hash, block: int, length: int) -> int:
        offset, end = self._start + block * self._block, self._start + block * self._block + length
        read = self._source.read
        while offset < end and (piece := read(offset, min(PIECE, end - offset))):
            digest.update(piece)
            offset += len(piece)
            self._board.read += len(piece)
            self._board.post()
        return length - (end - offset)

    def _from_tsk(self, file: pytsk3.File, stream: Stream) -> Outcome:
        digest, at = hashlib.sha256(), 0
        try:
            while at < stream.size and (piece := self._piece(file, stream, at)):
                digest.update(piece)
                at += len(piece)
                self._board.read += len(piece)
        except OSError as error:
            return refused("unreadable", f"Not read whole: {at} of {stream.size} bytes, then: {tsk_words(error)}.")
        return _outcome(digest, stream.size, at)

    def _piece(self, file: pytsk3.File, stream: Stream, at: int) -> bytes:
        piece: bytes = file.read_random(at, min(TSK_PIECE, stream.size - at), stream.kind, stream.id)
        self._board.post()
        return piece


def _outcome(digest: hashlib._Hash, size: int, done: int) -> Outcome:
    if done == size:
        return Outcome(READ, digest.hexdigest())
    return refused("short", f"Not read whole: the image gives {done} of {size} bytes.")


def _zeros(digest: hashlib._Hash, length: int) -> int:
    for left in range(length, 0, -len(ZEROS)):
        digest.update(ZEROS[: min(left, len(ZEROS))])
    return length
