"""What the house has promised while it works: who may write now, and what an act still owes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Happened:
    """What one act did to one row: what the ledger calls it, or the state that it reached."""

    event: str
    to: Any
    at: datetime


@dataclass
class Sheet:
    """What one command has done of its beats, and what it did to which rows: the clocks count by it."""

    command: str
    required: bool = False
    recorded: int = 0
    happened: list[Happened] = field(default_factory=list)
    entry: Any = None  # the last that was recorded


_sheet: ContextVar[Sheet | None] = ContextVar("sheet", default=None)
_writer: ContextVar[str] = ContextVar("writer", default="")


def current_sheet() -> Sheet | None:
    """Give the sheet of the command that is running, if one is."""
    return _sheet.get()


@contextmanager
def new_sheet(command: str) -> Iterator[Sheet]:
    """Open a fresh sheet for one command."""
    sheet = Sheet(command)
    token = _sheet.set(sheet)
    try:
        yield sheet
    finally:
        _sheet.reset(token)


@contextmanager
def writing(part: str) -> Iterator[None]:
    """Let a named part of the kernel (ledger, store, sign-in) write outside a command."""
    token = _writer.set(part)
    try:
        yield
    finally:
        _writer.reset(token)


def may_write() -> bool:
    """Say whether a command or a named part of the kernel is at work."""
    return _sheet.get() is not None or bool(_writer.get())
