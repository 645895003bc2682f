"""Which lists were sent in, how far is each, and what became of each of their rows?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.imports.definition import Definition, definition_of, definitions
from longstone.kernel.imports.rules import POWER, ROWS
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.states import Event, Stateful
from longstone.kernel.versions import Versioned

GONE = "what was taken back is in no list any more; what must not be seen of it the database keeps back"
CHANGED = ["version", "changed_by", "changed_at"]
SOME = 500  # rows written at once
LONGEST_KEY = 400  # characters of what tells rows apart; what is longer is kept as its digest
LONGEST = 4000  # characters of a cell that somebody types


class ImportQuerySet(ScopedQuerySet["Import"]):
    """Imports, for those of the force who bring lists in."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with(POWER))


class Import(Scoped, Stateful):
    """One list that was sent in: the file, what the officer chose, how its rows stand, and why it was refused if it was."""

    definition = models.CharField(max_length=60)
    definition_sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    how = models.CharField(max_length=20, blank=True)  # the file is written: UTF-8, Excel, …
    options = models.JSONField(default=dict)
    passed_over = models.JSONField(default=list)  # headings of columns that are not brought in
    mending_sha256 = models.CharField(max_length=64, blank=True)  # a mended sheet that waits to be read
    mended_with = models.JSONField(default=list)  # the digests of the mended sheets that were read
    rows_read = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    why = models.TextField(blank=True)  # the last refusal of the whole, in its sentence
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)  # for which it is undone
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return self.name

    def recount(self) -> None:
        """Count afresh how the rows stand; whoever calls saves it."""
        rows = self.rows.everything(because="a list's counts are of all its rows")
        found = list(rows.values_list("state", flat=True))
        self.rows_read = len(found)
        for state in ("good", "faulty", "already", "left_out"):
            setattr(self, state, found.count(state))

    @property
    def told(self) -> Definition:
        """Give the definition that it is read by."""
        return definition_of(self.definition)


def sheets() -> set[tuple[str, int | None]]:
    """Name the bytes of every list that was sent in, and of every mended sheet, for whoever counts what is kept."""
    found = Import.objects.everything(because="the store keeps the lists of every force")
    whole: set[tuple[str, int | None]] = set(found.values_list("sha256", "size"))
    mended = found.values_list("mending_sha256", "mended_with")
    return whole | {(one, None) for waiting, read in mended for one in (waiting, *read) if one}


class ImportMove(Event):
    """A list was sent in, tried, brought in, undone or given up."""

    row = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="moves")

    class Meta:
        app_label = "kernel"


class ImportProgress(models.Model):
    """How far the work on a list is: written beside the work's own transaction, so that others see it while it lasts."""

    of = models.OneToOneField(Import, on_delete=models.PROTECT, primary_key=True, related_name="progress")
    doing = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "kernel"


def _signs(text: str) -> str:
    """Write a text as it is compared: a form or a sheet may change its case and its spaces, and nobody has typed."""
    return "".join(text.casefold().split())


class ImportRowQuerySet(ScopedQuerySet["ImportRow"]):
    """Rows, for those who see their list, and what each became."""

    def for_actor(self, actor: Actor) -> models.Q:
        seen = models.Q(on_id=None)
        for one in definitions().values():
            became = {"definition": one.id, "on_id__isnull": False}
            there, taken_back = one.subjects().visible_to(actor), one.subjects().everything(because=GONE)
            seen |= models.Q(_is(there), **became) | models.Q(_is(taken_back), state="undone", **became)
        return seen & models.Q(of__in=Import.objects.visible_to(actor))


def _is(subjects: Any) -> models.Exists:
    return models.Exists(subjects.filter(pk=models.OuterRef("on_id")))


class ImportRow(Scoped, Versioned):
    """One row of a list: its cells as they came and as they were mended, what is wrong with it, and what it became."""

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    definition = models.CharField(max_length=60)
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=LONGEST_KEY, blank=True)
    state = models.CharField(max_length=10, choices=list(ROWS.items()))
    cells = models.JSONField()
    odd = models.JSONField(default=dict)
    mended = models.JSONField(default=dict)
    faults = models.JSONField(default=list)  # pairs: the argument or nothing, and the sentence
    unknowns = models.JSONField(default=list)
    on_id = models.BigIntegerField(null=True)
    on_label = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint("of", "line", name="one_row_of_a_line"),
            models.UniqueConstraint(
                "controller",
                "definition",
                "key",
                name="a_row_comes_in_once",
                condition=models.Q(state="in"),
                violation_error_message="A row of this list was brought in meanwhile, with another list. Bring this one in again: that row is passed over.",
            ),
        ]
        indexes = [models.Index("of", "state", "line", name="rows_by_state")]

    def __str__(self) -> str:
        return f"line {self.line}"

    def text(self, argument: str) -> str:
        """Give a cell as it stands now: as it was mended, or as it came."""
        return str(self.mended.get(argument, self.cells.get(argument, "")))

    def oddness(self, argument: str) -> str:
        """Say what the spreadsheet made of a cell; whoever changes it, or says that it is right, takes that off."""
        return str(self.odd.get(argument, ""))

    def mend(self, corrections: dict[str, str], right: Collection[str] = ()) -> None:
        """Put corrections over the cells, and believe those that somebody says are right; whoever calls saves them."""
        for name, text in corrections.items():
            if name in right or _signs(text) != _signs(self.text(name)):
                self.odd.pop(name, None)
            if text != self.text(name):
                self.mended[name] = text[:LONGEST].replace("\x00", "")

    def changed(self, *, by: str, at: datetime) -> None:
        """Be of a new version, so that whoever looks at an older one is told; whoever calls saves it."""
        self.version, self.changed_by, self.changed_at = self.version + 1, by, at

    def wrong(self) -> list[dict[str, Any]]:
        """Say what is wrong: the column's heading, its argument, the sentence."""
        told = definition_of(self.definition)
        return [
            {"column": told.column(name).heading if name else "", "argument": name, "sentence": sentence}
            for name, sentence in self.faults
        ]
