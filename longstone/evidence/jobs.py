"""What does the machine do in the evidence room? It examines, makes bundles, and begins again what was cut off."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from longstone.evidence import bundling, commands, examining, queries, shelved
from longstone.evidence.commands.disposal import may_dispose
from longstone.evidence.models import Bundle, Examination
from longstone.kernel import store
from longstone.kernel.acting import acting
from longstone.kernel.actor import machine
from longstone.kernel.models import Tombstone
from longstone.kernel.refusals import Refusal
from longstone.kernel.store import watching
from longstone.kernel.store.disk import StoreFault

EXAMINER = machine("the examiner", "run examinations")
BINDER = machine("the bundle maker", "run examinations")
SWEEPER = machine("the night watch", "run examinations", "record past acts", "watch the store")
AGAIN = RetryStrategy(max_attempts=5, wait=2)


def now() -> datetime:
    """Read the clock, once for a job's step."""
    return datetime.now(UTC)


@app.task(retry=AGAIN)
@acting(EXAMINER)
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
@acting(BINDER)
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
@acting(SWEEPER)
def sweep_uploads(timestamp: int) -> None:
    """Remove uploads that nobody claimed."""
    commands.sweep_staged(by=SWEEPER, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="dispose")
@acting(SWEEPER)
def dispose_due(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Carry out the disposals whose delay is over, and remove the bytes of those that were carried out."""
    for disposal in queries.disposals_waiting(by=SWEEPER):
        if may_dispose(by=SWEEPER, disposal=disposal, at=now()):
            commands.dispose(by=SWEEPER, at=now(), disposal=disposal)
    for stone in Tombstone.objects.filter(bytes_are="waiting").order_by("at", "pk"):
        _remove(stone)


def _remove(stone: Tombstone) -> None:
    try:
        commands.remove_bytes(by=SWEEPER, at=now(), stone=stone)
    except StoreFault as fault:
        commands.not_removed(by=SWEEPER, at=now(), stone=stone, why=fault.sentence)


@app.periodic(cron="15 1 * * *")
@app.task(queueing_lock="verify the store")
@acting(SWEEPER)
def verify_share(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Read through tonight's share of what is kept, so that all of it is within the published cycle."""
    for holding in shelved.holdings():
        watching.verify(holding, by=SWEEPER, at=now())


@app.periodic(cron="40 4 * * *")
@app.task(queueing_lock="count the store")
@acting(SWEEPER)
def count_store(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Count what is kept, compare it with the records, and try what the place does where it lies."""
    for holding in shelved.holdings():
        watching.take_inventory(holding, by=SWEEPER, at=now())
    watching.probe(by=SWEEPER, at=now(), store=store.current())


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="retry stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Begin again the jobs of workers that died (no lock of its own, or it could block itself)."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.LONGSTONE_STALLED_AFTER):
        await app.job_manager.retry_job(job)
