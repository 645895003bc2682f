"""What does the machine do in the evidence room? It examines, makes bundles, and begins again what was cut off."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from longstone.evidence import bundling, commands, examining
from longstone.evidence.models import Bundle, Examination
from longstone.kernel.actor import machine
from longstone.kernel.refusals import Refusal

EXAMINER = machine("the examiner", "run examinations")
BINDER = machine("the bundle maker", "run examinations")
SWEEPER = machine("the night watch", "run examinations", "record past acts")
AGAIN = RetryStrategy(max_attempts=5, wait=2)


def now() -> datetime:
    """Read the clock, once for a job's step."""
    return datetime.now(UTC)


@app.task(retry=AGAIN)
def examine(examination_id: int) -> None:
    """Open one copy; a job that was killed midway begins again from the bytes."""
    examination = Examination.objects.visible_to(EXAMINER).select_related("copy").get(pk=examination_id)
    if examination.state == "running":
        examination = commands.examination_interrupted(by=EXAMINER, at=now(), examination=examination)
    if examination.state != "queued":
        return
    examination = commands.begin_examination(by=EXAMINER, at=now(), examination=examination)
    try:
        found = examining.examine(examination.copy)
    except Refusal as refusal:
        commands.examination_failed(by=EXAMINER, at=now(), examination=examination, why=refusal.sentence)
    else:
        commands.finish_examination(by=EXAMINER, at=now(), examination=examination, **found)


@app.task(retry=AGAIN)
def make_bundle(bundle_id: int) -> None:
    """Make one bundle; a job that was killed midway makes it afresh."""
    bundle = Bundle.objects.visible_to(BINDER).select_related("exhibit").get(pk=bundle_id)
    if bundle.state != "preparing":
        return
    try:
        made = bundling.make(bundle, by=BINDER, at=now())
    except Refusal as refusal:
        commands.bundle_failed(by=BINDER, at=now(), bundle=bundle, why=refusal.sentence)
    else:
        commands.bundle_ready(by=BINDER, at=now(), bundle=bundle, **made)


@app.periodic(cron="10 3 * * *")
@app.task(queueing_lock="sweep uploads")
def sweep_uploads(timestamp: int) -> None:
    """Remove uploads that nobody claimed."""
    commands.sweep_staged(by=SWEEPER, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="retry stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Begin again the jobs of workers that died (no lock of its own, or it could block itself)."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.LONGSTONE_STALLED_AFTER):
        await app.job_manager.retry_job(job)
