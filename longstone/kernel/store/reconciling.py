"""Does what lies there agree with what the records say? By count, by bytes and by digest; every difference has a name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from longstone.kernel.store.contract import Stray
from longstone.kernel.store.disk import Stored


@dataclass(frozen=True)
class Expected:
    """One object that the records say is kept: its digest, its size if that is known, and what it is."""

    sha256: str
    size: int | None
    what: str


class Keeper(Protocol):
    """What can be listed and verified."""

    @property
    def address(self) -> str: ...
    def listing(self) -> Iterator[Stored | Stray]: ...
    def verify(self, sha256: str) -> Stored: ...


@dataclass(frozen=True)
class Holding:
    """Something that keeps objects, and the records of what it should keep."""

    name: str
    keeper: Keeper
    expected: Callable[[], Iterable[Expected]]


@dataclass(frozen=True)
class Known:
    """What else the house knows of objects: what was found wrong, what is late, what waits, and what was disposed of."""

    wrong: Mapping[str, str] = field(default_factory=dict)
    late: Collection[str] = frozenset()
    waiting: Collection[str] = frozenset()
    disposed: Collection[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """One difference: its kind, the name of the thing, the two sizes, and a sentence."""

    kind: str
    name: str
    said: str
    what: str = ""
    expected_size: int | None = None
    size: int | None = None


@dataclass
class Tally:
    """How much was expected and how much was found."""

    expected: int = 0
    expected_bytes: int = 0
    found: int = 0
    found_bytes: int = 0
    differences: list[Found] = field(default_factory=list)

    def settle(self, wanted: Collection[str]) -> None:
        """Take out what is no difference by now: what came, or was disposed of, while the listing was read."""
        came = {"extra": True, "missing": False}
        self.differences = [one for one in self.differences if came.get(one.kind) is not (one.name in wanted)]


def reconciled(expected: Iterable[Expected], listed: Iterable[Stored | Stray], known: Known) -> Tally:
    """Compare what is expected with what is there."""
    wanted = {one.sha256: one for one in expected}
    tally = Tally(len(wanted), sum(one.size or 0 for one in wanted.values()))
    seen = set()
    for one in listed:
        tally.found, tally.found_bytes = tally.found + 1, tally.found_bytes + one.size
        if isinstance(one, Stray):
            tally.differences.append(Found("stray", one.name, f"It {one.said}", size=one.size))
            continue
        seen.add(one.sha256)
        tally.differences += _unlike(one, wanted.get(one.sha256), known)
    tally.differences += _missing(wanted, seen) + _known(wanted, seen, known)
    return tally


def _unlike(one: Stored, wanted: Expected | None, known: Known) -> list[Found]:
    if wanted is None:
        return _unwanted(one, known)
    if wanted.size is None or wanted.size == one.size:
        return []
    said = f"It has {one.size} bytes and should have {wanted.size}."
    return [Found("size", one.sha256, said, wanted.what, wanted.size, one.size)]


def _unwanted(one: Stored, known: Known) -> list[Found]:
    if one.sha256 in known.disposed:
        return [Found("disposed", one.sha256, "It was disposed of, and lies there still.", size=one.size)]
    if one.sha256 in known.waiting:
        return []  # an act that was refused had linked it; its upload waits for another, or is swept
    return [Found("extra", one.sha256, "No record names it.", size=one.size)]


def _missing(wanted: Mapping[str, Expected], seen: Collection[str]) -> list[Found]:
    gone = sorted(set(wanted) - set(seen))
    return [Found("missing", name, "It is not there.", wanted[name].what, wanted[name].size) for name in gone]


def _known(wanted: Mapping[str, Expected], seen: Collection[str], known: Known) -> list[Found]:
    here = sorted(set(wanted) & set(seen))
    damaged = [Found("damaged", one, known.wrong[one], wanted[one].what) for one in here if one in known.wrong]
    late = [Found("late", one, "It was not verified in time.", wanted[one].what) for one in here if one in known.late]
    return damaged + late


def deadline(since: datetime, verified_at: datetime | None, cycle: timedelta) -> datetime:
    """Say by when an object must be verified: within a cycle of its last time, or of its coming."""
    return (verified_at or since) + cycle


def share(count: int, cycle: timedelta) -> int:
    """Say how many objects are verified each night, so that all are within a cycle."""
    nights = max(1, cycle.days)
    return -(-count // nights)
