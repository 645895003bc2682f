"""What is done with an exhibit's data: copies received, examined, withheld?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from longstone.evidence import rules
from longstone.evidence.models import Copy, Examination, ExaminationMove, Exhibit, FindingsRead, Withheld
from longstone.kernel import ledger, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.store import staging


@command
def receive_copy(*, by: Actor, at: datetime, exhibit: Exhibit, staged: UUID, digest: str = "") -> Copy:
    """Link bytes that were uploaded to an exhibit, after comparing them with the digest the officer gives."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_receive_copy(by=by, exhibit=exhibit))
    bytes_ = staging.claim(staged, by=by, expected_sha256=digest.strip().lower() or None)
    copy = Copy.objects.create(
        controller_id=exhibit.controller_id,
        exhibit=exhibit,
        sha256=bytes_.sha256,
        size=bytes_.size,
        name=bytes_.name,
        received_at=at,
        received_by=by.name,
    )
    facts = {"sha256": copy.sha256, "size": copy.size, "name": copy.name, "exhibit": exhibit.reference}
    ledger.record("copy.received", on=exhibit, by=by, at=at, digest_given=bool(digest), **facts)
    return copy


@command
def ask_for_examination(*, by: Actor, at: datetime, copy: Copy) -> Examination:
    """Ask for a copy to be opened and its contents written down."""
    copy = hold(copy, by=by)
    done = Examination.objects.visible_to(by).filter(copy=copy).exclude(state="failed").exists()
    require(rules.still_here(copy.disposed_at))
    require(rules.may_examine(by=by, controller=copy.controller_id, examined=done))
    examination = Examination(controller_id=copy.controller_id, copy=copy, asked_at=at)
    states.begin(examination, ExaminationMove, rules.EXAMINATION, now="queued", by=by, at=at)
    ledger.record("examination.asked", on=copy.exhibit, by=by, at=at, copy=copy.sha256)
    return examination


def _step(examination: Examination, now: str, *, by: Actor, at: datetime, **facts: Any) -> Examination:
    states.move(examination, ExaminationMove, rules.EXAMINATION, now=now, by=by, at=at)
    told = {"copy": examination.copy.sha256, **facts}
    ledger.record(f"examination.{now}", on=examination.copy.exhibit, by=by, at=at, **told)
    return examination


@command
def begin_examination(*, by: Actor, at: datetime, examination: Examination) -> Examination:
    """Begin to open a copy."""
    examination = hold(examination, by=by)
    require(rules.may_run(by=by))
    return _step(examination, "running", by=by, at=at)


@command
def examination_interrupted(*, by: Actor, at: datetime, examination: Examination) -> Examination:
    """Record that an examination was cut off; it starts again from the beginning."""
    examination = hold(examination, by=by)
    require(rules.may_run(by=by))
    return _step(examination, "queued", by=by, at=at)


@command
def finish_examination(
    *,
    by: Actor,
    at: datetime,
    examination: Examination,
    catalogue: str,
    files: int,
    problems: int,
    complete: bool,
) -> Examination:
    """Record what an examination found: its catalogue's digest, and how much of it could not be read."""
    examination = hold(examination, by=by)
    require(rules.may_run(by=by))
    examination.catalogue, examination.complete = catalogue, complete
    examination.files, examination.problems = files, problems
    told = {"catalogue": catalogue, "files": files, "problems": problems, "complete": complete}
    return _step(examination, "finished", by=by, at=at, **told)


@command
def examination_failed(*, by: Actor, at: datetime, examination: Examination, why: str) -> Examination:
    """Record that a copy could not be opened, and why."""
    examination = hold(examination, by=by)
    require(rules.may_run(by=by))
    examination.why_failed = why[:300]
    return _step(examination, "failed", by=by, at=at, why=why[:300])


@command
def withhold(*, by: Actor, at: datetime, examination: Examination, row: int, reason: str) -> Withheld:
    """Take a row of a catalogue out of every list, count and search, from the next request on."""
    examination = hold(examination, by=by)
    require(rules.may_withhold(by=by, controller=examination.controller_id))
    withheld = Withheld.objects.create(
        controller_id=examination.controller_id,
        examination=examination,
        row=row,
        reason=reason,
        by_name=by.name,
    )
    ledger.record("row.withheld", on=examination.copy.exhibit, by=by, at=at, catalogue=examination.catalogue, row=row)
    return withheld


@command
def read_findings(*, by: Actor, at: datetime, examination: Examination) -> FindingsRead:
    """Say that one has read what an examination found; it no longer waits for them."""
    examination = hold(examination, by=by)
    read = examination.readers.filter(staff=by.id).exists()
    finished = examination.state == "finished"
    require(rules.may_say_read(by=by, controller=examination.controller_id, finished=finished, read=read))
    said = FindingsRead.objects.create(examination=examination, staff_id=by.staff, at=at)
    told = {"copy": examination.copy.sha256, "catalogue": examination.catalogue}
    ledger.record("findings.read_through", on=examination.copy.exhibit, by=by, at=at, **told)
    return said


@command
def sweep_staged(*, by: Actor, at: datetime) -> int:
    """Remove uploads that nobody claimed for seven days, and write down which."""
    require(rules.may_run(by=by))
    gone = staging.sweep(at)
    told = [{"id": str(one.pk), "name": one.name, "size": one.size} for one in gone]
    ledger.record("uploads.swept", on=None, by=by, at=at, removed=told)
    return len(gone)
