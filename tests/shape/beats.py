"""Has every act its four beats: hold, require, change, record?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.shape import House, Source, last_word, shape
from tests.shape.writing import changes_rows

STATES = {"begin", "move", "put"}
NO_OFFICERS_WORD = ("create_", "update_", "process_", "handle_", "set_", "do_")


def is_command(node: ast.AST) -> bool:
    """Say whether a function is an act."""
    return isinstance(node, ast.FunctionDef) and any(last_word(one) == "command" for one in node.decorator_list)


def acts(one: Source) -> Iterator[ast.FunctionDef]:
    """Give the acts of a file."""
    yield from (node for node in one.tree.body if isinstance(node, ast.FunctionDef) and is_command(node))


@shape
def commands_take_who_and_when_by_name(house: House) -> Iterator[str]:
    """Every command takes `by` and `at`, and takes nothing by position."""
    for one in house.of("longstone"):
        for act in acts(one):
            if act.args.args or act.args.posonlyargs or act.args.vararg:
                yield one.at(act, f"{act.name} takes something by position. Put * first.")
            if missing := {"by", "at"} - {told.arg for told in act.args.kwonlyargs}:
                yield one.at(act, f"{act.name} does not take {' and '.join(sorted(missing))}.")


@shape
def commands_say_what_they_are_for(house: House) -> Iterator[str]:
    """Officers read a command's docstring."""
    for one in house.of("longstone"):
        yield from (
            one.at(act, f"{act.name} does not say what it is for.") for act in acts(one) if not ast.get_docstring(act)
        )


@shape
def commands_are_the_officers_verbs(house: House) -> Iterator[str]:
    """An act is called what officers call it."""
    for one in house.of("longstone"):
        yield from (
            one.at(act, f"{act.name} is no officer's word.")
            for act in acts(one)
            if act.name.startswith(NO_OFFICERS_WORD)
        )


@shape
def whatever_acts_is_a_command(house: House) -> Iterator[str]:
    """Among a room's commands, what takes an actor and a moment, or writes, is an act; and no room acts elsewhere."""
    for one in house.of("longstone"):
        for node in one.tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            if one.is_commands and not is_command(node) and _looks_like_an_act(node):
                yield one.at(node, f"{node.name} acts and is no command. Add @command, or an underscore.")
            if is_command(node) and not one.is_commands and one.parts[1] != "kernel":
                yield one.at(node, f"{node.name} is a command outside commands.")


def _looks_like_an_act(node: ast.FunctionDef) -> bool:
    if node.name.startswith(("_", "may_", "sound_")):
        return False
    return {"by", "at"} <= {told.arg for told in [*node.args.args, *node.args.kwonlyargs]} or bool(
        _lines(node, _changes)
    )


@shape
def the_beats_come_in_order(house: House) -> Iterator[str]:
    """Held before required, and required before anything is written."""
    for one in house.of("longstone"):
        for act in acts(one):
            held, required, changed = (_lines(act, beat) for beat in (_holds, _requires, _changes))
            if held and required and min(held) > min(required):
                yield one.at(act, f"{act.name} requires before it holds.")
            if changed and not (required and min(required) < min(changed)):
                yield one.at(act, f"{act.name} changes before it requires.")


def _lines(act: ast.FunctionDef, beat: object) -> list[int]:
    calls = (node for node in ast.walk(act) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if callable(beat) and beat(call)]


def _holds(call: ast.Call) -> bool:
    return last_word(call.func) == "hold"


def _requires(call: ast.Call) -> bool:
    return last_word(call.func) == "require"


def _changes(call: ast.Call) -> bool:
    owner = getattr(call.func, "value", None)
    machine = last_word(call.func) in STATES and last_word(owner) in {"states", "history"} if owner else False
    return machine or changes_rows(call, last_word(call.func))
