"""What does the machine do with a list, for the officer who asked? It reads and tries it, brings it in whole, undoes it whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from longstone.kernel import ledger, states, store
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.imports import headings, progress, rules
from longstone.kernel.imports.models import CHANGED, SOME, Import, ImportMove, ImportRow
from longstone.kernel.imports.sheets import child
from longstone.kernel.imports.sheets.rows import BadSheet
from longstone.kernel.imports.trying import Outcome, Trial
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.kernel.verdict import YES, Verdict, no

TOLD = ["state", "key", "faults", "unknowns"]


class NotBroughtIn(Refusal):
    """Rows that were right cannot come in now; trying them again says why."""

    def __init__(self) -> None:
        super().__init__(
            "Something has changed since the list was tried. Nothing of it came in: look at the rows again."
        )


def _same(imported: Import) -> Verdict:
    if imported.told.sha256 == imported.definition_sha256:
        return YES
    return no("How such lists are read was changed since this one was sent in. Send it in again.")


def read_in(imported: Import, *, by: Actor, at: datetime) -> Import:
    """Read a list that was sent in, or its mended rows; raises BadSheet. What was read before is not read again."""
    if imported.mending_sha256:
        return note_mended(by=by, at=at, imported=imported, found=_read(imported))
    if imported.rows.everything(because="a list is read once").exists():
        return imported
    return note_rows(by=by, at=at, imported=imported, found=_read(imported))


def tried(imported: Import, *, by: Actor, at: datetime) -> list[Outcome]:
    """Try every row that is not left out, and leave nothing of it."""
    rows = ImportRow.objects.visible_to(by).filter(of=imported).exclude(state="left_out").order_by("line")
    return Trial(imported, by=by, at=at).tried(list(rows))


Found = tuple[headings.Headed, str, list[dict[str, Any]]]


def _read(imported: Import) -> Found:
    """Read a sheet in its own process: its headings, how it is written, and its rows by argument."""
    with store.lent(imported.mending_sha256 or imported.sha256) as path, child.opened(path) as (how, rows):
        headed, beneath = headings.headed(imported.told, rows)
        found = [
            {"line": row.line, "from": headed.line(row), "cells": headed.cells(row), "odd": headed.odd(row)}
            for row in beneath
        ]
    if not found:
        raise BadSheet("There is no row beneath the headings. Is it the right sheet?")
    return headed, str(how["how"]), found


@command
def note_rows(*, by: Actor, at: datetime, imported: Import, found: Found) -> Import:
    """Keep the rows of a list as they were read."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="reading"))
    headed, how, rows = found
    made = (
        ImportRow(
            of=imported, controller_id=imported.controller_id, definition=imported.definition, state="read",
            line=row["line"], cells=row["cells"], odd=row["odd"],
        )
        for row in rows
    )  # fmt: skip
    ImportRow.objects.bulk_create(made, batch_size=SOME)
    imported.how, imported.passed_over, imported.rows_read = how, headed.passed_over, len(rows)
    imported.save()
    ledger.record("list.read", on=imported, by=by, at=at, rows=len(rows), how=how, passed_over=headed.passed_over)
    return imported


@command
def note_mended(*, by: Actor, at: datetime, imported: Import, found: Found) -> Import:
    """Put the rows of a mended sheet in the place of those they came from."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="reading"))
    waiting = ImportRow.objects.visible_to(by).filter(of=imported, state__in=["faulty", "left_out"])
    by_line, strangers = {row.line: row for row in waiting}, []
    mended = []
    for told in found[2]:
        row = by_line.pop(told["from"], None)
        if row is None:
            strangers.append(told["line"])
            continue
        row.mend(told["cells"])
        row.odd |= told["odd"]
        row.state = "read"
        row.changed(by=by.name, at=at)
        mended.append(row)
    ImportRow.objects.visible_to(by).bulk_update(mended, ["mended", "odd", "state", *CHANGED], batch_size=SOME)
    _mended(imported, why=_strange(strangers))
    imported.save()
    lines = sorted(row.line for row in mended)
    ledger.record("rows.mended", on=imported, by=by, at=at, lines=lines, passed_over=strangers)
    return imported


def _mended(imported: Import, *, why: str) -> None:
    """Let a mended sheet wait no longer; its bytes stay in the record."""
    if imported.mending_sha256:
        imported.mended_with = [*imported.mended_with, imported.mending_sha256]
    imported.mending_sha256, imported.why = "", why


def _strange(lines: list[int]) -> str:
    if not lines:
        return ""
    told = f"Of the mended sheet these lines were passed over: {progress.lines(lines)}. "
    return f"{told}Their “{headings.LINE}” names no row of this list that is to be mended."


@command
def note_trial(*, by: Actor, at: datetime, imported: Import, outcomes: list[Outcome], why: str = "") -> Import:
    """Keep what came of trying a list: which rows are right, which are to be mended and why, which are in already."""
    imported = hold(imported, by=by)
    state = imported.state if imported.state in {"reading", "bringing_in"} else "reading"
    require(rules.may_go_on(by=by, imported=imported, state=state))
    ImportRow.objects.visible_to(by).bulk_update([one.settle() for one in outcomes], TOLD, batch_size=SOME)
    imported.why = why
    states.move(imported, ImportMove, rules.IMPORT, now="tried", by=by, at=at)
    imported.recount()
    imported.save()
    counts = {name: getattr(imported, name) for name in ("rows_read", "good", "faulty", "already", "left_out")}
    ledger.record("list.tried", on=imported, by=by, at=at, **counts)
    return imported


@command
def refuse_sheet(*, by: Actor, at: datetime, imported: Import, why: str) -> Import:
    """Record that a list, or its mended sheet, cannot be read, and why."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="reading"))
    now = "tried" if imported.mending_sha256 else "refused"
    _mended(imported, why=why)
    states.move(imported, ImportMove, rules.IMPORT, now=now, by=by, at=at, reason=why[:500])
    ledger.record("list.refused", on=imported, by=by, at=at, why=why)
    return imported


