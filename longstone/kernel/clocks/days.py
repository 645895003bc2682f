"""Which days count? Working days of a calendar, and London's own days; pure, and ignorant of where calendars come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from longstone.kernel.refusals import Refusal

LONDON = ZoneInfo("Europe/London")
A_DAY = timedelta(days=1)
FRIDAY = 4


class BeyondCalendar(Refusal):
    """A day lies where the calendar has no data."""


@dataclass(frozen=True)
class Calendar:
    """The bank holidays of one place, or of several together, and between which days they are known."""

    title: str
    first_day: date
    last_day: date
    holidays: frozenset[date]
    files: str  # what to add to when it runs out

    def is_working(self, day: date) -> bool:
        """Say whether a day is a working day; a day of which nothing is known is refused."""
        if not self.first_day <= day <= self.last_day:
            raise BeyondCalendar(
                f"The bank holidays of {self.title} are known from {self.first_day:%d/%m/%Y} to {self.last_day:%d/%m/%Y}, and "
                f"{day:%d/%m/%Y} is asked for. Add the missing years to {self.files} (docs/how-to/add-a-clock.md)."
            )
        return day.weekday() <= FRIDAY and day not in self.holidays


def together(title: str, calendars: list[Calendar]) -> Calendar:
    """Make a calendar in which a day that is a bank holiday anywhere is no working day."""
    return Calendar(
        title=title,
        first_day=max(one.first_day for one in calendars),
        last_day=min(one.last_day for one in calendars),
        holidays=frozenset().union(*(one.holidays for one in calendars)),
        files=" and ".join(one.files for one in calendars),
    )


def london_day(moment: datetime) -> date:
    """Give the day that it is in London at a moment."""
    return moment.astimezone(LONDON).date()


def begins(day: date) -> datetime:
    """Give the moment at which a day begins in London; the clocks never change at midnight."""
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def after(day: date, many: int, counts: Callable[[date], bool]) -> date:
    """Give the n-th day after a day that counts."""
    while many:
        day += A_DAY
        many -= counts(day)
    return day


def months_after(day: date, many: int) -> date:
    """Give the same day of a later month; a month that has no such day ends the count on its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + many, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - A_DAY)


def working_or_next(day: date, calendar: Calendar) -> date:
    """Give a day if it is a working day, or else the next that is."""
    return day if calendar.is_working(day) else after(day, 1, calendar.is_working)
