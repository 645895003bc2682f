"""What does a command ask to be told? Read from its signature; how long a text may be and which words there are, from the tables it fills."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.apps import apps
from django.db import models
from pydantic import Field, create_model

from longstone.kernel.api import kinds
from longstone.kernel.scoped import Scoped

UNSAID = frozenset({"by", "at"})  # who acts and when are never told: the house knows (D3)
VERSION = 2**31 - 1
Run = Callable[..., Any]


class CannotBeTold(TypeError):
    """A program cannot tell this; the command stands on its room's list of what only people and the house itself do."""


def told_to(run: Run) -> dict[str, Any]:
    """Give what a command is told, by name, each with its type as it runs."""
    hints = get_type_hints(inspect.unwrap(run), include_extras=True)
    return {name: hints[name] for name in inspect.signature(run).parameters if name not in UNSAID}


def body_of(name: str, run: Run) -> type[kinds.Told]:
    """Make the model of what a program sends to have a command done."""
    parameters = inspect.signature(run).parameters
    fields: Any = {
        _free(word): (_field(run, word, kind, parameters[word].default), _told_as(word, parameters[word].default))
        for word, kind in told_to(run).items()
    }
    return create_model(name, __base__=kinds.Told, **fields)


def _free(word: str) -> str:
    """Give a name that pydantic's own models do not have: a copy is told as `copy` all the same."""
    return f"{word}_" if hasattr(kinds.Told, word) else word


def _told_as(word: str, default: Any) -> Any:
    return Field(_default(default), alias=word)


def _default(default: Any) -> Any:
    return ... if default is inspect.Parameter.empty else default


def row_of(kind: Any) -> type[models.Model] | None:
    """Say of which table a parameter names a row, if it does."""
    plain = _without_none(kind)
    return plain if isinstance(plain, type) and issubclass(plain, models.Model) else None


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        left = [one for one in get_args(kind) if one is not NoneType]
        return left[0] if len(left) == 1 else kind
    return kind


def _field(run: Run, word: str, kind: Any, default: Any) -> Any:
    plain = _without_none(kind)
    made = _kind(run, word, plain, may_be_empty=default == "")
    return made if plain is kind else made | None


def _kind(run: Run, word: str, plain: Any, *, may_be_empty: bool) -> Any:
    if plain is str:
        return _text(list(_columns(run, word)), may_be_empty=may_be_empty)
    if plain is int:
        return kinds.number(1, VERSION) if word == "seen" else kinds.number()
    known = {bool: kinds.Truth, date: kinds.Day, datetime: kinds.Moment, UUID: kinds.Identity}
    if plain in known:
        return known[plain]
    return _row(run, word, plain)


def _row(run: Run, word: str, plain: Any) -> Any:
    if row_of(plain) is None:
        what = "Name the command in NOT_FOR_SYSTEMS of its room's web/api.py, with the reason."
        raise CannotBeTold(f"{run.__name__} is told {word}, a {plain}, which no program can tell. {what}")
    return kinds.subject(subjects()) if plain is Scoped else kinds.Id


def subjects() -> list[str]:
    """Name every kind of thing that has a controller."""
    found = (model for model in apps.get_models() if issubclass(model, Scoped))
    return sorted(str(model._meta.model_name) for model in found)  # noqa: SLF001


def _text(columns: list[Any], *, may_be_empty: bool) -> Any:
    """Bound a text by the narrowest column that it may go into; words that a column knows are a choice."""
    if columns and columns[0].choices:
        return kinds.one_of([str(value) for value, _ in columns[0].flatchoices])
    longest = min((one.max_length for one in columns if one.max_length), default=kinds.ROOM)
    return kinds.text(longest, may_be_empty=may_be_empty or any(one.blank for one in columns))


def _columns(run: Run, word: str) -> Iterator[Any]:
    """Find the columns of that name: of what the command makes, else of what it is told of, else of any table of its room."""
    hints = get_type_hints(inspect.unwrap(run))
    near = [row_of(hints.get("return")), *map(row_of, told_to(run).values())]
    for model in near:
        if model is not None and (found := _column(model, word)):
            yield found
            return
    room = next(one for one in apps.get_app_configs() if run.__module__.startswith(f"{one.name}."))
    yield from filter(None, (_column(model, word) for model in room.get_models()))


def _column(model: type[models.Model], word: str) -> Any:
    found = {field.name: field for field in model._meta.concrete_fields}.get(word)  # noqa: SLF001
    return found if isinstance(found, models.CharField | models.TextField) else None
