"""Which promise did the database keep? A broken constraint becomes the sentence written beside it."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError

from longstone.kernel.refusals import Refusal

MESSAGES: dict[str, str] = {}  # constraints written in SQL: rooms add theirs beside the model


@cache
def _from_models() -> dict[str, str]:
    constraints = (c for model in apps.get_models() for c in model._meta.constraints)  # noqa: SLF001
    return {c.name: str(c.violation_error_message) for c in constraints}


def refusal_for(error: IntegrityError) -> Refusal:
    """Turn a broken constraint into a refusal, or raise what nobody foresaw."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    sentence = MESSAGES.get(name) or _from_models().get(name, "")
    if not sentence or sentence.startswith("Constraint “"):
        raise error
    return Refusal(sentence)
