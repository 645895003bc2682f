"""What must whoever runs the house hear of? The ledger unsigned, work left lying, no backup, a full disk, a restore (D28)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent

from longstone.kernel import backups, metrics
from longstone.kernel.alarms import Alarm, raises_alarms
from longstone.kernel.ledger import outages, restorations
from longstone.kernel.models import Entry, Restoration

LATE = 60.0  # seconds until an entry that has no number is a fault
LEFT_LYING = 300.0  # seconds until a job that waits is one
GIVEN_UP_SHOWN = timedelta(days=7)
SHOWN = timedelta(days=30)  # how long the front page says what a restore lost


def _seconds_ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def _measured(work: metrics.Measuring) -> dict[str, float]:
    return {gauge.name: gauge.value for gauge in work() if gauge.value is not None}


@raises_alarms
def unsigned() -> Iterator[Alarm]:
    """Say that the ledger is not signed, and why if the sequencer said so."""
    lag = _measured(metrics.ledger)["ledger_lag_seconds"]
    if told := outages.of(outages.SEQUENCER):
        yield Alarm("ledger not signed", f"The ledger is not signed. {told.sentence}", told.since)
    elif lag > LATE:
        late = f"The ledger has numbered nothing for {lag / 60:.0f} minutes. Is the sequencer running?"
        yield Alarm("sequencer late", late, _seconds_ago(lag))


@raises_alarms
def silent_outside() -> Iterator[Alarm]:
    """Say which witness or time stamp authority does not do its part."""
    for one in outages.lasting():
        if one.name != outages.SEQUENCER:
            yield Alarm(one.name, f"{one.name.capitalize()}: {one.sentence}", one.since)


@raises_alarms
def left_lying() -> Iterator[Alarm]:
    """Say that work waits too long, or that a worker died over it."""
    found = _measured(metrics.queue)
    if found["queue_age_seconds"] > LEFT_LYING:
        told = f"Work has waited for {found['queue_age_seconds'] / 60:.0f} minutes. Is a worker running?"
        yield Alarm("work waits", told, _seconds_ago(found["queue_age_seconds"]))
    if found["queue_stalled_jobs"]:
        told = f"{found['queue_stalled_jobs']:.0f} pieces of work were left by a worker that died. They begin again in a minute."
        yield Alarm("work left", told, timezone.now())


@raises_alarms
def given_up() -> Iterator[Alarm]:
    """Say that work was given up after every try; whoever has it done again ends the alarm, and so does a week."""
    since = timezone.now() - GIVEN_UP_SHOWN
    failed = ProcrastinateEvent.objects.filter(type="failed", job__status="failed", at__gt=since).order_by("at")
    if first := failed.first():
        names = sorted(
            {name.rpartition(".")[2].replace("_", " ") for name in failed.values_list("job__task_name", flat=True)}
        )
        told = f"Work was given up after every try: {', '.join(names)} ({failed.count()} in a week). The worker's log says why."
        yield Alarm("work given up", told, first.at)


@raises_alarms
def not_backed_up() -> Iterator[Alarm]:
    """Say that the last backup is too old, or that something was amiss with it."""
    last, allowed = backups.last(), timedelta(hours=settings.LONGSTONE_BACKUP_HOURS)
    first = Entry.objects.order_by("pk").values_list("recorded_at", flat=True).first()
    since = last.backup_of if last else first
    if since and timezone.now() - since > allowed:
        told = "The house was never backed up." if last is None else "The last backup is too old."
        yield Alarm("no backup", f"{told} Run `make backup` (docs/how-to/backup.md).", since + allowed)
    if last and last.amiss:
        yield Alarm("backup amiss", f"Something could not be backed up: {last.amiss[:200]}.", last.recorded_at)


@raises_alarms
def disk_full() -> Iterator[Alarm]:
    """Say that the disk fills up."""
    if sentence := too_full():
        yield Alarm("disk full", sentence, timezone.now())


def too_full() -> str:
    """Say that the disk is nearly full, or nothing."""
    free = _measured(metrics.disk)["disk_free_bytes"]
    if free >= settings.LONGSTONE_DISK_LEAST:
        return ""
    return f"The disk is nearly full: {free / (1 << 30):.1f} GiB are free. Free some space, or the house will take nothing in."


@raises_alarms
def restored() -> Iterator[Alarm]:
    """Say that the house was restored: that it is not settled, or what was lost."""
    if found := restorations.waiting():
        yield Alarm("restore pending", restorations.pending(), found.restored_at)
    for one in restorations.lossy(timezone.now() - SHOWN):
        yield Alarm("restored", _what_was_lost(one), one.restored_at)


def _what_was_lost(one: Restoration) -> str:
    since = f" after {timezone.localtime(one.backup_of):%d/%m/%Y %H:%M}" if one.backup_of else ""
    return (
        f"This house was restored from a backup. What was done{since} and before {timezone.localtime(one.restored_at):%d/%m/%Y %H:%M} is lost: "
        f"{one.lost} entries of the ledger. Enter again what you did in that time."
    )
