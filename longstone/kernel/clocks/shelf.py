"""Which clocks are there, and which calendars? Read strictly from every room's shelf, and the force's own from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from django.apps import apps
from django.conf import settings
from pydantic import Field, model_validator

from longstone.kernel import shelves
from longstone.kernel.clocks.days import Calendar, together
from longstone.kernel.clocks.rules import WORKING_DAYS, Reads, Terms

HERE = Path(__file__).parent / "holidays"
UNITS = Literal["minutes", "hours", "working_days", "calendar_days", "months"]
PLACES = ("england_and_wales", "scotland", "northern_ireland")
UK = "united_kingdom"


class Holidays(shelves.Strict):
    """The bank holidays of one place, from a day to a day: facts with their source."""

    id: str
    version: int
    title: str
    source: str
    first_day: date
    last_day: date
    days: dict[date, str]

    @model_validator(mode="after")
    def _within(self) -> Self:
        if outside := [day for day in self.days if not self.first_day <= day <= self.last_day]:
            raise ValueError(f"{outside[0]:%d/%m/%Y} lies outside first_day and last_day.")
        if weekend := [day for day in self.days if day.weekday() > 4]:  # noqa: PLR2004 - Friday
            raise ValueError(f"{weekend[0]:%d/%m/%Y} is no weekday: give its substitute day.")
        return self


class Clock(shelves.Strict):
    """A deadline: counted from what happens to what happens, or a day that stands in the row itself (`due_on`)."""

    id: str
    version: int = Field(ge=1)
    title: str
    of: str  # the kind of thing, as its table is called
    starts_on: list[str] = []
    ends_on: list[str] = []
    stops_on: list[str] = []  # what makes the deadline fall away without its being met
    pauses_on: list[str] = []
    resumes_on: list[str] = []
    lasts: int | None = Field(default=None, ge=1)
    unit: UNITS | None = None
    calendar: Literal["england_and_wales", "united_kingdom"] | None = None
    due_on: str | None = None  # the row's own field: the first day on which it is late
    warn_hours: int = Field(ge=0)
    tells: list[str] = Field(min_length=1)  # roles, besides the one whose it is
    page: str | None = None  # where it is done, for the thing's number
    source: str = Field(min_length=10)
    reason_needed: bool

    @model_validator(mode="after")
    def _whole(self) -> Self:
        counted = (bool(self.starts_on), bool(self.ends_on), self.lasts is not None, self.unit is not None)
        if self.due_on and any(counted):
            raise ValueError("a clock has due_on, or starts_on with ends_on, lasts and unit; not both.")
        if not self.due_on and not all(counted):
            raise ValueError("name starts_on, ends_on, lasts and unit, or due_on alone.")
        if self.unit == WORKING_DAYS and self.calendar is None:
            raise ValueError("name the calendar whose working days are counted.")
        if bool(self.pauses_on) != bool(self.resumes_on):
            raise ValueError("what is paused must be resumed by something: name pauses_on and resumes_on.")
        return self

    @property
    def reads(self) -> Reads:
        """Give what it is counted by."""
        named = (self.starts_on, self.ends_on, self.stops_on, self.pauses_on, self.resumes_on)
        return Reads(*map(frozenset, named))

    @property
    def events(self) -> frozenset[str]:
        """Name every happening that it is counted by."""
        return frozenset().union(self.starts_on, self.ends_on, self.stops_on, self.pauses_on, self.resumes_on)

    @property
    def terms(self) -> Terms:
        """Give how long it lasts."""
        if self.lasts is None or self.unit is None:
            raise ValueError(f"{self.id} stands in the row itself.")
        return Terms(self.lasts, self.unit, calendar(self.calendar) if self.calendar else None)

    @property
    def how_long(self) -> str:
        """Say how long it lasts, for a person."""
        if self.due_on:
            return "until the day that the record names"
        word = str(self.unit).replace("_", " ")
        said = f"{self.lasts} {word if self.lasts != 1 else word.removesuffix('s')}"
        return f"{said} ({calendar(self.calendar).title})" if self.calendar else said


def folders(name: str) -> Iterator[Path]:
    """Give a shelf's folders: each room's, the kernel's own, and the force's."""
    yield from (Path(app.path) / name for app in apps.get_app_configs() if app.name.startswith("longstone."))
    if settings.LONGSTONE_SHELVES:
        yield Path(settings.LONGSTONE_SHELVES) / name


def _named_rightly(name: str, one: Any) -> None:
    if name != f"{one.id}.v{one.version}":
        raise shelves.BadShelf(f"{name}.yaml says that it is {one.id}, version {one.version}. Name the file so.")


@cache
def versions() -> dict[tuple[str, int], Clock]:
    """Read every version of every clock."""
    found: dict[tuple[str, int], Clock] = {}
    for folder in folders("clocks"):
        for name, one in shelves.read(folder, Clock, "*.v*.yaml").items():
            _named_rightly(name, one)
            if (one.id, one.version) in found:
                raise shelves.BadShelf(f"{name}.yaml stands on two shelves. Give yours a higher version.")
            found[one.id, one.version] = one
    return found


@cache
def clocks() -> dict[str, Clock]:
    """Give the latest version of every clock, by its name."""
    return {one.id: one for _, one in sorted(versions().items())}


def clock(name: str, version: int) -> Clock | None:
    """Find a clock by its name and version; one that has left the shelf is none."""
    return versions().get((name, version))


@cache
def counted(kind: str) -> tuple[Clock, ...]:
    """Give the latest clocks that count on one kind of thing by what happens to it."""
    return tuple(one for one in clocks().values() if one.of == kind and not one.due_on)


@cache
def events(kind: str) -> frozenset[str]:
    """Name what can happen to one kind of thing that any clock, in any version, counts by."""
    return frozenset().union(*(one.events for one in versions().values() if one.of == kind))


@cache
def holidays() -> dict[str, Holidays]:
    """Read the latest bank holidays of every place."""
    found = [
        (name, one)
        for folder in [HERE, *folders("holidays")]
        for name, one in shelves.read(folder, Holidays, "*.v*.yaml").items()
    ]
    for name, one in found:
        _named_rightly(name, one)
    return {one.id: one for _, one in sorted(found, key=lambda told: told[1].version)}


@cache
def calendar(name: str) -> Calendar:
    """Give a calendar: England and Wales, or all the United Kingdom, where a bank holiday anywhere is none of its working days."""
    if name == UK:
        return together("the United Kingdom", [calendar(one) for one in PLACES])
    one = holidays()[name]
    file = f"{one.id}.v{one.version}.yaml"
    return Calendar(one.title, one.first_day, one.last_day, frozenset(one.days), file)


def forget() -> None:
    """Read the shelves afresh: for tests, and when the force has put a file there."""
    for one in (versions, clocks, counted, events, holidays, calendar):
        one.cache_clear()
