"""What is this page, what is done here, and what do its words mean? Each room's own file says it; the words are those of docs/words.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from pydantic import Field

from longstone.kernel import shelves
from longstone.kernel.web.pages import page
from longstone.kernel.web.request import Request, show

WORDS = Path(settings.BASE_DIR) / "docs" / "words.md"
ROW = re.compile(r"\| (?P<word>[^|]+?) \| (?P<means>[^|]+?) \|")
HEAD = 2  # the table's own heading, and the line beneath it


class PageHelp(shelves.Strict):
    """What some pages are, in one to three sentences; what is done there; who helps; and the words that stand on them."""

    title: str
    of: list[str] = Field(min_length=1)
    what: str
    do: str = ""
    who: str = ""
    words: list[str] = []


class RoomHelp(shelves.Strict):
    """A room's helps, and who can help where a page names nobody."""

    who: str
    pages: list[PageHelp]


@cache
def words() -> dict[str, str]:
    """Read what each word means, from the one place where it is written down."""
    rows = [ROW.fullmatch(line) for line in WORDS.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {row["word"]: row["means"] for row in rows if row and row["word"] != "word"}


@cache
def rooms() -> dict[str, RoomHelp]:
    """Read every room's file, by the room."""
    found = {app.name.rpartition(".")[2]: Path(app.path) / "help.yaml" for app in apps.get_app_configs()}
    return {room: shelves.read_file(path, RoomHelp) for room, path in found.items() if path.is_file()}


@cache
def helps() -> dict[str, PageHelp]:
    """Give the help of every page, by the page's name; two for one page, or a word without a meaning, are mistakes."""
    found: dict[str, PageHelp] = {}
    for room, told in rooms().items():
        for one in told.pages:
            if unknown := [word for word in one.words if word not in words()]:
                raise shelves.BadShelf(f"{room}/help.yaml: docs/words.md does not say what “{unknown[0]}” is.")
            whole = one.model_copy(update={"who": one.who or told.who})
            for name in one.of:
                if found.setdefault(name, whole) is not whole:
                    raise shelves.BadShelf(f"{room}/help.yaml: {name} has two helps.")
    return found


def help_of(name: str) -> dict[str, object] | None:
    """Give what a page's head says of it, with the meanings of its words."""
    one = helps().get(name)
    return {"page": one, "words": [(word, words()[word]) for word in one.words]} if one else None


@page
def helping(request: Request) -> HttpResponse:
    """Say what each page is for, and what the words mean."""
    show(request, "help")
    told = sorted((one for room in rooms().values() for one in room.pages), key=lambda one: one.title)
    return render(request, "help.html", {"all_words": sorted(words().items()), "all_pages": told})
