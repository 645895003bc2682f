"""What is a register? One definition of a list: its rows for somebody, columns, filters, search, orders and bulk acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.register.asking import Ask
from longstone.kernel.register.columns import Column
from longstone.kernel.register.filters import Filter
from longstone.kernel.register.search import Search
from longstone.kernel.register.source import Source
from longstone.kernel.verdict import Verdict


@dataclass(frozen=True)
class BulkAct:
    """An act on many rows at once: one verdict, one transaction and one entry a row.

    `argument` is what the command calls the row; `form` asks for what all rows share.
    """

    name: str
    title: str
    command: Callable[..., Any]
    may: Callable[[Actor, Any], Verdict]
    argument: str
    form: type[Any]
    fill: Callable[[Any, Actor], None] | None = None


@dataclass(frozen=True)
class Register:
    """A list of one kind of thing. `order` is a column's name, with a stroke before it for the last first.

    `url` leads from a row to its page; `links` to what can be done with it; `page` is where the list itself is. `who` says for whom
    there is such a list at all. `fixed` are parameters that choose this list among others at its address.
    """

    name: str
    title: str
    source: Callable[[Register, Actor], Source]
    columns: Sequence[Column]
    order: str
    url: Callable[[Any], str] | None = None
    links: Callable[[Any, Actor], list[tuple[str, str]]] | None = None
    page: Callable[[], str] | None = None
    who: Callable[[Actor], Verdict] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    filters: Sequence[Filter] = ()
    search: Search | None = None
    charts: Sequence[str] = ()
    acts: Sequence[BulkAct] = ()
    empty: str = "There is nothing here that you may see."

    def rows(self, *, by: Actor) -> Source:
        """Give the rows that an actor may see."""
        if self.who and not (verdict := self.who(by)):
            raise NotPermitted(verdict.refusal)
        return self.source(self, by)

    def to_heed(self, text: str, *, by: Actor) -> list[str]:
        """Say what somebody who looks for a text must heed before they use anything that was found."""
        return self.search.heed(by=by, text=text) if self.search and self.search.heed and text else []

    def parameters(self) -> Iterator[str]:
        """Name every parameter that the filters read."""
        for one in self.filters:
            yield from one.parameters

    def orders(self) -> list[str]:
        """Name every order that can be asked for."""
        names = [column.name for column in self.columns if column.order]
        return [*names, *(f"-{name}" for name in names)]

    def column(self, name: str) -> Column:
        """Find a column."""
        return next(column for column in self.columns if column.name == name.lstrip("-"))

    def act(self, name: str) -> BulkAct | None:
        """Find a bulk act."""
        return next((act for act in self.acts if act.name == name), None)

    def filter_of(self, parameter: str) -> Filter:
        """Find the filter that reads a parameter."""
        return next(one for one in self.filters if parameter in one.parameters)

    def ordered_by(self, ask: Ask) -> str:
        """Say in which order the rows come: as asked for; the most alike first when words are misspelt; or as usual."""
        return ask.order or ("" if ask.text and ask.like else self.order)
