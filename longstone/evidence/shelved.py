"""What does this room keep in the store and on the shelf of catalogues, and is it still what it was?"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db.models import Q

from longstone.evidence.catalogue import folder
from longstone.evidence.models import Bundle, Copy, Examination
from longstone.kernel import store
from longstone.kernel.imports.models import sheets
from longstone.kernel.store.contract import Stray
from longstone.kernel.store.disk import Damaged, NotHeld, Stored, digest_of, sound, spoken, sync_folder
from longstone.kernel.store.reconciling import Expected, Holding

STORE, CATALOGUES = "store", "catalogues"
MANIFEST, RUN = "manifest.json", "run.json"
BECAUSE = "the store keeps the bytes of every force"


def copies() -> Iterator[Expected]:
    """Name the bytes of every copy and every bundle that has not been disposed of."""
    found = Copy.objects.everything(because=BECAUSE).filter(disposed_at=None)
    for sha256, size in found.values_list("sha256", "size").distinct():
        yield Expected(sha256, size, "copy")
    made = Bundle.objects.everything(because=BECAUSE).filter(state="ready", disposed_at=None)
    for sha256, bytes_ in made.values_list("sha256", "size").distinct():
        yield Expected(sha256, bytes_, "bundle")
    for sheet, its_size in sheets():
        yield Expected(sheet, its_size, "list")


def catalogues() -> Iterator[Expected]:
    """Name every catalogue whose copy has not been disposed of."""
    found = Examination.objects.everything(because=BECAUSE).filter(state="finished", copy__disposed_at=None)
    for digest in found.exclude(catalogue="").values_list("catalogue", flat=True).distinct():
        yield Expected(digest, None, "catalogue")


def wanted(holding: str, digest: str) -> bool:
    """Say whether any record still needs an object."""
    if holding == CATALOGUES:
        found = Examination.objects.everything(because=BECAUSE).filter(state="finished", copy__disposed_at=None)
        return found.filter(catalogue=digest).exists()
    copy = Copy.objects.everything(because=BECAUSE).filter(disposed_at=None, sha256=digest)
    return copy.exists() or Bundle.objects.everything(because=BECAUSE).filter(
        Q(sha256=digest, disposed_at=None)
    ).exists() or any(digest == sheet for sheet, _ in sheets())  # fmt: skip


class Catalogues:
    """The shelf of catalogues: folders, each under the digest of its manifest, which has the digests of its tables."""

    @property
    def address(self) -> str:
        """Say where it is."""
        return str(folder())

    def listing(self) -> Iterator[Stored | Stray]:
        """List the catalogues in the order of their digests, and what is none; one that is being made is passed over."""
        with spoken("Listing the catalogues"):
            for path in sorted(folder().glob("*")):
                if not path.name.startswith("making-"):
                    yield self._listed(path)

    def _listed(self, path: Path) -> Stored | Stray:
        size = sum(one.stat().st_size for one in path.glob("*")) if path.is_dir() else path.stat().st_size
        if path.is_dir() and len(path.name) == 64:  # noqa: PLR2004 - a digest in hex
            return Stored(path.name, size)
        return Stray(path.name, size, "is no catalogue.")

    def verify(self, sha256: str) -> Stored:
        """Read a catalogue through: its manifest against its name, each table against the manifest."""
        place = folder() / sound(sha256)
        with spoken(f"Reading the catalogue {sha256}"):
            if not place.is_dir():
                raise NotHeld(sha256)
            return self._verified(place)

    def _verified(self, place: Path) -> Stored:
        try:
            told = (place / MANIFEST).read_bytes()
        except FileNotFoundError as error:
            raise _changed(place, MANIFEST) from error
        if hashlib.sha256(told).hexdigest() != place.name:
            raise _changed(place, MANIFEST)
        tables = json.loads(told)["tables"]
        sizes = [self._table(place, f"{name}.parquet", stated["sha256"]) for name, stated in sorted(tables.items())]
        extra = {path.name for path in place.glob("*")} - {MANIFEST, RUN, *(f"{name}.parquet" for name in tables)}
        if extra:
            raise _changed(place, sorted(extra)[0])
        return Stored(place.name, len(told) + sum(sizes))

    def _table(self, place: Path, name: str, sha256: str) -> int:
        try:
            with (place / name).open("rb", buffering=0) as stream:
                found = digest_of(stream)
        except FileNotFoundError as error:
            raise _changed(place, name) from error
        if found.sha256 != sha256:
            raise _changed(place, name)
        return found.size

    def discard(self, sha256: str) -> None:
        """Remove a catalogue, for a disposal that two people ordered; one that is gone already is no fault."""
        place = folder() / sound(sha256)
        with spoken(f"Removing the catalogue {sha256}"):
            if place.is_dir():
                going = folder() / f"making-{sha256}"  # a name that nobody reads: half a catalogue is never seen
                shutil.rmtree(going, ignore_errors=True)
                place.rename(going)
                shutil.rmtree(going)
                sync_folder(folder())


def _changed(place: Path, name: str) -> Damaged:
    return Damaged(f"{name} of the catalogue {place.name} has changed. Do not use it; have the copy examined again.")


def holdings() -> Iterable[Holding]:
    """Give all that is verified each night and counted each day."""
    return [Holding(STORE, store.current(), copies), Holding(CATALOGUES, Catalogues(), catalogues)]
