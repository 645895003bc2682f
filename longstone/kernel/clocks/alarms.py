"""What may the clocks soon not know? The bank holidays of a year to come, and so when something is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from longstone.kernel.alarms import Alarm, raises_alarms
from longstone.kernel.clocks import shelf
from longstone.kernel.clocks.days import begins
from longstone.kernel.clocks.models import ClockRun

A_YEAR = timedelta(days=365)


@raises_alarms
def calendars_run_out() -> Iterator[Alarm]:
    """Say which bank holidays are known for less than a year to come."""
    for one in shelf.holidays().values():
        since = begins(one.last_day - A_YEAR)
        if since <= timezone.now():
            told = (
                f"The bank holidays of {one.title} are known only to {one.last_day:%d/%m/%Y}. Add the next years: "
                f"put {one.id}.v{one.version + 1}.yaml into the folder holidays of your shelves (docs/how-to/add-a-clock.md)."
            )
            yield Alarm(f"calendar of {one.title}", told, since)


@raises_alarms
def not_counted() -> Iterator[Alarm]:
    """Say that something has no due day, because the calendar does not reach that far."""
    lost = (
        ClockRun.objects.everything(because="the clocks count on everything, whoever may see it")
        .filter(ended_at=None)
        .exclude(cannot_count="")
        .order_by("started_at")
    )
    if first := lost.first():
        yield Alarm(
            "a clock cannot count", f"{lost.count()} deadlines have no day. {first.cannot_count}", first.started_at
        )
