"""By what can a list be narrowed? Each filter turns what was chosen into a condition, or refuses it in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import Q

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import Refusal

LONDON = ZoneInfo("Europe/London")
FORMS = ("%d/%m/%Y", "%Y-%m-%d")


class Filter(Protocol):
    """What every filter has."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def parameters(self) -> tuple[str, ...]: ...
    def where(self, parameter: str, value: str, *, by: Actor) -> Q: ...
    def choices(self, *, by: Actor) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Choice:
    """One of a few values; `of` gives them with their words, for an actor."""

    name: str
    title: str
    of: Callable[[Actor], Iterable[tuple[str, str]]]
    field: str = ""
    made: Callable[[str, Actor], Q] | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Name the parameter of an address that this filter reads."""
        return (self.name,)

    def choices(self, *, by: Actor) -> list[tuple[str, str]]:
        """List what can be chosen."""
        return [(str(value), word) for value, word in self.of(by)]

    def where(self, parameter: str, value: str, *, by: Actor) -> Q:  # noqa: ARG002 - it has one parameter
        """Turn a choice into a condition."""
        if value not in dict(self.choices(by=by)):
            raise Refusal(f"{self.title} cannot be “{value[:40]}”. Choose one of those that are listed.")
        return self.made(value, by) if self.made else Q(**{self.field or self.name: value})


@dataclass(frozen=True)
class Between:
    """From a day to a day, both included, as days are counted in London."""

    name: str
    title: str
    field: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Name the parameters of an address that this filter reads."""
        return f"{self.name}_from", f"{self.name}_to"

    def choices(self, *, by: Actor) -> list[tuple[str, str]]:  # noqa: ARG002 - a day is written, not chosen
        """A day is written, not chosen."""
        return []

    def where(self, parameter: str, value: str, *, by: Actor) -> Q:  # noqa: ARG002 - the same for everybody
        """Turn a day into a condition."""
        first = parameter == self.parameters[0]
        day = self._day(value)
        return Q(
            **{f"{self.field or self.name}__{'gte' if first else 'lt'}": _start(day if first else day + timedelta(1))}
        )

    def _day(self, value: str) -> date:
        for form in FORMS:
            try:
                day = datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if date.min < day < date.max:
                return day
        raise Refusal(f"{self.title}: “{value[:40]}” is not a day. Write it as 24/11/2026.")


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
