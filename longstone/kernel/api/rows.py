"""Which row does a program mean? One that it may see, found by its id; a table says itself for whom its rows are, or its room says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotVisible

Finder = Callable[[Actor], "models.QuerySet[Any]"]
FINDERS: dict[type[models.Model], Finder] = {}  # tables whose rows are asked for nobody: a room says for whom they are


def rows_for(model: type[models.Model], *, by: Actor) -> models.QuerySet[Any]:
    """Give the rows of a table that an actor may name."""
    if found := FINDERS.get(model):
        return found(by)
    table: Any = model
    if not hasattr(table.objects, "visible_to"):
        raise LookupError(f"Nobody says which rows of {model.__name__} an actor may name: add it to FINDERS.")
    return table.objects.visible_to(by)  # type: ignore[no-any-return]


def find_row(model: type[models.Model], number: int, *, by: Actor) -> models.Model:
    """Give one row that an actor may see, or say that it is not there."""
    found: models.Model | None = rows_for(model, by=by).filter(pk=number).first()
    if found is None:
        raise NotVisible
    return found
