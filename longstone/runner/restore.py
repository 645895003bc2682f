"""How does a house come back from a backup? Every digest is compared first; then all of it is laid down, or nothing counts (D11)."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from longstone.kernel import whole
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import StoreFault, copy, make_folder, spoken, sync_folder
from longstone.kernel.store.posix import Posix
from longstone.runner import archive, dump
from longstone.runner.archive import Archive, NoBackup

MARK = "restoring"
MOST_NAMED = 20
OUR_OWN = {"running"}


class Backup:
    """One whole backup that was found, with its keys."""

    def __init__(self, given: Path, keys: Path | None) -> None:
        folder = given
        if not (given / archive.MANIFEST).exists() and (given / "backups").is_dir():
            names = Archive(given).names()
            if not names:
                raise NoBackup(f"There is no whole backup in {given}.")
            folder = given / "backups" / names[-1]
        self.folder = folder
        self.told, self.digest = archive.manifest(folder)
        self.archive = Archive(folder.parent.parent)
        self.keys = self._keys(keys) if self.told["keys"] else None

    def _keys(self, given: Path | None) -> Path:
        name = self.told["keys"]["file"]
        told = given or beside(self.archive.root)
        return told / name if told.is_dir() else told

    def objects(self) -> Iterator[dict[str, Any]]:
        """Give what the store held."""
        return archive.lines(self.folder / archive.OBJECTS)

    def catalogues(self) -> Iterator[dict[str, Any]]:
        """Give the files of the catalogues."""
        return archive.lines(self.folder / archive.CATALOGUES)


def beside(root: Path) -> Path:
    """Give the folder of the keys if no other is named: beside the archive, not in it."""
    return root.with_name(f"{root.name}-keys")


def faults(backup: Backup) -> list[str]:
    """Read all of a backup and compare every digest; name what is missing, cut short or changed."""
    told = backup.told
    files = [
        (archive.DATABASE, told["database"]),
        (archive.OBJECTS, told["inventory"]),
        (archive.CATALOGUES, told["catalogues"]),
    ]
    found = [said for name, wanted in files for said in _file(backup.folder / name, wanted)]
    if backup.keys:
        found += _file(backup.keys, told["keys"])
    if found:  # the lists of the rest cannot be trusted
        return found
    rows = [*(backup.objects() if told["objects"] == "here" else []), *backup.catalogues()]
    return [said for row in rows for said in _object(backup.archive.objects, row)]


def _file(path: Path, wanted: dict[str, Any]) -> list[str]:
    try:
        found = archive.stored(path)
    except FileNotFoundError:
        return [f"{path} is missing."]
    except OSError as error:
        return [f"{path} cannot be read: {error.strerror}."]
    if found.size < wanted["size"]:
        return [f"{path} is cut short: {found.size} of {wanted['size']} bytes."]
    return [] if found.sha256 == wanted["sha256"] else [f"{path} is damaged: it does not have its digest."]


def _object(objects: Posix, row: dict[str, Any]) -> list[str]:
    return _file(objects.place(row["sha256"]), row)


def refuse_faults(backup: Backup) -> None:
    """Go on only with a backup in which nothing is wrong."""
    if found := faults(backup):
        more = f" And {len(found) - MOST_NAMED} more." if len(found) > MOST_NAMED else ""
        raise NoBackup(
            " ".join(found[:MOST_NAMED]) + more + " Nothing was restored. Choose another backup, or mend this one."
        )


def clear(home: Path, *, over: bool) -> None:
    """Refuse a home that holds anything; if told to go over it, move what is there aside and keep it."""
    there = [one for one in home.iterdir() if one.name not in OUR_OWN and not one.name.startswith("before-")]
    if there and not over:
        raise Refusal(
            f"{home} is not empty: it holds {', '.join(sorted(one.name for one in there)[:5])}. Set LONGSTONE_HOME to an empty "
            "folder, or say --over: what is there is then moved aside, not removed."
        )
    if there:
        aside = home / f"before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        aside.mkdir(mode=0o700)
        for one in there:
            one.rename(aside / one.name)
        sync_folder(home)


def removed_since(outside: Path | None) -> set[str]:
    """Name the bytes that two people had removed, from the list that lies outside: they do not come back."""
    place = outside / "removed" if outside else None
    return set(place.read_text("ascii").split()) if place and place.exists() else set()


def lay_down(backup: Backup, home: Path, removed: set[str]) -> None:
    """Put keys, objects and catalogues in their places, but what was removed since, under a mark that says it is not finished."""
    with spoken("Restoring"):
        whole.write(home / MARK, f"{backup.folder.name}\n".encode())
        if backup.keys:
            _lay_keys(home, archive.unpack_keys(backup.keys.read_bytes()))
        if backup.told["objects"] == "here":
            into = Posix(home / "store")
            for row in (one for one in backup.objects() if one["sha256"] not in removed):
                into.put(backup.archive.objects.local(row["sha256"]), expected=row["sha256"])
        _lay_catalogues(backup, home / "catalogues", removed)


def _lay_keys(home: Path, files: dict[str, bytes]) -> None:
    make_folder(home / "keys")
    for name, told in files.items():
        whole.write(home / name, told)


def _lay_catalogues(backup: Backup, place: Path, removed: set[str]) -> None:
    for row in (one for one in backup.catalogues() if one["catalogue"] not in removed):
        path = place / row["catalogue"] / row["path"]
        if not path.resolve().is_relative_to(place.resolve()):
            raise NoBackup(f"The backup has a catalogue's file that lies outside its folder: {row['path']}.")
        make_folder(path.parent)
        with backup.archive.objects.local(row["sha256"]).open("rb", buffering=0) as source:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                stored = copy(source, handle)
            finally:
                os.close(handle)
        if stored.sha256 != row["sha256"]:
            raise StoreFault(f"{path} changed while it was restored. Look at the backup's disk.")
        sync_folder(path.parent)


def refuse_used(owner: str) -> None:
    """Refuse a database that holds tables already."""
    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if found and found[0]:
        raise Refusal("The database is not empty. Give an empty one; this one is left as it is.")


def put_back(backup: Backup, owner: str) -> None:
    """Read the database back."""
    dump.put_back(owner, backup.folder / archive.DATABASE)
    size, root = backup.told["ledger"]["size"], base64.b64decode(backup.told["ledger"]["root"])
    with psycopg.connect(owner) as connection:
        last = connection.execute("SELECT size, root FROM ledger_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    if last != ((size, root) if size else None):
        raise NoBackup("The restored ledger is not the one that the manifest names. Choose another backup.")


def say_restored(backup: Backup, owner: str) -> None:
    """Leave word in the database that it was restored: from now on nothing is signed until that is reconciled."""
    from hashlib import sha256

    size, root = backup.told["ledger"]["size"], base64.b64decode(backup.told["ledger"]["root"])
    with psycopg.connect(owner) as connection:
        connection.execute("DELETE FROM ledger_restoration WHERE reconciled_at IS NULL")  # one that the backup carried
        connection.execute(
            "INSERT INTO ledger_restoration (backup, backup_of, kept_size, kept_root, by_name, note) VALUES (%s, %s, %s, %s, '', '')",
            [backup.digest, backup.told["backup_of"], size, root or sha256().digest()],
        )


def erase_again(owner: str, outside: Path | None) -> int:
    """Erase again what was erased since the backup was made, from the list that lies outside; give how many entries."""
    told = (outside / "erased").read_text("ascii").split() if outside and (outside / "erased").exists() else []
    again = "UPDATE ledger_entry SET facts = '', on_label = '', salt = '' WHERE uuid = ANY(%s) AND facts <> ''"
    with psycopg.connect(owner) as connection:
        return connection.execute(again, [told]).rowcount


def finish(home: Path) -> None:
    """Take the mark away: the house is whole."""
    (home / MARK).unlink()
    sync_folder(home)


def refuse_half(home: Path) -> None:
    """Refuse to run from a home that a restore left half-made."""
    if (home / MARK).exists():
        raise Refusal(
            f"A restore into {home} did not come to its end, so it is half a house. Run `make restore` again, with --over."
        )
