"""What does an officer do with a list: send it in, mend it, leave rows out, have it brought in, have it undone, give it up?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from longstone.kernel import ledger, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.imports import rules
from longstone.kernel.imports.cells import may_be_right
from longstone.kernel.imports.definition import definitions
from longstone.kernel.imports.models import CHANGED, SOME, Import, ImportMove, ImportProgress, ImportRow
from longstone.kernel.imports.trying import Trial
from longstone.kernel.store import staging
from longstone.kernel.verdict import YES, Verdict, no


@command
def send_in(*, by: Actor, at: datetime, definition: str, staged: UUID, options: dict[str, bool]) -> Import:
    """Send a list in: it is read and tried, and nothing of it comes in before it is told to."""
    told = definitions().get(definition)
    require(YES if told else no("There is no such kind of list."))
    assert told is not None
    require(rules.may_import(by=by, controller=by.force, past=bool(told.at)))
    bytes_ = staging.claim(staged, by=by)
    chosen = {one.argument: bool(options.get(one.argument)) for one in told.options}
    imported = Import(
        controller_id=by.force, definition=told.id, definition_sha256=told.sha256, name=bytes_.name, sha256=bytes_.sha256,
        size=bytes_.size, options=chosen, asked_by_id=by.staff, asked_by=by.name, asked_at=at,
    )  # fmt: skip
    states.begin(imported, ImportMove, rules.IMPORT, now="reading", by=by, at=at)
    ImportProgress.objects.create(of=imported)
    facts = {"definition": f"{told.id} {told.version}", "sha256": imported.sha256, "size": imported.size}
    ledger.record("list.sent_in", on=imported, by=by, at=at, options=chosen, **facts)
    return imported


@command
def mend_row(
    *,
    by: Actor,
    at: datetime,
    row: ImportRow,
    corrections: dict[str, str],
    right: Collection[str] = (),
    seen: int | None = None,
) -> ImportRow:
    """Mend cells of a row, and have it tried at once; what was typed is kept even if it is not right yet."""
    imported = hold(row.of, by=by)
    row = hold(row, by=by, seen=seen)
    require(rules.may_mend(by=by, imported=imported))
    require(YES if row.state in {"faulty", "left_out"} else no(f"Line {row.line} needs no mending."))
    known = {one.argument for one in imported.told.columns}
    require(YES if set(corrections) | set(right) <= known else no("That column is not of this list."))
    require(_may_be_right(row, right))
    row.mend(corrections, right)
    row.changed(by=by.name, at=at)
    Trial(imported, by=by, at=at).one(row).settle()
    row.save()
    imported.recount()
    imported.save()
    changed = sorted(corrections)
    facts = {"line": row.line, "columns": changed, "said_right": sorted(right), "right": row.state == "good"}
    ledger.record("row.mended", on=imported, by=by, at=at, **facts)
    return row


def _may_be_right(row: ImportRow, right: Collection[str]) -> Verdict:
    wrong = [row.of.told.column(name).heading for name in right if not may_be_right(row.oddness(name))]
    return no(f"Nobody can say of {', '.join(wrong)} that it is right as it stands. Type it.") if wrong else YES


@command
def leave_out(*, by: Actor, at: datetime, imported: Import, reason: str, row: ImportRow | None = None) -> Import:
    """Leave one row out of what is brought in, or every row that is still faulty."""
    imported = hold(imported, by=by)
    require(rules.may_mend(by=by, imported=imported))
    require(rules.said(reason))
    faulty = ImportRow.objects.visible_to(by).filter(of=imported, state="faulty")
    chosen = list(faulty.filter(pk=row.pk) if row is not None else faulty)
    require(YES if chosen else no("No row of this list is to be mended."))
    for one in chosen:
        one.state = "left_out"
        one.changed(by=by.name, at=at)
    ImportRow.objects.visible_to(by).bulk_update(chosen, ["state", *CHANGED], batch_size=SOME)
    imported.recount()
    imported.save()
    ledger.record("rows.left_out", on=imported, by=by, at=at, lines=sorted(one.line for one in chosen), reason=reason)
    return imported


@command
def mend_with_sheet(*, by: Actor, at: datetime, imported: Import, staged: UUID) -> Import:
    """Send the sheet of faulty rows back, mended: its rows take the place of those they came from, and all is tried again."""
    imported = hold(imported, by=by)
    require(rules.may_mend(by=by, imported=imported))
    bytes_ = staging.claim(staged, by=by)
    imported.mending_sha256, imported.why = bytes_.sha256, ""
    ImportProgress.objects.filter(of=imported).update(done=0, total=0)
    states.move(imported, ImportMove, rules.IMPORT, now="reading", by=by, at=at)
    ledger.record("list.mended", on=imported, by=by, at=at, sha256=bytes_.sha256, name=bytes_.name)
    return imported


@command
def ask_to_bring_in(*, by: Actor, at: datetime, imported: Import) -> Import:
    """Have a list brought in, as one act: all of its rows that are right, or none."""
    return _ask(imported, rules.may_bring_in, "bringing_in", by=by, at=at)


@command
def ask_to_undo(*, by: Actor, at: datetime, imported: Import, reason: str) -> Import:
    """Have a list undone, as one act: everything that it brought in is taken back, or nothing."""
    require(rules.said(reason))
    return _ask(imported, rules.may_undo, "undoing", by=by, at=at, reason=reason.strip())


def _ask(imported: Import, may: Any, now: str, *, by: Actor, at: datetime, reason: str = "") -> Import:
    imported = hold(imported, by=by)
    require(may(by=by, imported=imported))
    imported.reason, imported.why = reason, ""
    ImportProgress.objects.filter(of=imported).update(done=0, total=0)
    states.move(imported, ImportMove, rules.IMPORT, now=now, by=by, at=at, reason=reason)
    ledger.record(f"list.{now}", on=imported, by=by, at=at, reason=reason or None)
    return imported


@command
def give_up(*, by: Actor, at: datetime, imported: Import, reason: str) -> Import:
    """Give up a list that was not brought in; what was sent stays in the record."""
    imported = hold(imported, by=by)
    require(rules.may_give_up(by=by, imported=imported))
    require(rules.said(reason))
    states.move(imported, ImportMove, rules.IMPORT, now="given_up", by=by, at=at, reason=reason.strip())
    ledger.record("list.given_up", on=imported, by=by, at=at, reason=reason.strip())
    return imported
