"""Who reads rows for nobody in particular, and why? Every use of everything(because=…), drawn from the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from docs.writers import ROOT, table

TITLE = "What reads everything"


def lines() -> Iterator[str]:
    """List each use with its file and its reason."""
    yield "Rows of a subject are read for somebody, with `visible_to(actor)`. These reads are for the house itself; each says why."
    yield ""
    yield from table(["file", "reads", "because"], uses(ROOT))


def uses(root: Path) -> list[tuple[str, str, str]]:
    """Find every use in the house and in the demo."""
    paths = [path for package in ("longstone", "demo") for path in (root / package).rglob("*.py")]
    return sorted(use for path in paths for use in _uses(path, root))


def _uses(path: Path, root: Path) -> Iterator[tuple[str, str, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "everything":
            said = [reason(key.value, tree) for key in node.keywords if key.arg == "because"]
            yield f"`{path.relative_to(root)}`", f"`{ast.unparse(node.func.value)}`", "".join(said) or "(not said)"


def reason(node: ast.expr, tree: ast.Module) -> str:
    """Give a reason as it is written: a text, or a name that the same file gives to a text."""
    if isinstance(node, ast.Name):
        given = (
            one.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id
        )
        return "; ".join(sorted({reason(one, tree) for one in given if isinstance(one, ast.Constant)}))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
