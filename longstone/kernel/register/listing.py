"""What does a program get of a list? One page of it as plain data, and what the record of the read must say.

The page's own JSON and the API are this one function, so they cannot differ:

    told = listing(register, {"state": "open", "after": mark, "limit": "100"}, by=actor)
    show(request, register.name, **told.shown)     # the read is recorded (D9)
    return told.body                               # register, count, count_is_whole, rows, next, asked, heed

`shelf.registers()` names every list that has no subject of its own. A question that cannot be read raises Refusal (answer 400); a
list that is not for this actor raises NotPermitted (answer 403). `next` is the query of the next page, or null; `heed` says what
must be heeded before any of it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import Refusal
from longstone.kernel.register.asking import Ask, parse
from longstone.kernel.register.source import Count, Page, Source

if TYPE_CHECKING:
    from longstone.kernel.register.definition import Register

PAGE, MOST = 50, 500


@dataclass(frozen=True)
class Listing:
    """A page of a list for a program: its body, and the facts by which the read is recorded."""

    body: dict[str, Any]
    shown: dict[str, Any]


def listing(register: Register, told: Mapping[str, str], *, by: Actor) -> Listing:
    """Answer for a list, for somebody; `told` is the query of an address."""
    limit = _limit(told.get("limit", str(PAGE)))
    source = register.rows(by=by)
    ask = source.settle(parse(register, told))
    count, page, heed = source.count(ask), source.page(ask, limit=limit), register.to_heed(ask.text, by=by)
    body = {
        "register": register.name, "count": count.number, "count_is_whole": count.whole, "rows": _rows(register, source, page),
        "next": _next(ask, page, limit), "asked": ask.facts(), "heed": heed,
    }  # fmt: skip
    return Listing(body, shown(source, ask, page, count, heed))


def _limit(told: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) <= len(str(MOST)) and 1 <= int(told) <= MOST):
        raise Refusal(f"Ask for 1 to {MOST} rows at a time: limit cannot be “{told[:20]}”.")
    return int(told)


def shown(source: Source, ask: Ask, page: Page, count: Count, heed: Sequence[str] = ()) -> dict[str, Any]:
    """Give the facts by which a read is recorded: what was asked, how many there are, which were shown, and whether anything is to be heeded."""
    told = {"ids": [source.id(row) for row in page.rows], "filter": ask.facts(), "total": str(count)}
    return {**told, "heed": len(heed)} if heed else told


def _next(ask: Ask, page: Page, limit: int) -> str | None:
    return ask.address(after=page.after, limit=str(limit) if limit != PAGE else "") if page.after else None


def _rows(register: Register, source: Source, page: Page) -> list[dict[str, Any]]:
    return [
        {"id": source.id(row), **{column.name: column.plain(row) for column in register.columns}} for row in page.rows
    ]
