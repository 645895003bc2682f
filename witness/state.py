"""What did the witness cosign last? One note for each log, on disk before anybody is answered."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

from verifier import note


class BadState(RuntimeError):
    """What the witness remembers cannot be used; the sentence says why. It cosigns nothing until a person has looked."""


class State:
    """A folder with the last cosigned note of each log, for one witness at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._lock = (folder / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise BadState(f"Another witness uses {folder}. Stop it, or give this one a folder of its own.") from error

    def close(self) -> None:
        """Let another witness use the folder."""
        self._lock.close()

    def _place(self, log: str) -> Path:
        return self.folder / f"{log}.checkpoint"

    def whole(self, log: str) -> bytes:
        """Give the note last cosigned for a log, known by the SHA-256 of its origin in hex; empty if there is none."""
        try:
            return self._place(log).read_bytes()
        except FileNotFoundError:
            return b""

    def latest(self, origin: str) -> note.Checkpoint:
        """Give the checkpoint last cosigned for an origin: of the empty tree if there is none. Raises BadState."""
        raw = self.whole(named(origin))
        if not raw:
            return note.Checkpoint(origin, 0, hashlib.sha256().digest())
        try:
            found = note.parse_checkpoint(note.parse_note(raw).text)
        except note.BadNote as error:
            raise BadState(f"What is remembered of {origin} is damaged: {error}") from error
        if found.origin != origin:
            raise BadState(f"What is remembered of {origin} belongs to {found.origin}.")
        return found

    def keep(self, origin: str, whole: str) -> None:
        """Remember a cosigned note; when this returns it outlives the machine's fall."""
        temporary = self.folder / f"{named(origin)}.new"
        with temporary.open("wb") as out:
            out.write(whole.encode())
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(self._place(named(origin)))
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def named(origin: str) -> str:
    """Give the name by which a log is asked for: SHA-256 of its origin, in hex (C2SP tlog-witness)."""
    return hashlib.sha256(origin.encode()).hexdigest()
