"""The lists of what an examination found on a copy: its files, and its problems, less what is withheld (D8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from longstone.evidence import catalogue
from longstone.evidence.models import Copy
from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotVisible, Refusal
from longstone.kernel.register import Ask, Choice, Column, Count, Kind, Page, Register, Search

MOST = 500  # rows that the reader of catalogues gives at once
DIGITS = 15


class Found:
    """A table of a catalogue as a register's source; whatever is withheld is gone before anything is counted."""

    def __init__(self, register: Register, opened: catalogue.Catalogue, table: str, *, by: Actor) -> None:
        self._register, self._opened, self._table, self._by = register, opened, table, by

    def settle(self, ask: Ask) -> Ask:
        """Take names as they are typed: what lies on a disk was named by nobody here."""
        if ask.like:
            raise Refusal("What lies on a disk is found only as it is spelt. Look for a shorter part of its name.")
        return ask

    def count(self, ask: Ask) -> Count:
        """Count what was asked for."""
        return Count(int(self._ask("count", ask)["count"]))

    def page(self, ask: Ask, *, limit: int) -> Page:
        """Give the page that begins after a row, or ends before one."""
        mark = {"before": _number(ask.before)} if ask.before else {"after": _number(ask.after) if ask.after else -1}
        told = self._ask("page", ask, limit=limit, **mark)
        rows, more = told["rows"], told["next"] is not None
        if not rows:
            return Page([])
        earlier, later = (more, True) if ask.before else (bool(ask.after), more)
        return Page(rows, str(rows[0]["row"]) if earlier else "", str(rows[-1]["row"]) if later else "")

    def ids(self, ask: Ask) -> Iterator[int]:
        """Name every row, in the disk's order."""
        after: int | None = -1
        while after is not None:
            told = self._ask("page", ask, limit=MOST, after=after)
            yield from (row["row"] for row in told["rows"])
            after = told["next"]

    def rows(self, ids: Sequence[int]) -> list[Any]:
        """Give some rows."""
        parts = [list(ids[start : start + MOST]) for start in range(0, len(ids), MOST)]
        told = [self._opened.ask("page", self._table, only=part, limit=MOST)["rows"] for part in parts]
        found = {row["row"]: row for rows in told for row in rows}
        return [found[one] for one in ids if one in found]

    def shares(self, ask: Ask, field: str) -> list[tuple[Any, int]]:
        """Count by the values of a column."""
        return [(value, count) for value, count in self._ask("shares", ask, field=field)["shares"]]

    def id(self, row: Any) -> int:
        """Give a row's number."""
        return int(row["row"])

    def _ask(self, what: str, ask: Ask, **more: Any) -> dict[str, Any]:
        where: dict[str, Any] = {}
        for name, value in ask.chosen.items():
            where |= dict(self._register.filter_of(name).where(name, value, by=self._by).children)  # type: ignore[arg-type]
        return self._opened.ask(what, self._table, search=ask.text, where=where, **more)


def _number(mark: str) -> int:
    if not (mark.isascii() and mark.isdigit() and len(mark) <= DIGITS):
        raise Refusal("That page cannot be found any more. Begin the list again.")
    return int(mark)


def moment(microseconds: int | None) -> datetime | None:
    """Read a moment that a catalogue gives in microseconds of UTC."""
    return None if microseconds is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _changed(row: dict[str, Any]) -> str:
    at = moment(row["modified"])
    return f"{at:%d/%m/%Y %H:%M:%S} UTC" if at else row["modified_as_written"] or ""


def _path(row: dict[str, Any]) -> str:
    return f"{row['path']}:{row['stream']}" if row["stream"] else str(row["path"])


def _size(row: dict[str, Any]) -> str:
    return filesizeformat(row["size"]).replace("\xa0", " ") if row["kind"] == "file" else str(row["kind"])


def _words(*words: str) -> Any:
    return lambda _: [(one, one.capitalize()) for one in words]


FILES = [
    Column("path", "Name", value=_path),
    Column("volume", "Volume", Kind.NUMBER),
    Column("size", "Size", value=_size),
    Column("changed", "Changed", value=_changed),
    Column("confidence", "There", value=lambda row: "" if row["allocated"] else row["confidence"]),
    Column("state", "State"),
    Column("sha256", "SHA-256", Kind.DIGEST),
]
PROBLEMS = [Column("kind", "Kind"), Column("sentence", "What"), Column("path", "Where")]


def within(number: int, *, by: Actor, problems: bool = False) -> Register:
    """Make the list of what is on a copy, or of what could not be read of it."""
    copy = Copy.objects.visible_to(by).filter(pk=number).first()
    if copy is None:
        raise NotVisible
    opened = catalogue.open(copy, by=by)
    return _problems(opened) if problems else _files(opened, number)


def _files(opened: catalogue.Catalogue, number: int) -> Register:
    return Register(
        name="catalogue", title="What is on it",
        source=lambda register, by: Found(register, opened, "files", by=by), columns=FILES, order="path",
        url=lambda row: reverse("evidence:row", args=[number, row["row"]]),
        filters=[
            Choice("kind", "Kind", _words("file", "directory", "link", "other")),
            Choice("state", "State", _words("read", "not read", "no content")),
            Choice("there", "There", _words("present", "deleted"), made=lambda told, _: Q(allocated=told == "present")),
        ],
        search=Search("Find by name"), charts=["state", "confidence"], empty="Nothing was found on it.",
    )  # fmt: skip


def _problems(opened: catalogue.Catalogue) -> Register:
    return Register(
        name="problems", title="What could not be read", fixed={"show": "problems"},
        source=lambda register, by: Found(register, opened, "problems", by=by), columns=PROBLEMS, order="kind",
        search=Search("Find in what is said"), charts=["kind"], empty="Everything could be read.",
    )  # fmt: skip
