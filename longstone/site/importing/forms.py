"""What does an officer type about a list, and about one row of it?"""

from __future__ import annotations

from typing import Any

from django import forms

from longstone.kernel.imports import UNKNOWN
from longstone.kernel.imports.cells import may_be_right
from longstone.kernel.imports.definition import Column, Definition
from longstone.kernel.imports.models import LONGEST, ImportRow
from longstone.kernel.web.forms import CommandForm

LINES = forms.Textarea(attrs={"rows": 3})
RIGHT = "right"  # cells of which somebody says that they are right as they stand
MISSING = {"required": "Choose a file and wait until it has arrived."}


class SheetForm(CommandForm):
    """A sheet, once it has arrived."""

    staged = forms.UUIDField(widget=forms.HiddenInput, error_messages=MISSING)


class SendForm(SheetForm):
    """A list, and what the officer chooses for all of it."""

    def __init__(self, told: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told = told
        for one in told.options:
            self.fields[one.argument] = forms.BooleanField(required=False, label=one.ask)

    def clean(self) -> dict[str, Any]:
        """Gather the options into one."""
        given = super().clean() or {}
        options = {one.argument: bool(given.pop(one.argument, False)) for one in self.told.options}
        return {**given, "options": options}


class ReasonForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)


class Cell(forms.CharField):
    """A cell: whether it may be empty, the list says, not the form."""

    def validate(self, value: Any) -> None:
        """Take whatever was typed; the trial of the row judges it."""


class Choice(forms.ChoiceField):
    """A cell with few answers: whether it may be empty, the list says, not the form."""

    def validate(self, value: Any) -> None:
        """Take whatever was chosen; the trial of the row judges it."""


class RowForm(CommandForm):
    """One row: what is wrong comes first; then the other cells, as they are."""

    def __init__(self, row: ImportRow, data: Any = None) -> None:
        super().__init__(data)
        told, wrong = row.of.told, {name for name, _ in row.faults if name}
        self.first = [one.argument for one in told.columns if one.argument in wrong] or list(told.key)
        rest = [one.argument for one in told.columns if one.argument not in self.first]
        for name in (*self.first, *rest):
            self.fields[name] = _field(told.column(name), row.text(name))
        if choices := [
            (name, f"{told.column(name).heading}: {row.text(name)}")
            for name in self.first
            if may_be_right(row.oddness(name))
        ]:
            self.fields[RIGHT] = forms.MultipleChoiceField(
                choices=choices,
                required=False,
                label="Is any of these right as it stands?",
                widget=forms.CheckboxSelectMultiple,
                help_text="Compare it with the paper or the bag. Otherwise type it above.",
            )

    def clean(self) -> dict[str, Any]:
        """Gather the cells into one."""
        given = super().clean() or {}
        return {"once": given.pop("once", None), "right": given.pop(RIGHT, []), "corrections": given}

    def wrong_fields(self) -> list[Any]:
        """Give the fields to mend."""
        return [self[name] for name in (*self.first, RIGHT) if name in self.fields]

    def other_fields(self) -> list[Any]:
        """Give the other fields."""
        return [one for one in self.visible_fields() if one.name not in (*self.first, RIGHT)]


def row_form(row: ImportRow) -> RowForm:
    """Draw a row with its cells as they stand, and say what is wrong beside each field."""
    blank = RowForm(row)
    form = RowForm(row, {name: blank[name].value() for name in blank.fields})
    form.is_valid()
    for name, sentence in row.faults:
        form.add_error(name if name in form.fields else None, sentence)
    return form


def _field(column: Column, text: str) -> forms.Field:
    told: dict[str, Any] = {
        "label": column.heading,
        "required": column.required,
        "initial": text,
        "help_text": column.help,
    }
    if column.kind != "choice":
        return Cell(max_length=LONGEST, strip=True, **told)
    choices = [(words[0] if words else name, words[0] if words else name) for name, words in column.choices.items()]
    choices += [(UNKNOWN, UNKNOWN.capitalize())] if column.unknown else []
    known = next((value for value, _ in choices if value.casefold() == text.casefold()), None)
    now = [] if known else [(text, f"{text} (as it came)" if text else "Choose")]
    return Choice(choices=[*now, *choices], **{**told, "initial": known or text})
