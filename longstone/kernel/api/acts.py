"""Which commands may a system use, and how is one done? All of them, but for those that a room keeps for people, each with its reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from longstone.kernel import versions
from longstone.kernel.actor import Actor
from longstone.kernel.api import signatures
from longstone.kernel.api.answers import Made
from longstone.kernel.api.kinds import Told
from longstone.kernel.api.reading import Listing
from longstone.kernel.api.rows import find_row
from longstone.kernel.command import COMMANDS, remember_refusal
from longstone.kernel.refusals import NotVisible
from longstone.kernel.scoped import Scoped


@dataclass(frozen=True)
class Act:
    """One command as a program knows it: room.command, told by a body, answered with what it made."""

    name: str
    command: str

    @cached_property
    def run(self) -> signatures.Run:
        """Give the command itself."""
        return COMMANDS[self.command]

    @cached_property
    def body(self) -> type[Told]:
        """Give the model of its body."""
        return signatures.body_of(self.name.title().replace(".", "").replace("_", ""), self.run)

    @cached_property
    def rows(self) -> Mapping[str, type[models.Model]]:
        """Name what it is told of by id, each with its table."""
        found = {word: signatures.row_of(kind) for word, kind in signatures.told_to(self.run).items()}
        return {word: model for word, model in found.items() if model is not None}

    @property
    def summary(self) -> str:
        """Say what it is for, in the officer's words."""
        return (getdoc(self.run) or "").split("\n\n", 1)[0]

    def do(self, told: Told, *, by: Actor, at: datetime, key: UUID) -> str:
        """Do it once for this key; the same key is given the same answer. Gives the answer's JSON."""
        assert by.system is not None
        with transaction.atomic():
            if before := versions.answered(key, by_system=by.system, asked=self._asked(told)):
                return before
            made = self.run(by=by, at=at, **self._given(told, by=by))
            answer = Made.of(made).model_dump_json()
            versions.remember_answer(key, answer)
        return answer

    def _asked(self, told: Told) -> str:
        """Give a digest of what is asked for: the act, and all that it is told."""
        text = json.dumps([self.name, told.model_dump(mode="json", by_alias=True)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _given(self, told: Told, *, by: Actor) -> dict[str, Any]:
        """Put rows that the system may see in the places of their ids; one that it may not see is not there."""
        given = {field.alias or name: getattr(told, name) for name, field in type(told).model_fields.items()}
        for word, model in self.rows.items():
            if given[word] is not None:
                given[word] = self._row(word, model, given[word], by=by)
        return given

    def _row(self, word: str, model: type[models.Model], named: Any, *, by: Actor) -> models.Model:
        kind = _model_of(named.kind) if model is Scoped else model
        number = named.id if model is Scoped else named
        try:
            return find_row(kind, number, by=by)
        except NotVisible as refusal:
            about = f"{kind._meta.model_name} {number}"  # noqa: SLF001
            remember_refusal(self.command, refusal, by=by, about={word: about})
            raise


def _model_of(kind: str) -> type[models.Model]:
    return next(one for one in apps.get_models() if issubclass(one, Scoped) and one._meta.model_name == kind)  # noqa: SLF001


def acts() -> dict[str, Act]:
    """Give every act that a system may do, by its name."""
    for room in _rooms():
        if find_spec(f"{room}.commands"):
            import_module(f"{room}.commands")
    kept = told_why_not()
    found = [Act(name_of(command), command) for command in sorted(COMMANDS)]
    names = [one.name for one in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise AssertionError(f"Two commands of one room have one name: {', '.join(sorted(twice))}.")
    return {one.name: one for one in found if one.name not in kept}


def name_of(command: str) -> str:
    """Give a command's name as a program knows it."""
    parts = command.split(".")
    return f"{parts[1]}.{parts[-1]}"


def told_why_not() -> dict[str, str]:
    """Give what only people and the house itself do, each with the reason that its room has written down."""
    return {f"{room}.{word}": why for room, shelf in shelves() for word, why in shelf.NOT_FOR_SYSTEMS.items()}


def shelves() -> list[tuple[str, Any]]:
    """Give what each room says of itself to programs: `<room>/web/api.py`."""
    with_shelf = [room for room in _rooms() if find_spec(f"{room}.web") and find_spec(f"{room}.web.api")]
    return [(room.rsplit(".", 1)[1], import_module(f"{room}.web.api")) for room in with_shelf]


def _rooms() -> list[str]:
    return [app.name for app in apps.get_app_configs() if app.name.startswith("longstone.")]


def rooms_lists() -> list[Listing]:
    """Give the lists of every room."""
    return [listing for _, shelf in shelves() for listing in shelf.LISTS]
