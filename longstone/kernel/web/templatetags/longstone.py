"""What do templates need beyond Django's own?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()
CLASSES = {"Select": "govuk-select", "Textarea": "govuk-textarea", "ClearableFileInput": "govuk-file-upload"}
PARTS = {
    "RadioSelect": "kernel/field_choices.html",
    "CheckboxSelectMultiple": "kernel/field_choices.html",
    "CheckboxInput": "kernel/field_checkbox.html",
    "PasswordInput": "kernel/field_password.html",
}
DAYS = {"DateInput": 10, "DateTimeInput": 20}
SHORT, MIDDLING = 10, 40


@register.filter
def part(field: BoundField) -> str:
    """Name the template that draws a field."""
    return PARTS.get(_widget(field), "kernel/field_input.html")


@register.filter
def kind(field: BoundField) -> str:
    """Say whether choices are radios or checkboxes."""
    return "checkbox" if _widget(field) == "CheckboxSelectMultiple" else "radio"


@register.filter
def anchor(field: BoundField) -> str:
    """Give the id of what an error's link goes to: the input, or the first of its choices."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def tied(field: BoundField) -> str:
    """Name the hint and the error that a field is described by."""
    ids = [f"{field.auto_id}-hint"] if field.help_text else []
    return " ".join(ids + ([f"{field.auto_id}-error"] if field.errors else []))


@register.simple_tag
def drawn(field: BoundField, more: str = "") -> SafeString:
    """Draw a field with its class, tied to its hint and its error; the browser is not to remember what was typed."""
    css = CLASSES.get(_widget(field), "govuk-input")
    css += f" {css}--error" if field.errors else ""
    attrs: dict[str, Any] = {"class": f"{css}{_width(field)} {more}".strip(), "placeholder": False}
    if tied(field):
        attrs["aria-describedby"] = tied(field)
    if "autocomplete" not in field.field.widget.attrs:
        attrs["autocomplete"] = "off"
    return field.as_widget(attrs=attrs)


def _widget(field: BoundField) -> str:
    return type(field.field.widget).__name__


def _width(field: BoundField) -> str:
    """Let the width of an input say how much is expected in it."""
    if _widget(field) in DAYS:
        return f" govuk-input--width-{DAYS[_widget(field)]}"
    longest = getattr(field.field, "max_length", None) if _widget(field) == "TextInput" else None
    if not longest or longest > MIDDLING:
        return ""
    return " govuk-input--width-10" if longest <= SHORT else " govuk-input--width-20"


@register.inclusion_tag("kernel/facts.html")
def facts(*told: Any) -> dict[str, Any]:
    """Draw a label and its value, and the next label and its value."""
    return {"facts": list(zip(told[::2], told[1::2], strict=True))}


@register.inclusion_tag("kernel/crumbs.html")
def crumbs(*told: str) -> dict[str, Any]:
    """Draw the way back: a name and its address, and so on; this page's own name comes last."""
    return {"crumbs": list(zip(told[:-1:2], told[1:-1:2], strict=True)), "here": told[-1]}


@register.inclusion_tag("kernel/table.html")
def table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, hidden_caption: bool = False
) -> dict[str, Any]:
    """Draw a table that becomes cards on a telephone; every row has a cell for each column."""
    paired = [list(zip(columns, row, strict=True)) for row in rows]
    return {"caption": caption, "columns": columns, "rows": paired, "hidden_caption": hidden_caption}


@register.filter
def permitted(actions: Iterable[Any]) -> list[Any]:
    """Keep the actions that the officer may take."""
    return [action for action in actions if not action.refusal]


@register.filter
def refused(actions: Iterable[Any]) -> list[Any]:
    """Keep the actions that the officer may not take, each with its reason."""
    return [action for action in actions if action.refusal]


@register.filter
def columns(names: str) -> list[str]:
    """Give the names of a table's columns from one text."""
    return names.split(",")


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """Give what a mapping holds for a key."""
    return mapping.get(key)


@register.filter
def moment(microseconds: int | None) -> str:
    """Write a moment that a catalogue gives in microseconds of UTC."""
    if microseconds is None:
        return ""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).strftime("%d/%m/%Y %H:%M:%S UTC")
