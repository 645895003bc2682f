"""What does a cell say? Read strictly, by its column's definition: a value, or what is wrong with it and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from longstone.kernel.imports import UNKNOWN
from longstone.kernel.imports.definition import Column

DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
TWO_FIGURES = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
SHORTENED = re.compile(r"[+-]?\d(\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
UNKNOWNS = {UNKNOWN, "unknown(legacy)"}
ODD = {
    "formula": "This cell holds a formula. Put what it shows in its place, as text.",
    "error": "This cell shows an error of the spreadsheet. Type what it should say.",
    "time": "This cell is a time of day. Type what it should say, as text.",
    "number": "The spreadsheet keeps this as a number and may have changed its figures. Type it as text, or tick in Longstone that it is right as it stands.",
}
NEVER_RIGHT = {"formula", "error"}  # what stands there is not what the cell says


class BadCell(Exception):
    """A cell cannot be taken; the sentence says what is wrong and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: in which column (by its argument; nothing: the whole row), and what to do."""

    column: str
    sentence: str


def plain(word: str) -> str:
    """Write a word as it is compared: without case, spaces at its ends, or runs of them."""
    return " ".join(word.casefold().split())


Finder = Callable[[Column, str], Any]


def value_of(column: Column, text: str, odd: str, find: Finder) -> Any:
    """Give what a cell says, or nothing if it is empty and may be; raises BadCell."""
    _refuse_odd(column, text, odd)
    if plain(text) in UNKNOWNS:
        return _unknown(column)
    if not text:
        return _nothing(column)
    if len(text) > column.longest:
        raise BadCell(f"This is {len(text):,} characters long; {column.longest} is the most. Shorten it.")
    return _ref(column, text, find) if column.kind == "reference" else KINDS[column.kind](column, text)


def may_be_right(odd: str) -> bool:
    """Say whether somebody can say of what the spreadsheet made of a cell that it is right as it stands."""
    return bool(odd) and odd not in NEVER_RIGHT


def _refuse_odd(column: Column, text: str, odd: str) -> None:
    if odd.startswith("merged"):
        raise BadCell(f"This cell is merged with its neighbours ({odd[7:]}). Un-merge them, and fill each cell.")
    if odd == "date" and column.kind != "date":
        raise BadCell(f"The spreadsheet has turned this into a date ({text}). Type what it was, as text.")
    if odd in ODD:
        raise BadCell(ODD[odd])
    if sign := SIGNS.search(text):
        raise BadCell(f"This holds a sign that cannot be seen (U+{ord(sign[0]):04X}). Type the cell again.")


def _unknown(column: Column) -> str:
    if column.unknown:
        return UNKNOWN
    raise BadCell(f"{column.heading} must be known: “{UNKNOWN}” is not taken here. Look it up, or leave the row out.")


def _nothing(column: Column) -> None:
    if not column.required:
        return
    told = f", or write “{UNKNOWN}” if the old record does not say" if column.unknown else ""
    raise BadCell(f"{column.heading} is missing. Fill it in{told}.")


def _text(column: Column, text: str) -> str:  # noqa: ARG001 - every kind takes both
    if SHORTENED.fullmatch(text):
        raise BadCell("The spreadsheet has shortened this number. Type all its figures, as text.")
    return text


def _date(column: Column, text: str) -> date:  # noqa: ARG001 - every kind takes both
    if found := DAY.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        raise BadCell(_no_date(text))
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise BadCell(f"There is no {text}: that month has no such day. Check the date.") from fault


def _no_date(text: str) -> str:
    if TWO_FIGURES.fullmatch(text):
        return "Write the year in four figures, such as 24/11/2026."
    if WHOLE.fullmatch(text):
        return "This is a number and no date. Format the column as a date, or type it such as 24/11/2026."
    return "This is no date. Write it as day/month/year, such as 24/11/2026."


def _integer(column: Column, text: str) -> int:  # noqa: ARG001 - every kind takes both
    if not WHOLE.fullmatch(text):
        raise BadCell("This is no whole number. Write it in figures alone, such as 12.")
    return int(text)


def _choice(column: Column, text: str) -> str:
    wanted = plain(text)
    for value, words in column.choices.items():
        if wanted in {plain(value), *map(plain, words)}:
            return value
    told = ", ".join(one[0] if one else name for name, one in column.choices.items())
    raise BadCell(f"“{text[:40]}” is none of the choices. Write one of these: {told}.")


def _ref(column: Column, text: str, find: Finder) -> Any:
    found = find(column, text)
    if found is None:
        raise BadCell(f"Nothing that you may see is called “{text[:60]}”. {column.missing}")
    return found


KINDS: dict[str, Callable[[Column, str], Any]] = {"text": _text, "date": _date, "integer": _integer, "choice": _choice}
