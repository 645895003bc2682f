"""What does a list show of each row, and how is it written on a page, in a file and for a program?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone


class Kind(StrEnum):
    """What sort of thing a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    STATE = "state"
    DIGEST = "digest"  # a page shows its beginning, a file the whole


@dataclass(frozen=True)
class Column:
    """One column: `value` is a path from the row ("officer.name") or a function of it; the name itself if left out.

    `order` is the field by which the list can be ordered by this column: one that is never null, and has an index. `counted` is
    the field that a chart counts by: the order's, or the name, if left out.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    value: str | Callable[[Any], Any] = ""
    words: Mapping[str, str] | None = None
    order: str = ""
    counted: str = ""

    @property
    def field(self) -> str:
        """Name the field that a chart counts by."""
        return self.counted or self.order or self.name

    def of(self, row: Any) -> Any:
        """Give a row's plain value; of a moment, a column of days has the day that it was in London."""
        value = self.value(row) if callable(self.value) else _along(self.value or self.name, row)
        return timezone.localdate(value) if self.kind is Kind.DAY and isinstance(value, datetime) else value

    def text(self, row: Any) -> str:
        """Write a row's value as an officer reads it; London time."""
        return written(self.of(row), self.words)

    def plain(self, row: Any) -> str | int | bool | None:
        """Give a row's value for a program: JSON's own types, moments in ISO 8601 with their zone."""
        value = self.of(row)
        if isinstance(value, datetime | date):
            return value.isoformat()
        return value if value is None or isinstance(value, str | int | bool) else str(value)


def _along(path: str, row: Any) -> Any:
    value = row
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
        if value is None:
            return None
    return value


def written(value: Any, words: Mapping[str, str] | None = None) -> str:
    """Write a value as an officer reads it."""
    if value is None:
        return ""
    if words and str(value) in words:
        return words[str(value)]
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
