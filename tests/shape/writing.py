"""Who writes? Only commands, and a few named parts of the kernel (D6)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from longstone.kernel.database.base import tables_written
from tests.shape import House, Source, last_word, shape

ALWAYS = {
    "save",
    "create",
    "acreate",
    "asave",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
}
WRITERS = {  # what writes rows beside the commands, and why it may; a name that ends with a stroke is a folder
    "longstone/kernel/history.py": "values with both times, for commands",
    "longstone/kernel/states.py": "moves, for commands",
    "longstone/kernel/clocks/following.py": "what the clocks count, after every act",
    "longstone/kernel/scoped.py": "refuses what is not scoped, and passes the rest on",
    "longstone/kernel/versions.py": "one-use keys, before the act itself",
    "longstone/kernel/inbox/arriving.py": "what the public sends, with a role that can do nothing else",
    "longstone/kernel/ledger/": "entries, and what is signed over them",
    "longstone/kernel/imports/progress.py": "how far a list is, beside the work's own transaction",
    "longstone/kernel/store/": "bytes that wait for an act, and where bytes lie",
    "longstone/kernel/legal.py": "migrations' own words",
    "longstone/people/entrance.py": "when a session was last used, at most once a minute",
    "longstone/people/factors.py": "which code was used and how often a key has signed, in sign-in's own table; the act that follows records it",
    "longstone/runner/restore.py": "the whole database, put back before the house runs",
    "demo/forces.py": "the demo's furniture",
}
OPENERS = (  # who may write outside a command as it runs
    "longstone/kernel/promises.py", "longstone/kernel/versions.py", "longstone/kernel/inbox/arriving.py", "longstone/kernel/ledger/", "longstone/kernel/store/",
    "longstone/kernel/imports/progress.py", "longstone/people/entrance.py", "demo/forces.py",
)  # fmt: skip
VERB = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|TRUNCATE|COPY)\b")  # in capitals: else it is prose


def changes_rows(call: ast.Call, word: str) -> bool:
    """Say whether a call writes rows; a digest's update takes bytes, a queryset's takes only names."""
    if not isinstance(call.func, ast.Attribute):
        return False
    return word in ALWAYS or (word == "update" and not call.args and bool(call.keywords) and not _is_plain(call.func))


def _is_plain(func: ast.Attribute) -> bool:
    """A name alone, such as a dict: `told.update(a=1)`; a queryset is reached through a call or an attribute."""
    return isinstance(func.value, ast.Name) and not func.value.id.endswith(("rows", "objects"))


def _statements(one: Source) -> Iterator[ast.Constant]:
    for node in one.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _writes(node.value):
            yield node


def _writes(text: str) -> bool:
    return bool(VERB.search(text) and tables_written(text))


def _acts(one: Source) -> bool:
    """A part of the kernel may hold its own acts, beside what they need."""
    marks = (
        last_word(mark) for node in one.tree.body if isinstance(node, ast.FunctionDef) for mark in node.decorator_list
    )
    return one.is_commands or (one.parts[:2] == ("longstone", "kernel") and "command" in marks)


@shape
def only_commands_write(house: House) -> Iterator[str]:
    """Rows are written by commands, and by those named here."""
    for one in house.of("longstone", "demo"):
        if _acts(one) or one.name.startswith(tuple(WRITERS)):
            continue
        for call, word in one.calls():
            if changes_rows(call, word):
                yield one.at(call, f"{ast.unparse(call.func)}() writes outside commands. Make it an act.")
        for node in _statements(one):
            yield one.at(node, "is a statement that writes. Make it an act.")


@shape
def only_named_parts_open_the_guard(house: House) -> Iterator[str]:
    """The write guard is opened only by those named here."""
    for one in house.of("longstone", "demo", "docs"):
        if one.name.startswith(OPENERS):
            continue
        yield from (
            one.at(call, "opens the write guard. Make it an act.") for call, word in one.calls() if word == "writing"
        )


@shape
def who_may_write_is_still_there(house: House) -> Iterator[str]:
    """Nobody is named here who is gone."""
    for name in sorted({*WRITERS, *OPENERS}):
        if not any(one.name.startswith(name) for one in house.modules):
            yield f"{name} may write, and is not there. Take it off the list."
