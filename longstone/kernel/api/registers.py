"""How does a register become a list for programs? In one line, `Registered(CASES, listing)`: what its page shows, its API shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from django.db import models
from pydantic import BaseModel, create_model

from longstone.kernel.actor import Actor
from longstone.kernel.api.reading import Page
from longstone.kernel.refusals import NotVisible

PLAIN = str | int | bool | None
OWN = {"order": "How the rows are ordered.", "count": "all: count every row, however many there are."}
SEARCH = {"q": "Words to find.", "like": "yes: find words that are spelt alike."}


@dataclass(frozen=True)
class Registered:
    """A register as programs read it; `listing` is the register's own answer to a program (`longstone.kernel.register.listing`)."""

    register: Any
    listing: Callable[..., Any]

    @property
    def name(self) -> str:
        """Give the register's name."""
        return str(self.register.name)

    @property
    def title(self) -> str:
        """Give the register's title."""
        return str(self.register.title)

    @cached_property
    def row(self) -> type[BaseModel]:
        """Make the model of a row: a value for each column."""
        fields: Any = {column.name: (PLAIN, ...) for column in self.register.columns if column.name != "id"}
        return create_model(f"{self.name.title().replace('-', '')}Row", id=(int, ...), **fields)

    @property
    def parameters(self) -> Mapping[str, str]:
        """Name what narrows and orders the register."""
        filters = {name: self.register.filter_of(name).title for name in self.register.parameters()}
        return {**(SEARCH if self.register.search else {}), **filters, **OWN}

    def page(self, asked: Mapping[str, str], *, by: Actor, after: str, limit: int) -> Page:
        """Give a page, counted and narrowed as the register's own page is."""
        told = {**asked, "limit": str(limit), **({"after": after} if after else {})}
        body = self.listing(self.register, told, by=by).body
        mark = parse_qs((body["next"] or "").removeprefix("?")).get("after", [""])[0]
        return Page(
            [self.row(**row) for row in body["rows"]],
            body["count"],
            mark,
            whole=body["count_is_whole"],
            heed=body["heed"],
        )

    def one(self, number: int, *, by: Actor) -> tuple[models.Model, Any]:
        """Give one row that the actor may see."""
        source = self.register.rows(by=by)
        found = source.rows([number])
        if not found:
            raise NotVisible
        told = {column.name: column.plain(found[0]) for column in self.register.columns}
        return found[0], self.row(**{**told, "id": source.id(found[0])})
