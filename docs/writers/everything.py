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
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "everything":
            yield f"`{path.relative_to(root)}`", f"`{ast.unparse(node.func.value)}`", _because(node)


def _because(call: ast.Call) -> str:
    said = [key.value for key in call.keywords if key.arg == "because"]
    return str(ast.literal_eval(said[0])) if said and isinstance(said[0], ast.Constant) else "(not said)"
