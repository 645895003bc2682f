"""What does the machine do about signing in? It ends the sessions to which nobody came back, and sweeps what has expired or ended."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.management import call_command
from procrastinate.contrib.django import app

from longstone.kernel.acting import acting
from longstone.people import commands
from longstone.people.models import Lock


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="end stale sessions")
@acting(commands.DOOR)
def end_stale_sessions(timestamp: int) -> None:  # noqa: ARG001 - a job of the past ends what is stale now
    """End stale sessions; remove what has expired of sessions and counts."""
    commands.end_stale_sessions(at=datetime.now(UTC))
    call_command("clearsessions")


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="forget locks")
def forget_locks(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Take away the locks that ended long enough ago."""
    at = datetime.now(UTC)
    if Lock.objects.filter(until__lt=at - commands.LOCKS_STAY).exists():
        commands.forget_locks(at=at)
