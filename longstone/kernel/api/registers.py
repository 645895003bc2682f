"""How does a register become a list for programs? In one line: `Registered(CASES, parse)`; what its page shows, its API shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from pydantic import BaseModel, create_model

from longstone.kernel.actor import Actor
from longstone.kernel.api.reading import Page
from longstone.kernel.refusals import NotVisible

PLAIN = str | int | bool | None


@dataclass(frozen=True)
class Registered:
    """A register (`longstone.kernel.register`) as programs read it; `parse` is the register's own reader of an address."""

    register: Any
    parse: Callable[[Any, Mapping[str, str]], Any]

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
        return create_model(f"{self.name.title()}Row", id=(int, ...), **fields)

    @property
    def parameters(self) -> Mapping[str, str]:
        """Name what narrows and orders the register."""
        filters = {name: self.register.filter_of(name).title for name in self.register.parameters()}
        found = {"q": "Words to find."} if self.register.search else {}
        return {**found, **filters, "order": f"One of: {', '.join(self.register.orders())}."}

    def page(self, asked: Mapping[str, str], *, by: Actor, after: str, limit: int) -> Page:
        """Give a page, counted and narrowed as the register's own page is."""
        ask, source = self.parse(self.register, {**asked, "after": after}), self.register.rows(by=by)
        found = source.page(ask, limit=limit)
        return Page([self._told(row) for row in found.rows], source.count(ask), found.after)

    def one(self, number: int, *, by: Actor) -> tuple[models.Model, Any]:
        """Give one row that the actor may see."""
        found = self.register.rows(by=by).these([number])
        if not found:
            raise NotVisible
        return found[0], self._told(found[0])

    def _told(self, row: Any) -> BaseModel:
        return self.row(id=row.pk, **{one.name: one.plain(row) for one in self.register.columns if one.name != "id"})
