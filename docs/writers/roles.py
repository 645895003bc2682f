"""Who may do what? Drawn from the shelf of roles, and from the machines that act by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from docs.writers import ROOT, table
from longstone.people.queries import Role, roles

TITLE = "Roles and powers"
ASKING = (".holds", ".controllers_with", ".teams_with")


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
    yield from (f"- {power}" for power in sorted(asked_for() - {"", *(p for role in held for p in role.powers)}))
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
    made = (list(map(_said, call.args)) for call in _calls() if ast.unparse(call.func) == "machine")
    return sorted((name, ", ".join(powers) or "none; it only writes down") for name, *powers in made)


def asked_for() -> set[str]:
    """Find the powers that the code asks for by name."""
    return {
        _said(call.args[0]) for call in _calls() if call.args and ast.unparse(call.func).endswith(ASKING)
    } | _by_rules()


def _by_rules() -> set[str]:
    """Find those that a rule hands to a helper of its own, as its second argument: `_own(by, "close cases", …)`."""
    own = (call for call in _calls() if ast.unparse(call.func) == "_own")
    return {_said(call.args[1]) for call in own}


@cache
def _calls() -> list[ast.Call]:
    paths = sorted((ROOT / "longstone").rglob("*.py"))
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    return [node for node in nodes if isinstance(node, ast.Call)]


def _said(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""
