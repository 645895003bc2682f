"""How is everything the house keeps copied to another disk while it runs? The database first, then what is written once (D11).

Objects are never changed, so all that the database speaks of at its snapshot can still be copied afterwards. What was disposed of
meanwhile is gone by decision, and the backup says so. Uploads that nobody claimed yet are left out: their senders still have them.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from longstone.kernel import whole
from longstone.kernel.acting import acting
from longstone.kernel.actor import machine
from longstone.kernel.store.disk import Damaged, StoreFault, make_folder, spoken
from longstone.runner import archive, dump
from longstone.runner.archive import Archive

DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
BACKUP = machine("the backup")


class Source(io.RawIOBase):
    """An object on its way out of the store: a fault of the store is told apart from one of the backup's disk."""

    def __init__(self, stream: io.RawIOBase) -> None:
        super().__init__()
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            return int(self.stream.readinto(buffer) or 0)
        except StoreFault as fault:
            raise NotCopied(fault.sentence) from fault


class NotCopied(Exception):
    """One thing of the house cannot be copied; the backup goes on, and says so."""


@dataclass(frozen=True)
class House:
    """Where the house keeps what is copied."""

    home: Path
    origin: str
    store: Any
    catalogues: Path


@dataclass
class Made:
    """What has come into the backup so far."""

    folder: Path
    now: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    amiss: list[str] = field(default_factory=list)
    objects: int = 0
    bytes: int = 0


def back_up(to: Path, keys_to: Path, *, owner: str) -> str:
    """Copy everything to an archive, and give the backup's name; the worker's settings are already Django's."""
    from django.conf import settings

    from longstone.evidence.catalogue import folder
    from longstone.kernel import store
    from longstone.kernel.store.encrypted import Encrypted

    here = store.current()
    beneath = here.beneath if isinstance(here, Encrypted) else here  # as they lie; their keys are in the database
    house = House(Path(settings.LONGSTONE_HOME), settings.LONGSTONE_ORIGIN, beneath, folder())
    made_at, kept = datetime.now(UTC), Archive(to)
    with kept.held():
        made = Made(kept.begin(f"{made_at:%Y%m%dT%H%M%SZ}"), made_at)
        with snapshot() as (name, wanted, facts):
            made.facts |= facts
            made.facts["database"] = _told(dump.dump(owner, made.folder / archive.DATABASE, snapshot=name))
        digest = fill(kept, made, house, wanted, keys_to)
    _note(made, digest)
    return made.folder.name


def fill(kept: Archive, made: Made, house: House, wanted: dict[str, set[str]], keys_to: Path) -> str:
    """Copy what the database's dump speaks of, and write the manifest last; give its digest."""
    _objects(kept, made, house.store, wanted["objects"])
    _catalogues(kept, made, house.catalogues, wanted["catalogues"])
    made.facts["keys"] = _keys(house.home, keys_to, made.folder.name)
    return archive.finish(made.folder, _manifest(made, house.origin))


@contextmanager
def snapshot() -> Iterator[tuple[str, dict[str, set[str]], dict[str, Any]]]:
    """Hold one moment of the database; give its name, what it speaks of, and how far the ledger was."""
    from django.db import connection, transaction

    with acting(BACKUP), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot(), now(), current_setting('server_version')")
        name, at, server = cursor.fetchone()
        facts = {"backup_of": at.isoformat(), "server": server, "ledger": _ledger()}
        yield name, _wanted(), facts


def _wanted() -> dict[str, set[str]]:
    from longstone.evidence.models import Bundle, Copy, Examination
    from longstone.kernel.imports.models import sheets

    why = "a backup holds whatever the record speaks of"
    copies = set(Copy.objects.everything(because=why).values_list("sha256", flat=True))
    bundles = set(Bundle.objects.everything(because=why).exclude(sha256="").values_list("sha256", flat=True))
    lists = {sha256 for sha256, _ in sheets()}
    examined = Examination.objects.everything(because=why).exclude(catalogue="")
    return {"objects": copies | bundles | lists, "catalogues": set(examined.values_list("catalogue", flat=True))}


def _ledger() -> dict[str, Any]:
    from longstone.kernel.models import Checkpoint, Waiting

    last = Checkpoint.objects.order_by("-size").first()
    waiting = Waiting.objects.count()
    if last is None:
        return {"size": 0, "root": "", "note": "", "waiting": waiting}
    return {
        "size": last.size,
        "root": base64.b64encode(bytes(last.root)).decode(),
        "note": last.note,
        "waiting": waiting,
    }


