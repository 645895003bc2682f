"""A force's list of waiting devices, made by us: as many rows as are asked for, some of them bad in ways that officers know."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

HEADINGS = [
    "Exhibit ref", "Case ref", "Date seized", "Device type", "Owner role", "Seal no", "Location", "Date submitted", "Priority", "OIC",
]  # fmt: skip
KINDS = ["Mobile phone", "Laptop", "Tablet", "USB stick", "Games console"]
OWNERS = ["Suspect", "Victim", "Witness", "unknown (legacy)"]
BAD: list[tuple[int, str]] = [
    (2, "31/02/2024"),  # no such day
    (2, "12/03/24"),  # two figures
    (3, "Toaster"),  # no such kind
    (4, ""),  # whose it is, not said
    (6, "The old cupboard"),  # no such store
    (0, "phone 3"),  # no reference
    (7, "01/01/2020"),  # submitted before it was seized
    (1, ""),  # no case
]


def good(number: int, store: str) -> list[str]:
    """Give one right row."""
    day, month = number % 27 + 1, number % 11 + 1
    return [
        f"AB{chr(65 + number % 20)}/{number % 900 + 1}", f"NQ/{number // 3}/23", f"{day:02}/{month:02}/2023", KINDS[number % 5],
        OWNERS[number % 4], f"Q{number:06}", store, f"{day:02}/{month + 1:02}/2023", "Trial in May" if number % 7 == 0 else "", "no2",
    ]  # fmt: skip


def rows(count: int, bad: int, store: str) -> Iterator[list[str]]:
    """Give rows, the bad ones spread evenly among them."""
    every = count // bad if bad else count + 1
    for number in range(count):
        row = good(number, store)
        if bad and number % every == every - 1 and number // every < bad:
            column, text = BAD[number // every % len(BAD)]
            row[column] = text
        yield row


def as_csv(found: Any, headings: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    """Write rows as a CSV file."""
    out = io.StringIO(newline="")
    written = csv.writer(out)
    written.writerow(headings or HEADINGS)
    written.writerows(found)
    return out.getvalue().encode(encoding)


def as_xlsx(found: Any, headings: list[str] | None = None) -> bytes:
    """Write rows as a workbook."""
    from openpyxl import Workbook

    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in [headings or HEADINGS, *found]:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def faulty_list(by: Any, at: Any) -> Any:
    """Give a list that was tried, with two rows to be mended; it is read without a process of its own."""
    from longstone.kernel.imports import commands, headings, working
    from longstone.kernel.store import staging

    content = as_csv([good(1, "nowhere"), good(2, "nowhere")])
    staged = staging.begin(by=by, at=at, name="waiting devices.csv", size=len(content))
    staging.append(staged, [content], offset=0, at=at)
    sent = commands.send_in(by=by, at=at, definition="existing_queue", staged=staged.pk, options={})
    names = ("reference", "case_reference", "seized_on", "kind", "owner_role", "seal", "location", "submitted_on")
    found = [
        {"line": line, "from": 0, "cells": dict(zip(names, good(line, "nowhere"), strict=False)), "odd": {}}
        for line in (2, 3)
    ]
    sent = working.note_rows(by=by, at=at, imported=sent, found=(headings.Headed({}, ["Shelf"]), "UTF-8", found))
    return working.note_trial(by=by, at=at, imported=sent, outcomes=working.tried(sent, by=by, at=at))
