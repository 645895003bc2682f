"""What do templates need beyond Django's own?"""

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()
CLASSES = {"Select": "govuk-select", "Textarea": "govuk-textarea"}


@register.filter
def widget_is(field: BoundField, name: str) -> bool:
    """Say whether a field is drawn by a widget of that name."""
    return type(field.field.widget).__name__ == name


@register.simple_tag
def drawn(field: BoundField) -> SafeString:
    """Draw a field with its class, and tied to its hint and its error."""
    css = CLASSES.get(type(field.field.widget).__name__, "govuk-input")
    tied = [f"{field.id_for_label}-hint"] if field.help_text else []
    tied += [f"{field.id_for_label}-error"] if field.errors else []
    attrs: dict[str, Any] = {"class": css + (f" {css}--error" if field.errors else "")}
    return field.as_widget(attrs={**attrs, **({"aria-describedby": " ".join(tied)} if tied else {})})


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """Give what a mapping holds for a key."""
    return mapping.get(key)


@register.filter
def moment(microseconds: int | None) -> str:
    """Write a moment that a catalogue gives in microseconds of UTC."""
    from datetime import UTC, datetime, timedelta

    if microseconds is None:
        return ""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).strftime("%d/%m/%Y %H:%M:%S UTC")
