"""What does a program get back? What an act made, or the officer's sentence with its status; nothing else, and never a trace."""

from __future__ import annotations

from typing import Any

from django.db import models
from pydantic import BaseModel, Field

from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal

STATUSES = {NotVisible: 404, NotPermitted: 403}
CONFLICT = 409  # every other refusal: what is asked for does not fit what stands


class Made(BaseModel):
    """What an act made or changed; nothing of it but its id, its version and its state."""

    kind: str | None = None
    id: int | str | None = None
    version: int | None = None
    state: str | None = None

    @classmethod
    def of(cls, result: Any) -> Made:
        """Tell what a command gave back."""
        if not isinstance(result, models.Model):
            return cls()
        number = result.pk if isinstance(result.pk, int) else str(result.pk)
        told = {"version": getattr(result, "version", None), "state": getattr(result, "state", None)}
        return cls(kind=str(result._meta.model_name), id=number, **told)  # noqa: SLF001


class Fault(BaseModel):
    """What is wrong with one field."""

    field: str
    sentence: str


class Refused(BaseModel):
    """Why it was not done, in the sentence that an officer would read, and what is wrong with which field."""

    refusal: str
    faults: list[Fault] = Field(default_factory=list)


NOT_SENT_WELL = "The request cannot be read as it is. Nothing was done. Mend what is named here and send it again."


def status_of(refusal: Refusal) -> int:
    """Give a refusal's status: not there, not permitted, or in conflict with what stands."""
    return next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), CONFLICT)


def refused(refusal: Refusal) -> Refused:
    """Tell a refusal."""
    faults = [Fault(field=refusal.field, sentence=refusal.sentence)] if refusal.field else []
    return Refused(refusal=refusal.sentence, faults=faults)


def faulty(errors: list[dict[str, Any]]) -> Refused:
    """Tell which fields cannot be read, and why."""
    return Refused(refusal=NOT_SENT_WELL, faults=[Fault(field=_place(e["loc"]), sentence=_said(e)) for e in errors])


def _place(where: tuple[Any, ...]) -> str:
    """Name a field as its sender knows it, without the names that the house has for the body and for the query."""
    told = [str(one) for one in where if one not in ("body", "told", "query", "path", "header", "asked")]
    return ".".join(told) or "body"


def _said(error: dict[str, Any]) -> str:
    sentence = str(error.get("msg", "This cannot be read.")).removeprefix("Value error, ")
    return sentence if sentence.endswith(".") else f"{sentence}."
