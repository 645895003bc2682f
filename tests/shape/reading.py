"""For whom are rows read? Pages read what the officer may see; what reads everything says why, in words that can be listed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from docs.writers.everything import reason
from tests.shape import House, Source, shape

FREE = {
    "Location", "Controller", "Staged", "Entry", "Checkpoint", "Backup", "Restoration", "ProcrastinateJob", "ProcrastinateEvent",
}  # fmt: skip  # tables of no subject
SCOPING = {"visible_to", "none"}
AROUND = {"_base_manager", "_default_manager", "_raw_delete"}
MAY_GO_AROUND = {
    ("longstone/kernel/command.py", "_default_manager"),  # `hold` asks it for whom
    ("longstone/kernel/versions.py", "_base_manager"),  # the row that this very key made
}


def unscoped(one: Source) -> Iterator[tuple[ast.AST, str]]:
    """Find `.objects` that is not asked at once for whom."""
    scoped = {id(node.value) for node in one.nodes if isinstance(node, ast.Attribute) and node.attr in SCOPING}
    for node in one.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in scoped:
            owner = ast.unparse(node.value)
            if owner.rsplit(".", 1)[-1] not in FREE:
                yield node, owner


@shape
def pages_read_what_the_officer_may_see(house: House) -> Iterator[str]:
    """Pages reach rows of a subject through visible_to alone."""
    for one in house.of("longstone"):
        if one.is_web:
            for node, owner in unscoped(one):
                yield one.at(node, f"{owner}.objects is not asked for whom. Say visible_to(request.actor).")


@shape
def pages_never_read_everything(house: House) -> Iterator[str]:
    """Everything is for commands, jobs and measures."""
    for one in house.of("longstone"):
        if one.is_web:
            yield from (
                one.at(call, "reads everything from a page.") for call, word in one.calls() if word == "everything"
            )


def _says_why(one: Source, call: ast.Call) -> bool:
    return any(key.arg == "because" and reason(key.value, one.tree).strip() for key in call.keywords)


@shape
def whoever_reads_everything_says_why(house: House) -> Iterator[str]:
    """The reason is a plain sentence, so that docs/made/everything.md can list it."""
    for one in house.of("longstone", "demo", "bench"):
        for call, word in one.calls():
            if word == "everything" and isinstance(call.func, ast.Attribute) and not _says_why(one, call):
                yield one.at(call, "reads everything without a plain because='…'.")


@shape
def nothing_goes_around_the_scope(house: House) -> Iterator[str]:
    """No manager beneath the scoped one, no raw query, but where it is said here why."""
    for one in house.of("longstone", "demo"):
        for node in one.nodes:
            if isinstance(node, ast.Attribute) and node.attr in AROUND and (one.name, node.attr) not in MAY_GO_AROUND:
                yield one.at(node, f"{node.attr} reads rows for nobody.")
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("objects.raw"):
                yield one.at(node, "objects.raw() reads rows for nobody.")
