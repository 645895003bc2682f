"""What can a program tell a command? Plain values with their bounds in the open: what the schema allows the house can keep."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

MOST = 2**53 - 1  # the largest number that every reader of JSON reads exactly
ROOM = 500  # signs, where nothing else says how many
NO_NUL = r"^[^\x00]*$"
SAID = r"^[^\x00]*[^\s\x00][^\x00]*$"  # something that can be seen, and no NUL
LEAP = r"(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
DAY = (
    r"(?:(?:19|20|21)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    rf"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{LEAP})"
)
CLOCK = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
UUID_ = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Told(BaseModel):
    """What a program tells: no more than is named, and nothing of another type."""

    model_config = ConfigDict(extra="forbid")


def _written(pattern: str, sentence: str) -> BeforeValidator:
    known = re.compile(pattern, re.ASCII)

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not known.fullmatch(value):
            raise ValueError(sentence)
        return value

    return BeforeValidator(check)


def _schema(pattern: str, **said: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", **said})


def _whole(value: Any) -> Any:
    """Take whole numbers alone: a yes is no number, nor is a text with figures in it."""
    if isinstance(value, bool | str):
        raise ValueError("Write a whole number, without quotes.")  # noqa: TRY004 - pydantic asks for this one
    return value


def _seen(value: str) -> str:
    if not (told := value.strip()):
        raise ValueError("Fill this in.")
    return told


Day = Annotated[
    date,
    _written(DAY, "Write a day from 1900 to 2199, such as 2026-11-24."),
    _schema(DAY, description="A day, such as 2026-11-24."),
]
Moment = Annotated[
    datetime,
    _written(DAY + CLOCK, "Write a moment from 1900 to 2199 with its zone, such as 2026-11-24T09:30:00Z."),
    _schema(DAY + CLOCK, description="A moment with its zone, such as 2026-11-24T09:30:00Z."),
]
Identity = Annotated[
    UUID,
    _written(UUID_, "Write a UUID in small letters, such as 0b8f3a52-6c1e-4d8e-9a55-2f1f6a1f0c11."),
    _schema(UUID_, format="uuid"),
]
Truth = Annotated[bool, Field(strict=True)]


def number(least: int = 0, most: int = MOST) -> Any:
    """Make a whole number between bounds."""
    return Annotated[int, Field(ge=least, le=most), BeforeValidator(_whole)]


Id = Annotated[int, Field(ge=1, le=MOST, description="The id of one that the system may see."), BeforeValidator(_whole)]


def text(longest: int, *, may_be_empty: bool) -> Any:
    """Make a text of so many signs without NUL, which can be seen unless it may be empty."""
    if may_be_empty:
        plain = StringConstraints(strict=True, max_length=longest, pattern=NO_NUL)
        return Annotated[str, plain, AfterValidator(str.strip)]
    said = StringConstraints(strict=True, min_length=1, max_length=longest, pattern=SAID)
    return Annotated[str, said, AfterValidator(_seen)]


def one_of(values: list[str]) -> Any:
    """Make a choice of a few words."""
    return Literal[tuple(values)]


def subject(kinds: list[str]) -> type[Told]:
    """Make a reference to a thing of any of some kinds."""
    fields: Any = {"kind": (one_of(kinds), ...), "id": (Id, ...)}
    return create_model("Subject", __base__=Told, __doc__="A thing of one of these kinds.", **fields)
