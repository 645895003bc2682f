"""How does a backup lie on its disk? Objects once each, by digest; a folder a backup; its manifest last, so that half is never taken for whole."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from longstone.kernel import whole
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import Stored, digest_of, make_folder, spoken
from longstone.kernel.store.posix import Posix

FORMAT = "longstone-backup/1"
MANIFEST, DATABASE, OBJECTS, CATALOGUES = "manifest.json", "database.dump", "objects.jsonl", "catalogues.jsonl"
NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z(-[0-9]+)?", re.ASCII)


class NoBackup(Refusal):
    """This is no whole backup; the sentence says why."""


class Archive:
    """A folder of backups of one house."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.backups = root / "backups"
        self.objects = Posix(root)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the archive for one backup, and remove what a killed one left: it has no manifest, so nobody takes it for a backup."""
        with spoken("Opening the folder of backups"):
            make_folder(self.backups)
            lock = (self.root / "held").open("a")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NoBackup(f"Another backup is being written to {self.root}. Wait for it.") from None
            self.objects.sweep_incoming()
            for left in self.backups.iterdir():
                if not (left / MANIFEST).exists():
                    shutil.rmtree(left)
            yield

    def names(self) -> list[str]:
        """Name the whole backups, the oldest first."""
        found = self.backups.iterdir() if self.backups.is_dir() else []
        return sorted(one.name for one in found if NAME.fullmatch(one.name) and (one / MANIFEST).is_file())

    def begin(self, name: str) -> Path:
        """Make the folder of a new backup."""
        folder, number = self.backups / name, 2
        while folder.exists():
            folder, number = self.backups / f"{name}-{number}", number + 1
        with spoken("Beginning the backup"):
            make_folder(folder)
        return folder


def finish(folder: Path, manifest: dict[str, Any]) -> str:
    """Write the manifest, with its own digest on its second line; only now is this a backup. Gives the digest."""
    told = json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()
    digest = hashlib.sha256(told).hexdigest()
    with spoken("Writing the manifest"):
        whole.write(folder / MANIFEST, told + b"\n" + digest.encode() + b"\n")
    return digest


def manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """Read a backup's manifest and give it with its digest; raises NoBackup."""
    try:
        told, digest, rest = (folder / MANIFEST).read_bytes().split(b"\n")
    except FileNotFoundError:
        raise NoBackup(f"{folder} holds no manifest, so it is no whole backup. Choose another.") from None
    except OSError as error:
        raise NoBackup(f"{folder / MANIFEST} cannot be read: {error.strerror}.") from error
    except ValueError:
        raise NoBackup(f"{folder / MANIFEST} is cut short or damaged. Choose another backup.") from None
    if rest or hashlib.sha256(told).hexdigest().encode() != digest:
        raise NoBackup(f"{folder / MANIFEST} is damaged: it does not have its own digest. Choose another backup.")
    found = json.loads(told)
    if found.get("format") != FORMAT:
        raise NoBackup(f"{folder} is a backup in a format of another version ({found.get('format')}).")
    return dict(found), digest.decode()


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Stored:
    """Write one JSON object a line."""
    with spoken(f"Writing {path.name}"):
        return whole.write(path, (json.dumps(row, sort_keys=True).encode() + b"\n" for row in rows))


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read one JSON object a line."""
    with path.open("rb") as told:
        for line in told:
            yield json.loads(line)


def pack_keys(home: Path) -> bytes:
    """Put every key and secret of a home into one text: whoever has it can sign as the force and open what is sealed."""
    paths = [*sorted((home / "keys").glob("*")), home / "database-roles.json"]
    found = [path for path in paths if path.is_file() and not path.name.endswith(".new")]
    told = {str(path.relative_to(home)): base64.b64encode(path.read_bytes()).decode() for path in found}
    return json.dumps({"format": "longstone-keys/1", "files": told}, sort_keys=True).encode()


def unpack_keys(told: bytes) -> dict[str, bytes]:
    """Give the files of packed keys by their names; only names that a home has are taken."""
    files = json.loads(told)["files"]
    if strange := [name for name in files if not re.fullmatch(r"keys/[\w.-]+|database-roles\.json", name, re.ASCII)]:
        raise NoBackup(f"The file of keys holds {strange[0]!r}, which is no key.")
    return {name: base64.b64decode(value) for name, value in files.items()}


def stored(path: Path) -> Stored:
    """Read a file for its digest and size."""
    with path.open("rb", buffering=0) as stream:
        return digest_of(stream)
