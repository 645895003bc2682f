"""Who writes? Only commands, and a few named parts of the kernel (D6)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from longstone.kernel.database.base import tables_written
from tests.shape import House, Source, shape

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
WRITERS = {  # what writes rows beside the commands, and why it may
    "longstone/kernel/history.py": "values with both times, for commands",
    "longstone/kernel/states.py": "moves, for commands",
    "longstone/kernel/scoped.py": "refuses what is not scoped, and passes the rest on",
    "longstone/kernel/versions.py": "one-use keys, before the act itself",
    "longstone/kernel/ledger/writing.py": "entries",
    "longstone/kernel/ledger/sequencer.py": "numbers, nodes and checkpoints",
    "longstone/kernel/store/staging.py": "bytes that wait for an act",
    "longstone/kernel/legal.py": "migrations' own words",
    "demo/forces.py": "the demo's furniture",
}
OPENERS = {  # who may write outside a command as it runs
    "longstone/kernel/promises.py",
    "longstone/kernel/versions.py",
    "longstone/kernel/ledger/writing.py",
    "longstone/kernel/ledger/sequencer.py",
    "longstone/kernel/store/staging.py",
    "demo/forces.py",
}


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
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and tables_written(node.value):
            yield node


@shape
def only_commands_write(house: House) -> Iterator[str]:
    """Rows are written by commands, and by those named here."""
    for one in house.of("longstone", "demo"):
        if one.is_commands or one.name in WRITERS:
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
        if one.name in OPENERS:
            continue
        yield from (
            one.at(call, "opens the write guard. Make it an act.") for call, word in one.calls() if word == "writing"
        )


@shape
def who_may_write_is_still_there(house: House) -> Iterator[str]:
    """Nobody is named here who is gone."""
    names = {one.name for one in house.modules}
    yield from (
        f"{name} may write, and is not there. Take it off the list." for name in sorted({*WRITERS, *OPENERS} - names)
    )
