"""Is anything too big to be seen whole, or without a name of its own?"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.shape import House, Source, shape

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MIDDLE_FUNCTION = 9  # codebases that read well have a median of six to nine lines
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc"}


def functions(source: Source) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Give each function with the lines of its work: neither its arguments, a line each, nor its docstring."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node, (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def lengths(house: House) -> list[int]:
    """List how long each function is, from its first line to its last."""
    found = (node for one in house.modules for node, _ in functions(one))
    return sorted((node.end_lineno or 0) - node.lineno + 1 for node in found)


@shape
def files_are_short(house: House) -> Iterator[str]:
    """No file is longer than three hundred lines."""
    for one in house.files:
        if (lines := len(one.text.splitlines())) > LONGEST_FILE:
            yield f"{one.name} has {lines} lines. Make it a package of the same name, one subject a file."


@shape
def functions_are_short(house: House) -> Iterator[str]:
    """No function works for more than forty lines."""
    for one in house.modules:
        for node, lines in functions(one):
            if lines > LONGEST_FUNCTION:
                yield one.at(node, f"{node.name} works for {lines} lines. One function, one thought.")


@shape
def most_functions_are_very_short(house: House) -> Iterator[str]:
    """The median function is nine lines or fewer."""
    found = lengths(house)
    if found and (middle := statistics.median(found)) > MIDDLE_FUNCTION:
        yield f"The median function has {middle:g} lines; above {MIDDLE_FUNCTION} a house stops being easy to read."


@shape
def nothing_is_a_drawer(house: House) -> Iterator[str]:
    """No file or folder is a drawer for odds and ends."""
    for one in house.files:
        if found := DRAWERS & set(Path(one.name).with_suffix("").parts):
            yield f"{one.name} is called {', '.join(sorted(found))}. Name it after what it knows."


@shape
def modules_say_what_question_they_answer(house: House) -> Iterator[str]:
    """Every module opens with a docstring."""
    for one in house.modules:
        if one.text.strip() and not ast.get_docstring(one.tree):
            yield f"{one.name} opens without the question it answers."
