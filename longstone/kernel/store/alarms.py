"""What of the store must stand on the front page? Differences, damage, a watch that does not come, a removal that does not end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from longstone.kernel.alarms import Alarm, raises_alarms
from longstone.kernel.store.models import Check, Inventory, Staged, Tombstone
from longstone.kernel.store.watching import WRONG, kinds

UNCOUNTED = timedelta(hours=36)
UNREMOVED = timedelta(days=2)
WORDS = {
    "missing": "missing", "extra": "named by no record", "size": "of the wrong size", "damaged": "damaged",
    "late": "not verified in time", "stray": "out of place", "disposed": "disposed of, but still there",
}  # fmt: skip


@raises_alarms
def differences() -> Iterator[Alarm]:
    """Say what the last inventory of each holding found to be otherwise than the records say."""
    for last in Inventory.objects.order_by("holding", "-at", "-pk").distinct("holding"):
        if last.differences:
            counted = ", ".join(f"{count} {WORDS[kind]}" for kind, count in kinds(last))
            sentence = f"The {last.holding} differs from the records: {counted}. Tell the person who keeps it."
            yield Alarm(f"{last.holding} differs", sentence, last.since or last.at)


@raises_alarms
def damage() -> Iterator[Alarm]:
    """Say at once what the night's verification found, before the next inventory does."""
    wrong = Check.objects.filter(state__in=WRONG)
    first = wrong.order_by("tried_at").first()
    if first is not None:
        sentence = (
            f"{wrong.count()} stored objects could not be verified: they are damaged or missing. Do not use them."
        )
        yield Alarm("damage", sentence, first.tried_at or first.since)


@raises_alarms
def uncounted() -> Iterator[Alarm]:
    """Say when the daily inventory did not come."""
    last = Inventory.objects.order_by("-at").values_list("at", flat=True).first()
    first = Staged.objects.exclude(claimed_at=None).order_by("claimed_at").values_list("claimed_at", flat=True).first()
    since = last or first
    if since and since < timezone.now() - UNCOUNTED:
        yield Alarm("no inventory", "The store was not counted for a day and a half. See to the worker.", since)


@raises_alarms
def unremoved() -> Iterator[Alarm]:
    """Say when bytes that were disposed of could not be removed."""
    stones = Tombstone.objects.filter(bytes_are="waiting", at__lt=timezone.now() - UNREMOVED)
    first = stones.order_by("at").first()
    if first is not None:
        sentence = f"{stones.count()} disposed objects could not be removed: {first.why_not or 'nobody tried.'}"
        yield Alarm("disposal does not end", sentence, first.at)