@command
def bring_in(*, by: Actor, at: datetime, imported: Import) -> Import:
    """Bring in every row that is right, as one act: all of them come in, or none does."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="bringing_in"))
    require(_same(imported))
    rows = ImportRow.objects.visible_to(by).filter(of=imported, state="good").order_by("line")
    outcomes = Trial(imported, by=by, at=at).all(list(rows), "bringing in")
    if any(one.faults or one.already for one in outcomes):
        raise NotBroughtIn
    for one in outcomes:
        one.row.state, one.row.on_id, one.row.on_label = "in", one.made.pk, str(one.made)[:200]
    _say_they_are_in([one.row for one in outcomes], by)
    states.move(imported, ImportMove, rules.IMPORT, now="in", by=by, at=at)
    unknown = sum(bool(one.unknowns) for one in outcomes)
    ledger.record("list.brought_in", on=imported, by=by, at=at, rows=len(outcomes), with_unknowns=unknown)
    return imported


def _say_they_are_in(rows: list[ImportRow], by: Actor) -> None:
    """Say of rows that they are in; the database refuses those that another list brought in at the same moment."""
    try:
        ImportRow.objects.visible_to(by).bulk_update(rows, ["state", "on_id", "on_label"], batch_size=SOME)
    except IntegrityError as fault:
        raise NotBroughtIn from fault


@command
def not_brought_in(*, by: Actor, at: datetime, imported: Import, why: str) -> Import:
    """Record that nothing of a list came in, and why; it can be looked at and tried again."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="bringing_in"))
    imported.why = why
    states.move(imported, ImportMove, rules.IMPORT, now="tried", by=by, at=at, reason=why[:500])
    ledger.record("list.refused", on=imported, by=by, at=at, why=why)
    return imported


@command
def undo(*, by: Actor, at: datetime, imported: Import) -> Import:
    """Take back everything that a list brought in, as one act; refused if somebody has acted on any of it since."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="undoing"))
    there = imported.rows.everything(because="a list is undone whole, or not at all")
    rows = list(there.filter(state="in").order_by("-line"))
    refused = [
        told for row in progress.told(imported.pk, "undoing", rows) if (told := _take_back(imported, row, by, at))
    ]
    if refused:
        raise NotPermitted(_who_acted(refused[::-1]))
    there.filter(state="in").update(state="undone")
    states.move(imported, ImportMove, rules.IMPORT, now="undone", by=by, at=at, reason=imported.reason)
    ledger.record("list.undone", on=imported, by=by, at=at, rows=len(rows), reason=imported.reason)
    return imported


def _take_back(imported: Import, row: ImportRow, by: Actor, at: datetime) -> str:
    """Take back what one row brought in; give why it cannot be, or nothing."""
    told = imported.told
    found = told.subjects().everything(because="what was brought in is found again by its number")
    subject = found.filter(pk=row.on_id).first()
    if subject is None:
        return f"Line {row.line}: {NotVisible().sentence}"
    try:
        told.unrun(by=by, at=at, reason=imported.reason, **{told.subject_argument: subject})
    except NotVisible as refusal:
        return f"Line {row.line}: {refusal.sentence}"  # it is not named to somebody who does not see it
    except Refusal as refusal:
        return f"{row.on_label} (line {row.line}): {refusal.sentence}"
    return ""


def _who_acted(refused: Iterable[str], most: int = 20) -> str:
    found = list(refused)
    more = f" And {len(found) - most:,} more." if len(found) > most else ""
    return f"Nothing was undone: {len(found):,} of its rows cannot be taken back. {' '.join(found[:most])}{more}"


@command
def not_undone(*, by: Actor, at: datetime, imported: Import, why: str) -> Import:
    """Record that a list was not undone, and which of its rows forbid it."""
    imported = hold(imported, by=by)
    require(rules.may_go_on(by=by, imported=imported, state="undoing"))
    imported.why = why
    states.move(imported, ImportMove, rules.IMPORT, now="in", by=by, at=at, reason=why[:500])
    ledger.record("list.not_undone", on=imported, by=by, at=at, why=why)
    return imported
