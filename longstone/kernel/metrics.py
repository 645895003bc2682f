"""How is the house, in numbers that a machine can watch? Gauges in Prometheus' text format; ages by the database's clock (D28)."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Gauge:
    """One number: its name, what it says, and its value; without a value it is not printed."""

    name: str
    about: str
    value: float | None


Measuring = Callable[[], Iterable[Gauge]]
_measurings: dict[str, Measuring] = {}


def measures(work: Measuring) -> Measuring:
    """Register a function that measures something by a cheap query."""
    _measurings[f"{work.__module__}.{work.__qualname__}"] = work
    return work


def gauges() -> list[Gauge]:
    """Measure everything."""
    return [gauge for _, work in sorted(_measurings.items()) for gauge in work()]


def value(name: str) -> float | None:
    """Give one gauge's value."""
    return next((gauge.value for gauge in gauges() if gauge.name == name), None)


def text() -> str:
    """Write every gauge in the text format that Prometheus reads."""
    told = [one for one in gauges() if one.value is not None]
    return "".join(
        f"# HELP longstone_{one.name} {one.about}\n# TYPE longstone_{one.name} gauge\nlongstone_{one.name} {_number(float(one.value or 0))}\n"
        for one in told
    )


def _number(given: float) -> str:
    if math.isinf(given):
        return "+Inf"
    return str(int(given)) if given.is_integer() else repr(given)


def ask(told: str, *values: Any) -> tuple[Any, ...]:
    """Ask the database for one row of numbers."""
    with connection.cursor() as cursor:
        cursor.execute(told, values or None)
        return tuple(float(one) if one is not None else None for one in cursor.fetchone())


@measures
def ledger() -> list[Gauge]:
    """Measure the sequencer's lag and what was signed last."""
    waiting, lag = ask(
        "SELECT count(*), extract(epoch FROM now() - min(recorded_at)) FROM ledger_waiting JOIN ledger_entry ON id = entry_id"
    )
    size, age = ask(
        "SELECT coalesce(max(size), 0), extract(epoch FROM now() - max(made_at)) FROM (SELECT size, made_at FROM "
        "ledger_checkpoint ORDER BY size DESC LIMIT 1) AS last"
    )
    pending = ask("SELECT count(*) FROM ledger_restoration WHERE reconciled_at IS NULL")[0]
    return [
        Gauge("ledger_waiting_entries", "Entries that wait for their number.", waiting),
        Gauge("ledger_lag_seconds", "Age of the oldest entry that waits for its number.", lag or 0),
        Gauge("ledger_size_entries", "Entries under the last checkpoint.", size),
        Gauge("checkpoint_age_seconds", "Age of the last checkpoint; it stands still while nothing is done.", age),
        Gauge("restore_pending", "1 while a restore waits to be reconciled, and nothing is signed.", pending),
    ]


@measures
def queue() -> list[Gauge]:
    """Measure the work that waits, and the work that a dead worker left."""
    waiting, age = ask(
        "SELECT count(DISTINCT job.id), extract(epoch FROM now() - min(greatest(event.at, job.scheduled_at))) "
        "FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred' "
        "WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"
    )
    stalled = ask(
        "SELECT count(*) FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id "
        "WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '90 seconds')"
    )[0]
    failed = ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")[0]
    return [
        Gauge("queue_waiting_jobs", "Jobs that are due and wait.", waiting),
        Gauge("queue_age_seconds", "Age of the oldest job that is due and waits.", age or 0),
        Gauge("queue_stalled_jobs", "Jobs whose worker is gone.", stalled),
        Gauge("queue_failed_jobs", "Jobs that were given up.", failed),
    ]


@measures
def backup() -> list[Gauge]:
    """Measure how old the last backup is; never backed up is infinitely old."""
    age, amiss = ask(
        "SELECT extract(epoch FROM now() - backup_of), CASE WHEN amiss = '' THEN 0 ELSE 1 END FROM "
        "(SELECT * FROM kernel_backup ORDER BY backup_of DESC LIMIT 1) AS last "
        "UNION ALL SELECT 'infinity'::float8, 0 ORDER BY 1 LIMIT 1"
    )
    return [
        Gauge("backup_age_seconds", "Age of what the last backup holds; +Inf if there was none.", age),
        Gauge("backup_amiss", "1 if something could not be copied into the last backup.", amiss),
    ]


@measures
def witnesses() -> list[Gauge]:
    """Measure how far the slowest witness is behind, and how many outside the house do not do their part."""
    size, age = ask(
        "SELECT min(size), extract(epoch FROM now() - min(at)) FROM (SELECT max(checkpoint_id) AS size, max(at) AS at "
        "FROM ledger_cosignature GROUP BY witness) AS newest"
    )
    last = ask("SELECT coalesce(max(size), 0) FROM ledger_checkpoint")[0]
    silent = ask("SELECT count(*) FROM ledger_outage WHERE ended_at IS NULL")[0]
    return [
        Gauge(
            "witness_behind_entries",
            "Entries signed since the slowest witness cosigned.",
            None if size is None else (last or 0) - size,
        ),
        Gauge("witness_age_seconds", "Age of the slowest witness's last cosignature.", age),
        Gauge("outages", "Parts of the ledger's work, here or outside, that do not go on.", silent),
    ]


@measures
def inventory() -> list[Gauge]:
    """Measure how old the oldest holding's last inventory is, and how much differs from the records."""
    age, differing = ask(
        "SELECT extract(epoch FROM now() - min(at)), sum(differences) FROM (SELECT DISTINCT ON (holding) at, differences "
        "FROM kernel_inventory ORDER BY holding, at DESC, id DESC) AS newest"
    )
    return [
        Gauge("inventory_age_seconds", "Age of the last inventory of the holding that was counted longest ago.", age),
        Gauge(
            "inventory_differences", "What the last inventories found to be otherwise than the records say.", differing
        ),
    ]


@measures
def uploads() -> list[Gauge]:
    """Measure what was sent in and is not claimed."""
    count, size = ask('SELECT count(*), coalesce(sum("offset"), 0) FROM kernel_staged WHERE claimed_at IS NULL')
    return [
        Gauge("uploads_waiting", "Uploads that no act has claimed.", count),
        Gauge("uploads_waiting_bytes", "Bytes of uploads that no act has claimed.", size),
    ]


@measures
def disk() -> list[Gauge]:
    """Measure the disk of the house's folder."""
    place = Path(settings.LONGSTONE_HOME)
    while not place.exists():
        place = place.parent
    found = shutil.disk_usage(place)
    return [
        Gauge("disk_free_bytes", "Free bytes on the disk of the house's folder.", found.free),
        Gauge("disk_free_ratio", "Free share of the disk of the house's folder.", found.free / found.total),
    ]
