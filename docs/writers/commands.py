"""What can be done in each room? Drawn from the commands: their names, what they are for, and what they are told."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from docs.writers import modules, table
from longstone.kernel.command import COMMANDS

TITLE = "Commands"
UNSAID = {"by", "at"}


def lines() -> Iterator[str]:
    """List every command by its room."""
    yield "Every act has an authority and a record. Each also takes `by`, who acts, and `at`, when; no form asks for these."
    yield ""
    for room, found in by_room().items():
        yield from (f"## {room.capitalize()}", "")
        for name, run in found:
            yield from (f"### {name}", "", inspect.getdoc(run) or "", "")
            yield from _arguments(run)


def _arguments(run: Callable[..., Any]) -> Iterator[str]:
    told = list(_told(run))
    yield from table(["told", "what it is", "if left out"], told) if told else ("It is told nothing else.", "")


def by_room() -> dict[str, list[tuple[str, Callable[..., Any]]]]:
    """Load every room's commands, and group them."""
    rooms = sorted({room for room, _ in modules("commands")})
    here = {
        room: [(n, run) for n, run in COMMANDS.items() if n.startswith(f"longstone.{room}.commands")] for room in rooms
    }
    return {room: sorted((name.rsplit(".", 1)[1], run) for name, run in found) for room, found in here.items()}


def _told(run: Callable[..., Any]) -> Iterator[list[str]]:
    for one in inspect.signature(run).parameters.values():
        if one.name not in UNSAID:
            yield [f"`{one.name}`", f"`{_kind(one.annotation)}`", _default(one.default)]


def _kind(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _default(default: Any) -> str:
    if default is inspect.Parameter.empty:
        return "refused"
    return f"`{default!s}`" if default not in (None, "") else "nothing"