def _objects(kept: Archive, made: Made, here: Any, wanted: set[str]) -> None:
    """Copy every object that the archive does not hold yet, reading it through its digest, and write the inventory."""
    inside = []
    if not isinstance(here, type(kept.objects)):  # a bucket keeps its own copies; its inventory says which
        made.facts["objects"] = "elsewhere"
        made.facts["inventory"] = _told(archive.write_lines(made.folder / archive.OBJECTS, _rows(here.inventory())))
        return
    for one in here.inventory():
        if _copied(kept, made, here, one):
            inside.append({"sha256": one.sha256, "size": one.size})
            made.objects, made.bytes = made.objects + 1, made.bytes + one.size
    found = {row["sha256"] for row in inside}
    made.amiss += [
        f"object {digest}: {why}" for digest in sorted(wanted - found - _named(made)) if (why := _why(digest))
    ]
    made.facts["objects"] = "here"
    made.facts["inventory"] = _told(archive.write_lines(made.folder / archive.OBJECTS, inside))


def _why(digest: str) -> str:
    """Say why an object that the record speaks of did not lie there; nothing if it lies under another name, or was disposed of."""
    from longstone.kernel import store

    try:
        store.open(digest).close()
    except store.Disposed:
        return ""
    except StoreFault:
        return "the store does not hold it"
    return ""


def _rows(inventory: Iterator[Any]) -> Iterator[dict[str, Any]]:
    return ({"sha256": one.sha256, "size": one.size} for one in inventory)


def _named(made: Made) -> set[str]:
    return {line.split()[1].rstrip(":") for line in made.amiss}


def _copied(kept: Archive, made: Made, here: Any, one: Any) -> bool:
    with suppress(StoreFault):
        if kept.objects.has(one.sha256) and kept.objects.size(one.sha256) == one.size:
            return True
    try:
        with here.open(one.sha256) as stream:
            kept.objects.put(Source(stream), expected=one.sha256)  # type: ignore[arg-type]
    except (NotCopied, Damaged) as fault:
        made.amiss.append(f"object {one.sha256}: {fault}")
        return False
    return True


def _catalogues(kept: Archive, made: Made, place: Path, wanted: set[str]) -> None:
    """Copy the files of every catalogue as objects, and write down which file of which catalogue each is."""
    rows = []
    found = {one.name for one in place.iterdir() if DIGEST.fullmatch(one.name)} if place.is_dir() else set()
    for name in sorted(found):
        rows += _catalogue(kept, made, place / name)
    made.amiss += [f"catalogue {name}: it is not there" for name in sorted(wanted - found)]
    made.facts["catalogues"] = _told(archive.write_lines(made.folder / archive.CATALOGUES, rows))


def _catalogue(kept: Archive, made: Made, place: Path) -> list[dict[str, Any]]:
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    rows = []
    for path in paths:
        stored = kept.objects.put(path)
        if path.name == "manifest.json" and path.parent == place and stored.sha256 != place.name:
            made.amiss.append(f"catalogue {place.name}: its manifest has changed")
        told = {"catalogue": place.name, "path": str(path.relative_to(place))}
        rows.append({**told, "sha256": stored.sha256, "size": stored.size})
        made.bytes += stored.size
    return rows


def _keys(home: Path, keys_to: Path, name: str) -> dict[str, Any]:
    """Write the keys apart from everything that they open."""
    with spoken("Writing the keys"):
        make_folder(keys_to)
        told = _told(whole.write(keys_to / f"{name}.keys", archive.pack_keys(home)))
    return {**told, "file": f"{name}.keys"}


def _told(stored: Any) -> dict[str, Any]:
    return {"sha256": stored.sha256, "size": stored.size}


def _manifest(made: Made, origin: str) -> dict[str, Any]:
    told = {"format": archive.FORMAT, "name": made.folder.name, "origin": origin, **made.facts}
    return {**told, "began_at": made.now.isoformat(), "ended_at": datetime.now(UTC).isoformat(), "amiss": made.amiss}


def _note(made: Made, digest: str) -> None:
    """Enter the backup in the house's record, and bring what lies outside up to date."""
    from longstone.kernel import backups
    from longstone.kernel.ledger import restorations

    counted = {"ledger_size": made.facts["ledger"]["size"], "objects_kept": made.objects, "bytes_kept": made.bytes}
    backups.backed_up(
        by=backups.KEEPER, at=datetime.now(UTC), name=made.folder.name, manifest=digest,
        backup_of=datetime.fromisoformat(made.facts["backup_of"]), counted=counted, amiss="; ".join(made.amiss),
    )  # fmt: skip
    restorations.keep_outside()
