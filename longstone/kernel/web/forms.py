"""How does a page hand over? A form checks shape and types, and gives its clean data to one command."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from django import forms
from django.db import transaction
from django.forms.fields import BaseTemporalField

from longstone.kernel import versions
from longstone.kernel.refusals import AlreadyDone, Refusal, Stale

T = TypeVar("T")


class Once(forms.UUIDField):
    """The form's one-use key, made when the form is first drawn."""

    def __init__(self) -> None:
        missing = {
            "required": "The form was not sent whole. Open it again and send it.",
            "invalid": "The form was damaged on the way. Open it again and send it.",
        }
        super().__init__(widget=forms.HiddenInput, initial=uuid.uuid4, required=True, error_messages=missing)


class CommandForm(forms.Form):
    """A form whose clean data are one command's arguments."""

    use_required_attribute = False
    kept_back: tuple[str, ...] = ("once",)  # fields that are for the page, not for the command
    once = Once()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result: Any = None
        self.again = self.stale = False
        for field in self.fields.values():
            _say_what_is_missing(field)

    def do(self, command: Callable[..., T], **given: Any) -> T | None:
        """Call the command once; a refusal becomes the form's error, a second sending the first one's result."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in self.kept_back}
        try:
            with transaction.atomic():
                versions.spend(self.cleaned_data["once"], by_id=given["by"].id)
                self.result = command(**{**told, **given})
                versions.made(self.cleaned_data["once"], self.result)
        except AlreadyDone as done:
            self.result, self.again = done.result, True
        except Refusal as refusal:
            self.stale = isinstance(refusal, Stale)
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
            return None
        return self.result  # type: ignore[no-any-return]


def _say_what_is_missing(field: forms.Field) -> None:
    """Say what to do about a field left empty, unless it says so itself."""
    if str(field.error_messages["required"]) == str(forms.Field.default_error_messages["required"]):
        chosen = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
        field.error_messages["required"] = "Choose one." if chosen else "Fill this in."


class DateTimeLocal(forms.DateTimeField):
    """A date and time as the officer writes it, London time; in the hour that comes twice they say GMT or BST."""

    ZONES = {"GMT": timezone(timedelta(0)), "BST": timezone(timedelta(hours=1))}
    TWICE = "The clocks change in that hour. Write GMT or BST after it, such as 25/10/2026 01:30 GMT."

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%d/%m/%Y %H:%M")
        formats = ["%d/%m/%Y %H:%M", "%d/%m/%y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        messages = {
            "invalid": "Enter a date and time, such as 24/11/2026 09:30.",
            "required": "Enter the date and time.",
        }
        kwargs.setdefault("help_text", "For example, 24/11/2026 09:30.")
        super().__init__(widget=widget, input_formats=formats, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Read a moment; one that London has twice, or never, is asked for again."""
        text, _, zone = str(value or "").strip().rpartition(" ")
        if zone.upper() in self.ZONES:
            naive: Any = BaseTemporalField.to_python(self, text)  # not yet of any zone
            return naive.replace(tzinfo=self.ZONES[zone.upper()])  # type: ignore[no-any-return]
        try:
            return super().to_python(value)
        except forms.ValidationError as fault:
            if fault.code == "ambiguous_timezone":
                raise forms.ValidationError(self.TWICE, code="twice") from fault
            raise


class Day(forms.DateField):
    """A day as the officer writes it."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": "Enter a day, such as 24/11/2026.", "required": "Enter the day."}
        kwargs.setdefault("help_text", "For example, 24/11/2026.")
        widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"})
        super().__init__(widget=widget, error_messages=messages, **kwargs)
