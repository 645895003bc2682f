"""Who may do what? Drawn from the shelf of roles, and from the machines that act by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from docs.writers import ROOT, table
from longstone.people.queries import Role, roles

TITLE = "Roles and powers"
ASKING = ("holds", "controllers_with", "teams_with")


def lines() -> Iterator[str]:
    """Say each role, then every power beside every role, then the machines."""
    held = sorted(roles().values(), key=lambda role: role.title)
    for role in held:
        yield from _role(role)
    yield from ("## Which role holds which power", "")
    yield from table(["power", *(role.title for role in held)], _powers(held))
    yield from (
        "## Powers that no role on the shelf holds",
        "",
        "The installer, a machine or a force's own role may.",
        "",
    )
    yield from (f"- {power}" for power in sorted(asked_for() - {p for role in held for p in role.powers}))
    yield from ("", "## Machines", "", "What acts by itself has a name in the ledger and few powers.", "")
    yield from table(["machine", "powers"], machines())


def _role(role: Role) -> Iterator[str]:
    yield from (f"## {role.title}", "", f"{role.for_whom} (`{role.id}`, version {role.version})", "")
    yield from (f"- {power}" for power in role.powers)
    yield ""


def _powers(held: list[Role]) -> Iterator[list[str]]:
    for power in sorted({power for role in held for power in role.powers}):
        yield [power, *("yes" if power in role.powers else "" for role in held)]


def machines() -> list[tuple[str, str]]:
    """Find where a machine is made, and the powers it is given there."""
    made = ([_said(one, tree) for one in call.args] for tree in _trees() for call in _calls(tree, "machine"))
    return sorted((name, ", ".join(powers) or "none; it only writes down") for name, *powers in made)


def asked_for() -> set[str]:
    """Find the powers that the code asks for: of an actor, or through a rule's own helper that takes a `power`."""
    return {_said(call.args[place], tree) for tree in _trees() for call, place in _questions(tree)} - {""}


def _questions(tree: ast.Module) -> Iterator[tuple[ast.Call, int]]:
    helpers = {one.name: one.args for one in tree.body if isinstance(one, ast.FunctionDef)}
    places = {
        name: [arg.arg for arg in args.args].index("power") for name, args in helpers.items() if _takes_power(args)
    }
    for name, place in {**dict.fromkeys(ASKING, 0), **places}.items():
        yield from ((call, place) for call in _calls(tree, name) if len(call.args) > place)


def _takes_power(args: ast.arguments) -> bool:
    return "power" in [arg.arg for arg in args.args]


@cache
def _trees() -> list[ast.Module]:
    return [ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "longstone").rglob("*.py"))]


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == name:
            yield node


def _said(node: ast.expr, tree: ast.Module) -> str:
    """Give what a string, or a name that stands for one in its file, says."""
    if isinstance(node, ast.Name):
        named = (
            one.value for one in tree.body if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id
        )
        return _said(next(named, ast.Constant("")), tree)
    return str(node.value) if isinstance(node, ast.Constant) else ""
