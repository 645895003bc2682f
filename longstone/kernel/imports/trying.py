"""Would this row come in? Its cells are read, and its command is run for the very officer who asks; a trial is rolled back whole.

Rows that are right stay while those after them are tried, so that two rows which cannot both come in are found before any does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db import DataError, models, transaction
from django.utils import timezone

from longstone.kernel.actor import Actor
from longstone.kernel.imports import UNKNOWN, progress
from longstone.kernel.imports.cells import BadCell, Fault, value_of
from longstone.kernel.imports.definition import Column
from longstone.kernel.imports.models import LONGEST_KEY, Import, ImportRow
from longstone.kernel.ledger import canonical
from longstone.kernel.refusals import Refusal

FUTURE = "That day lies in the future. Check the date."
TOO_MUCH = "A value of this row does not fit what the record can hold. Shorten it, or leave the row out."


@dataclass
class Outcome:
    """What came of one row: nothing wrong and what it made; or what is wrong; or that it is in already."""

    row: ImportRow
    key: str = ""
    faults: list[Fault] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    already: bool = False
    made: Any = None

    @property
    def state(self) -> str:
        """Say how the row stands."""
        return "already" if self.already else "faulty" if self.faults else "good"

    def settle(self) -> ImportRow:
        """Let the row say what came of it; whoever calls saves it."""
        self.row.state, self.row.key, self.row.unknowns = self.state, self.key, self.unknowns
        self.row.faults = [[one.column, one.sentence] for one in self.faults]
        return self.row


class Trial:
    """The rows of one list, tried for one officer."""

    def __init__(self, imported: Import, *, by: Actor, at: datetime) -> None:
        self.imported, self.told, self.by, self.at = imported, imported.told, by, at
        self.found: dict[tuple[str, ...], Any] = {}
        self.lines: dict[str, int] = {}

    def all(self, rows: list[ImportRow], doing: str) -> list[Outcome]:
        """Bring in row after row, telling how far it is; the caller decides what becomes of it."""
        read = [self._read(row) for row in rows]
        self._mark_those_in(read)
        return [self._run(outcome, given) for outcome, given in progress.told(self.imported.pk, doing, read)]

    def tried(self, rows: list[ImportRow], doing: str = "trying") -> list[Outcome]:
        """Try row after row, and leave nothing of it."""
        with transaction.atomic():
            outcomes = self.all(rows, doing)
            transaction.set_rollback(True)
        return outcomes

    def one(self, row: ImportRow) -> Outcome:
        """Try one row beside those that are right already, and leave nothing of it."""
        read = self._read(row)
        self._mark_those_in([read])
        self._mark_a_twin(read[0])
        with transaction.atomic():
            outcome = self._run(*read)
            transaction.set_rollback(True)
        return outcome

    def _read(self, row: ImportRow) -> tuple[Outcome, dict[str, Any]]:
        """Read a row's cells: the arguments of its command, and what is wrong with them."""
        outcome = Outcome(row)
        given: dict[str, Any] = {}
        for column in self.told.columns:
            try:
                value = value_of(column, row.text(column.argument), row.oddness(column.argument), self._find)
            except BadCell as fault:
                outcome.faults.append(Fault(column.argument, fault.sentence))
            else:
                given |= {} if value is None else {column.argument: value}
        outcome.unknowns = self._unknown(given)
        outcome.key = self._key(given)
        return outcome, given

    def _unknown(self, given: dict[str, Any]) -> list[str]:
        return [
            one.argument for one in self.told.columns if one.unknown and given.get(one.argument, UNKNOWN) == UNKNOWN
        ]

    def _key(self, given: dict[str, Any]) -> str:
        if not set(self.told.key) <= set(given):
            return ""
        text = canonical.text([str(given[name]) for name in self.told.key])
        return text if len(text) <= LONGEST_KEY else hashlib.sha256(text.encode()).hexdigest()

    def _find(self, column: Column, text: str) -> Any:
        wanted = (column.of, *column.by, text.casefold())
        if wanted not in self.found:
            rows: Any = apps.get_model(column.of).objects
            named = models.Q()
            for name in column.by:
                named |= models.Q(**{f"{name}__iexact": text})
            some = list(rows.visible_to(self.by).filter(named)[:2])
            self.found[wanted] = some[0] if len(some) == 1 else None
        return self.found[wanted]

    def _mark_those_in(self, read: list[tuple[Outcome, dict[str, Any]]]) -> None:
        keys = [outcome.key for outcome, _ in read if outcome.key]
        rows = ImportRow.objects.everything(because="a row comes into a force once, whoever brought it in")
        same = {"controller": self.imported.controller_id, "definition": self.told.id}
        held = set(rows.filter(**same, state="in", key__in=keys).values_list("key", flat=True))
        for outcome, _ in read:
            outcome.already = outcome.key in held

    def _mark_a_twin(self, outcome: Outcome) -> None:
        rows = ImportRow.objects.visible_to(self.by).filter(of=self.imported, key=outcome.key or None)
        if twin := rows.exclude(pk=outcome.row.pk).exclude(state="left_out").first():
            self.lines[outcome.key] = twin.line

    def _run(self, outcome: Outcome, given: dict[str, Any]) -> Outcome:
        if outcome.faults or outcome.already:
            return outcome
        moment = self._moment(given)
        first = self.lines.setdefault(outcome.key, outcome.row.line)
        if first != outcome.row.line:
            outcome.faults.append(Fault(self.told.key[-1], self._twice(first)))
        elif moment > self.at:
            outcome.faults.append(Fault(self.told.at, FUTURE))
        else:
            self._do(outcome, given, moment)
        return outcome

    def _do(self, outcome: Outcome, given: dict[str, Any], moment: datetime) -> None:
        try:
            outcome.made = self.told.run(by=self.by, at=moment, **given, **self.imported.options)
        except Refusal as refusal:
            outcome.faults.append(Fault(refusal.field if refusal.field in given else "", refusal.sentence))
        except (DataError, OverflowError):
            outcome.faults.append(Fault("", TOO_MUCH))

    def _twice(self, first: int) -> str:
        names = " and ".join(self.told.column(name).heading.lower() for name in self.told.key)
        return f"Line {first} has the same {names}. Keep one of the two: correct this row, or leave it out."

    def _moment(self, given: dict[str, Any]) -> datetime:
        """Give the moment of the act: the source's, where the definition names its column."""
        day = given.get(self.told.at) if self.told.at else None
        return timezone.make_aware(datetime.combine(day, time())) if isinstance(day, date) else self.at
