"""What may be brought in, and how? One file on a room's shelf `imports` says which columns of a sheet tell which command what."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Self

from django.apps import apps
from django.conf import settings
from pydantic import Field, model_validator

from longstone.kernel import shelves
from longstone.kernel.command import COMMANDS
from longstone.kernel.refusals import NotPermitted

Kind = Literal["text", "date", "integer", "choice", "reference"]


class Column(shelves.Strict):
    """One column: the argument that it tells, the words that may head it, and how its cells are read."""

    argument: str
    heading: str
    also: list[str] = []
    help: str
    example: str = ""
    kind: Kind = "text"
    required: bool = False
    longest: int = Field(default=200, ge=1, le=4000)
    choices: dict[str, list[str]] = {}
    of: str = ""  # a reference: to which model, such as evidence.location, …
    by: list[str] = []  # … by which of its fields, …
    missing: str = ""  # … and what to do if there is none
    unknown: bool = False  # whether it may say `unknown (legacy)`
    field: str = ""  # where what was brought in keeps it, so that what is still unknown can be counted

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        """Refuse a column whose parts do not fit its kind."""
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("a column of the kind choice has choices, and no other has.")
        if (self.kind == "reference") != bool(self.of and self.by and self.missing):
            raise ValueError("a column of the kind reference says of, by and missing, and no other does.")
        if self.unknown != bool(self.field):
            raise ValueError("a column that may be unknown says in which field, and no other does.")
        return self


class Option(shelves.Strict):
    """Something that the officer chooses for the whole sheet: yes or no."""

    argument: str
    ask: str


class Definition(shelves.Strict):
    """One kind of list that can be brought in."""

    id: str
    version: int
    title: str
    about: str
    noun: str  # what one row is, in the officer's word, such as device
    command: str
    undo: str
    subject: str  # the model of what the command gives, such as evidence.exhibit
    subject_argument: str  # what the undoing command calls it
    page: str  # the address of its page, by name
    key: list[str]  # the arguments that tell rows of the source apart
    at: str = ""  # the argument whose day is the moment of the act, for what was done in the past
    options: list[Option] = []
    columns: list[Column]

    def column(self, argument: str) -> Column:
        """Give the column of an argument."""
        return next(one for one in self.columns if one.argument == argument)

    @property
    def sha256(self) -> str:
        """Give the digest of what it says: what was checked by one text is not brought in by another."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def run(self) -> Callable[..., Any]:
        """Give the command that brings a row in."""
        return COMMANDS[self.command]

    @property
    def unrun(self) -> Callable[..., Any]:
        """Give the command that takes back what a row brought in."""
        return COMMANDS[self.undo]

    def subjects(self) -> Any:
        """Give the manager of what is brought in, which is asked for whom."""
        return apps.get_model(self.subject).objects


@cache
def definitions() -> dict[str, Definition]:
    """Read every room's shelf, and the force's own; of one id the highest version counts."""
    found = sorted((read_definition(path) for path in _files()), key=lambda one: one.version)
    return {one.id: one for one in found}


def definition_of(name: str) -> Definition:
    """Give the definition that a list was sent in by; one that was taken off the shelf must come back first."""
    found = definitions().get(name)
    if found is None:
        raise NotPermitted(
            f"The file that says how lists of the kind {name} are read is not on the shelf. Put it back."
        )
    return found


def _files() -> list[Path]:
    folders = [Path(app.path) / "imports" for app in apps.get_app_configs() if app.name.startswith("longstone.")]
    if settings.LONGSTONE_SHELVES:
        folders.append(Path(settings.LONGSTONE_SHELVES) / "imports")
    return [path for folder in folders for path in sorted(folder.glob("*.yaml"))]


def read_definition(path: Path) -> Definition:
    """Read one definition, and refuse one that does not fit the command that it names."""
    told = shelves.read_file(path, Definition)
    faults = [*_headings(told), *_commands(told)]
    if faults:
        raise shelves.BadShelf(f"{path.name}: {' '.join(faults)}")
    return told


def _headings(told: Definition) -> list[str]:
    arguments = [one.argument for one in _parts(told)]
    words = [bare(word) for one in told.columns for word in {bare(w) for w in (one.heading, *one.also)}]
    faults = [f"{name} stands twice." for name in sorted({one for one in arguments if arguments.count(one) > 1})]
    faults += [
        f"two columns may be headed {word!r}." for word in sorted({one for one in words if words.count(one) > 1})
    ]
    columns = {one.argument for one in told.columns}
    named = [*told.key, *([told.at] if told.at else [])]
    faults += [f"{name} is no column." for name in named if name not in columns]
    faults += [f"{name} is part of the key and must be required." for name in told.key if name in columns and not told.column(name).required]  # fmt: skip
    return faults + ([] if told.key else ["a key must tell rows apart."])


def _parts(told: Definition) -> list[Column | Option]:
    return [*told.columns, *told.options]


def _commands(told: Definition) -> list[str]:
    """Say where the command and the columns do not fit together."""
    for name in (told.command, told.undo):
        import_module(name.rpartition(".")[0])
        if name not in COMMANDS:
            return [f"{name} is no command."]
    wanted = inspect.signature(told.run).parameters
    given = {one.argument for one in _parts(told)}
    needed = {name for name, one in wanted.items() if one.default is inspect.Parameter.empty} - {"by", "at"}
    sure = {one.argument for one in told.columns if one.required} | {one.argument for one in told.options}
    faults = [f"the command takes no {name}." for name in sorted(given - set(wanted))]
    faults += [f"the command needs {name}, so its column must be required." for name in sorted(needed - sure)]
    if told.subject_argument not in inspect.signature(told.unrun).parameters:
        faults.append(f"the undoing command takes no {told.subject_argument}.")
    return faults


def bare(word: str) -> str:
    """Write a heading as it is compared: letters and figures alone, without case."""
    return "".join(sign for sign in word.casefold() if sign.isalnum())
