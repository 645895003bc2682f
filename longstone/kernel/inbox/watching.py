"""Does what the public sends reach the house? What lies in the inbox for too long is an alarm, and a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from longstone.kernel import metrics
from longstone.kernel.alarms import Alarm, raises_alarms
from longstone.kernel.inbox.models import Inbox

LATE = timedelta(minutes=10)


@raises_alarms
def left_in_the_inbox() -> Iterator[Alarm]:
    """Say that the public's enquiries are not taken in."""
    waiting = Inbox.objects.filter(taken_at=None, arrived_at__lt=timezone.now() - LATE).only("key", "arrived_at")
    if first := waiting.order_by("arrived_at").first():
        told = "What the public sent is not taken in. Is a worker running, and is LONGSTONE_PUBLIC_FORCE a force of this house?"
        yield Alarm("inbox not taken in", told, first.arrived_at)


@metrics.measures
def inbox() -> list[metrics.Gauge]:
    """Measure what lies in the inbox, and what waits for a person."""
    lying, age = metrics.ask("SELECT count(*), extract(epoch FROM now() - min(arrived_at)) FROM kernel_inbox WHERE taken_at IS NULL")  # fmt: skip
    waiting, oldest = metrics.ask("SELECT count(*), extract(epoch FROM now() - min(arrived_at)) FROM kernel_enquiry WHERE state = 'received'")  # fmt: skip
    return [
        metrics.Gauge("inbox_waiting", "What the public sent and the house has not taken in.", lying),
        metrics.Gauge("inbox_age_seconds", "Age of the oldest of these.", age or 0),
        metrics.Gauge("enquiries_waiting", "Enquiries that wait for a person.", waiting),
        metrics.Gauge("enquiries_age_seconds", "Age of the oldest of these.", oldest or 0),
    ]
