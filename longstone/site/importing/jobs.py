"""What is done with a list after the page has answered? Each for the officer who asked, with the powers they have then, and seeing what they see."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from longstone.kernel.acting import acting
from longstone.kernel.actor import Actor, machine
from longstone.kernel.imports import rules, working
from longstone.kernel.imports.models import Import
from longstone.kernel.imports.sheets.rows import BadSheet
from longstone.kernel.refusals import NotPermitted, Refusal
from longstone.people.queries import officer_numbered

IMPORTER = machine("the importer", rules.RUN)
AGAIN = RetryStrategy(max_attempts=5, wait=2)
GIVEN_UP = "The machine failed at this list, again and again. Tell whoever runs the house: its log says why."
WAYS_OUT = {"reading": working.refuse_sheet, "bringing_in": working.not_brought_in, "undoing": working.not_undone}


def now() -> datetime:
    """Read the clock, once for a job's step."""
    return datetime.now(UTC)


def _asked(import_id: int, state: str) -> Import | None:
    """Find a list for which work is still asked: a job that is run a second time finds it done."""
    return Import.objects.visible_to(IMPORTER).filter(pk=import_id, state=state).first()


def _officer(staff: int, imported: Import) -> Actor:
    """Give the officer who asked, as they are now; whoever has lost the power meanwhile is told so."""
    by = officer_numbered(staff, at=now())
    may = rules.may_import(by=by, controller=imported.controller_id)
    if not may:
        raise NotPermitted(may.refusal)
    return by


@app.task(retry=AGAIN)
@acting(IMPORTER)
def try_list(import_id: int, staff: int) -> None:
    """Read a list and try it; a job that was killed midway begins again."""
    imported = _asked(import_id, "reading")
    if imported is None:
        return
    try:
        by = _officer(staff, imported)
        with acting(by):
            imported = working.read_in(imported, by=by, at=now())
            outcomes = working.tried(imported, by=by, at=now())
            working.note_trial(by=by, at=now(), imported=imported, outcomes=outcomes, why=imported.why)
    except (BadSheet, Refusal) as refusal:
        working.refuse_sheet(by=IMPORTER, at=now(), imported=imported, why=refusal.sentence)


@app.task(retry=AGAIN)
@acting(IMPORTER)
def bring_in(import_id: int, staff: int) -> None:
    """Bring a list in, in one transaction; a job that was killed midway has left nothing, and begins again."""
    imported = _asked(import_id, "bringing_in")
    if imported is None:
        return
    try:
        by = _officer(staff, imported)
        working.bring_in(by=by, at=now(), imported=imported)
    except working.NotBroughtIn as refused:
        outcomes = working.tried(imported, by=by, at=now())  # afresh: another list may have brought some in meanwhile
        working.note_trial(by=by, at=now(), imported=imported, outcomes=outcomes, why=refused.sentence)
    except Refusal as refusal:
        working.not_brought_in(by=IMPORTER, at=now(), imported=imported, why=refusal.sentence)


@app.task(retry=AGAIN)
@acting(IMPORTER)
def undo(import_id: int, staff: int) -> None:
    """Undo a list, in one transaction; a job that was killed midway has undone nothing, and begins again."""
    imported = _asked(import_id, "undoing")
    if imported is None:
        return
    try:
        by = _officer(staff, imported)
        working.undo(by=by, at=now(), imported=imported)
    except Refusal as refusal:
        working.not_undone(by=IMPORTER, at=now(), imported=imported, why=refusal.sentence)


def _nobody_works_on() -> list[Import]:
    """Find the lists for which work is asked and none waits or runs; asked in one statement, so that both are of one moment."""
    of = Cast(KeyTextTransform("import_id", "args"), BigIntegerField())
    works = ProcrastinateJob.objects.filter(task_name__startswith=f"{__name__}.", status__in=["todo", "doing"])
    lists = Import.objects.visible_to(IMPORTER).filter(state__in=WAYS_OUT)
    return list(lists.exclude(Exists(works.annotate(of=of).filter(of=OuterRef("pk")))))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="let go of lists")
def let_go(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Say of each list whose work was given up, by whatever fault, that nothing came of it; so somebody can go on."""
    for imported in _nobody_works_on():
        WAYS_OUT[imported.state](by=IMPORTER, at=now(), imported=imported, why=GIVEN_UP)
