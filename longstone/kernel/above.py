"""What lies above a thing? Whatever it belongs to, found by following its own foreign keys, so that a hold up there binds down here.

The kernel knows nothing of policing: that an exhibit belongs to a case, and an involvement to a case and a person, stands in their tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from longstone.kernel.acting import acting
from longstone.kernel.actor import THE_RECORD, Actor
from longstone.kernel.scoped import Scoped


@acting(THE_RECORD)
def subjects(kind: str, subject: str) -> list[tuple[str, str]]:
    """Name a thing and all that it belongs to, each as kind and id, whoever asks; a thing that is no subject's row is named alone."""
    found = {(kind, subject)} if kind else set()
    rows = [row for row in [_row(kind, subject)] if row]
    while rows:
        row = rows.pop()
        for above in _belongs_to(row):
            if (named := (str(above._meta.model_name), str(above.pk))) not in found:  # noqa: SLF001
                found.add(named)
                rows.append(above)
    return sorted(found)


def _row(kind: str, subject: str) -> models.Model | None:
    model = next((one for one in apps.get_models() if one._meta.model_name == kind and issubclass(one, Scoped)), None)  # noqa: SLF001
    return _of(model).filter(pk=subject).first() if model else None


def _of(model: Any) -> Any:
    return model.objects.everything(because="a hold binds, whoever asks")


def _belongs_to(row: models.Model) -> Iterator[models.Model]:
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, Scoped):  # type: ignore[arg-type]
            above = _of(field.related_model).filter(pk=getattr(row, field.attname)).first()
            if above is not None:
                yield above


def in_sight(actor: Actor, prefix: str = "") -> models.Q:
    """Keep rows that name a subject by kind and id, if the actor sees that subject or it is no subject's row."""
    kinds = {str(one._meta.model_name): one for one in apps.get_models() if issubclass(one, Scoped) and _plain(one)}  # noqa: SLF001
    number = Cast(models.OuterRef(f"{prefix}on_id"), models.BigIntegerField())
    seen = ~models.Q(**{f"{prefix}on_kind__in": list(kinds)})
    for kind, model in kinds.items():
        rows: Any = model
        there = models.Exists(rows.objects.visible_to(actor).filter(pk=number))
        seen |= models.Q(**{f"{prefix}on_kind": kind}) & models.Q(there)
    return seen


def _plain(model: type[models.Model]) -> bool:
    """Say whether a model's rows are numbered, and are a room's own."""
    return isinstance(model._meta.pk, models.BigAutoField) and model._meta.app_label != "kernel"  # noqa: SLF001
