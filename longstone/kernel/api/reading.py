"""What can a program read? Lists and single rows that its actor may see, a page at a time from a key; each read is written down (D9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models
from pydantic import BaseModel, ConfigDict

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotVisible, Refusal

PAGE, MOST = 50, 200


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, the count of all (or where counting stopped), and the mark of the next page (empty: the last)."""

    rows: list[Any]
    count: int
    after: str = ""
    whole: bool = True
    heed: Sequence[str] = ()  # what must be heeded before any of it is used


class Listing(Protocol):
    """A list that programs can read: whatever it pages it counts, for one actor."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def row(self) -> type[BaseModel]: ...
    @property
    def parameters(self) -> Mapping[str, str]:
        """Name what narrows it, each with a line on what it is."""

    def page(self, asked: Mapping[str, str], *, by: Actor, after: str, limit: int) -> Page: ...
    def one(self, number: int, *, by: Actor) -> tuple[models.Model, Any]:
        """Give one row, and how it is told."""


class Row(BaseModel):
    """How a row is told: its id, and what a list's own model names of it."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    id: int


@dataclass(frozen=True)
class Rows:
    """A list over a queryset that is already for somebody, in the order of its ids."""

    name: str
    title: str
    row: type[Row]
    rows: Callable[[Actor], models.QuerySet[Any]]

    @property
    def parameters(self) -> Mapping[str, str]:
        """Nothing narrows it."""
        return {}

    def page(self, asked: Mapping[str, str], *, by: Actor, after: str, limit: int) -> Page:  # noqa: ARG002
        """Give the page that begins after a row's id."""
        rows = self.rows(by)
        if after and not (after.isascii() and after.isdigit() and len(after) < 17):  # noqa: PLR2004
            raise Refusal("That page cannot be found any more. Begin the list again.", field="after")
        found = list(rows.filter(pk__gt=int(after or 0)).order_by("pk")[: limit + 1])
        shown, more = found[:limit], len(found) > limit
        return Page([self._told(one) for one in shown], rows.count(), str(shown[-1].pk) if more else "")

    def one(self, number: int, *, by: Actor) -> tuple[models.Model, Any]:
        """Give one row that the actor may see."""
        found = self.rows(by).filter(pk=number).first()
        if found is None:
            raise NotVisible
        return found, self._told(found)

    def _told(self, row: Any) -> Row:
        return self.row.model_validate(row)
