"""Where is it? One question to every room: each file on a room's shelf `search` finds one kind of thing, as its own list would.

A kind is asked for a few rows and no count, by the room's own list: whatever that list does not show to somebody, this does not find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotPermitted, Refusal
from longstone.kernel.register import Ask, Register
from longstone.kernel.register.asking import cleaned
from longstone.kernel.register.rows import Rows
from longstone.kernel.register.search import can_be_misspelt
from longstone.kernel.web import shelf

MOST = 5  # of a kind; the rest is in its list
LEAST = 2  # letters or figures
EXACT, HELD, ALIKE = 0, 1, 2


@dataclass(frozen=True)
class Hit:
    """One thing that was found, as its kind tells it; `warn` is what must be known before anything is done with it."""

    id: str
    what: str
    url: str
    more: str = ""
    warn: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind: named exactly so, holding the words, or only spelt like them."""

    hits: list[Hit] = field(default_factory=list)
    how: int = HELD
    rest: str = ""  # where all of it is listed, if there is more
    refused: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of thing; `find` gives what somebody may see of it, or None if there is none of it for them at all."""

    name: str
    title: str
    order: int
    find: Callable[[str, Actor], Group | None]


def in_list(
    register: Register, *, name: str, title: str, order: int, tell: Callable[[Any], tuple[str, str, str]], exactly: Sequence[str] = ()
) -> Kind:  # fmt: skip
    """Find as a list finds; `tell` gives a row's line, what else is said of it, and its warning."""

    def find(text: str, by: Actor) -> Group | None:
        try:
            source = register.rows(by=by)
            assert isinstance(source, Rows)
            return _found(register, source, text, tell, exactly)
        except NotPermitted:
            return None
        except Refusal as refusal:
            return Group(refused=refusal.sentence)

    return Kind(name, title, order, find)


def _found(register: Register, source: Rows, text: str, tell: Any, exactly: Sequence[str]) -> Group:
    """Give what is named just so, then what holds the words; or, if nothing does, what is spelt like them."""
    named = list(source.asked(Ask()).filter(_named(text, exactly)).order_by("-pk")[:MOST]) if exactly else []
    ask = source.settle(Ask(text=text))
    page = source.page(ask, limit=MOST)
    known = {row.pk for row in named}
    rows = [*named, *(row for row in page.rows if row.pk not in known)][:MOST]
    how = EXACT if named else ALIKE if ask.like else HELD
    rest = f"{register.page()}{ask.address()}" if page.after and register.page else ""
    return Group([_hit(register, row, *tell(row)) for row in rows], how, rest)


def _named(text: str, exactly: Sequence[str]) -> Q:
    return reduce(or_, (Q(**{f"{one}__in": {text, text.upper()}}) for one in exactly))


def _hit(register: Register, row: Any, what: str, more: str, warn: str) -> Hit:
    assert register.url
    return Hit(f"{row._meta.model_name} {row.pk}", what, register.url(row), more, warn)  # noqa: SLF001


def kinds() -> list[Kind]:
    """Give every kind, in the order in which an officer most often means them."""
    return sorted((module.KIND for module in shelf.modules("search")), key=lambda kind: kind.order)


def read(untrusted: str) -> str:
    """Read what somebody looks for; what can find nothing or too much is refused in a sentence."""
    text = cleaned(untrusted)
    if text and sum(sign.isalnum() for sign in text) < LEAST:
        raise Refusal("Write at least two letters or figures of what you look for.")
    can_be_misspelt(text)  # it refuses too many words
    return text


def found(text: str, *, by: Actor) -> Iterator[tuple[Kind, Group]]:
    """Ask every kind; what is named exactly so comes first, what is only spelt alike last."""
    told = [(kind, group) for kind in kinds() if (group := kind.find(text, by)) and (group.hits or group.refused)]
    yield from sorted(told, key=lambda one: (one[1].how if one[1].hits else ALIKE + 1, one[0].order))
