"""Which forms are there? One strict YAML file adds one: its questions, their limits, and what becomes of the answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from longstone.kernel import shelves
from longstone.public import ours

SHELF = Path(__file__).parent / "forms"
OURS = frozenset({"ticket", "website", "checked", "warned"})  # names that the page itself needs
MOST_BYTES = 28_000  # of all answers together, in the longest letters there are; the inbox takes 32 KiB
SHORT = {"line", "email", "telephone", "number", "day"}


class Question(shelves.Strict):
    """One question: what is asked, what kind of answer there is, and how much of it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    ask: str = Field(max_length=200)
    kind: Literal["line", "text", "choice", "choices", "email", "telephone", "number", "day"]
    help: str = ""
    required: bool = True
    most: int = Field(default=200, ge=1, le=4000)  # letters, or the largest number
    least: int = 0  # the smallest number
    choices: list[str] = []
    from_days: int = 0  # a day at least so far ahead
    until_days: int = 730

    @model_validator(mode="after")
    def _is_sound(self) -> Question:
        if self.id in OURS:
            raise ValueError(f"{self.id} is a name that the page itself needs")
        if (self.kind in {"choice", "choices"}) != bool(self.choices):
            raise ValueError(f"{self.id}: a choice, and nothing else, has choices")
        return self

    @property
    def weight(self) -> int:
        """Give the most bytes that its answer can have."""
        if self.choices:
            return sum(len(choice.encode()) + 2 for choice in self.choices)
        return 4 * (self.most if self.kind in {"line", "text"} else 200)


class Form(shelves.Strict):
    """A form that anybody can send."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    version: int = Field(ge=1)
    title: str = Field(max_length=120)
    called: str = Field(max_length=120)  # what those who answer the inbox call it
    prefix: str = Field(pattern=r"^[A-Z]{2,4}$")
    about: str
    before: list[str] = []  # what is said before the first question
    questions: list[Question] = Field(min_length=1)
    one_of: list[str] = []  # at least one of these is answered
    anonymous: bool  # nothing in it may say who somebody is
    button: str = "Send"
    after: list[str] = Field(min_length=1)  # what happens with the answers
    keep_days: int = Field(ge=1, le=3660)
    keep_why: str

    @model_validator(mode="after")
    def _is_sound(self) -> Form:
        names = [one.id for one in self.questions]
        if len(set(names)) != len(names):
            raise ValueError("two questions have the same id")
        if unknown := set(self.one_of) - set(names):
            raise ValueError(f"one_of names {', '.join(sorted(unknown))}, which is not asked")
        if sum(one.weight + len(one.ask.encode()) for one in self.questions) > MOST_BYTES:
            raise ValueError("the answers could be larger than the inbox takes; lower `most`")
        return self


@cache
def forms() -> dict[str, Form]:
    """Read every form from the shelf, and the force's own from its folder; the newest version of each counts."""
    own = Path(ours.SHELVES) / "forms" if ours.SHELVES else None
    folders = [SHELF, *([own] if own else [])]
    found = [form for folder in folders for form in shelves.read(folder, Form, "*.v*.yaml").values()]
    return {form.id: form for form in sorted(found, key=lambda form: form.version)}
