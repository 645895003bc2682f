"""Can each test fail? It ends nowhere before its end, and it says what must be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.shape import ROOT, last_word, parsed

FILES = sorted((ROOT / "tests").rglob("test_*.py"))
SAYING = ("raises", "fail", "warns", "verify", "wait_until", "expect", "check", "must")


def faults(text: str, more: frozenset[str] = frozenset()) -> list[str]:
    """Find tests that can end early, or that say nothing that must be."""
    body = [node for node in parsed(text).body if isinstance(node, ast.FunctionDef)]
    saying = said_by(body, more)
    found = []
    for node in (one for one in body if one.name.startswith("test_")):
        if ends_unsaid(node.body, saying):
            found.append(f"{node.name} can end before it has said anything.")
        if node.name not in saying:
            found.append(f"{node.name} says nothing that must be.")
    return found


def said_by(body: list[ast.FunctionDef], more: frozenset[str] = frozenset()) -> frozenset[str]:
    """Name the functions that make sure of something, by themselves or through one another."""
    known = more
    while True:
        found = known | {node.name for node in body if any(says(inner, known) for inner in ast.walk(node))}
        if found == known:
            return known
        known = found


def ends_unsaid(body: list[ast.stmt], saying: frozenset[str]) -> bool:
    """Say whether a block, or one inside it, returns with nothing said there."""
    for number, node in enumerate(body):
        if isinstance(node, ast.Return):
            return not any(says(inner, saying) for one in body[:number] for inner in ast.walk(one))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        blocks = (getattr(node, name, []) for name in ("body", "orelse", "finalbody"))
        if any(ends_unsaid(block, saying) for block in blocks):
            return True
    return False


def says(node: ast.AST, saying: frozenset[str]) -> bool:
    """Say whether a statement can make a test fail: an assertion that is not always true, or a call that makes one."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant | ast.Tuple)
    return isinstance(node, ast.Call) and (last_word(node.func).startswith(SAYING) or last_word(node.func) in saying)


def helpers() -> frozenset[str]:
    """Name what makes sure of something among the functions and fixtures that tests share."""
    paths = [path for path in (ROOT / "tests").rglob("*.py") if path not in FILES]
    nodes = [
        node for path in paths for node in parsed(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    ]
    return said_by(nodes)


SHARED = helpers()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_each_test_can_fail(path: Path):
    told = faults(path.read_text("utf-8"), SHARED)

    assert [one for one in told if one.split()[0] not in NO_MORE_THAN_NO_CRASH] == []


NO_MORE_THAN_NO_CRASH = {"test_random_bytes_are_refused_and_nothing_else"}  # any other error would end it


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("    if a:\n        return\n    assert b", "can end before"), ("    with a:\n        for b in c:\n            return\n    assert b", "can end before"), ("    a()", "says nothing"), ("    assert True", "says nothing"),
        ("    assert (a, 'b')", "says nothing"), ("    def inner():\n        return 1\n    inner()", "says nothing"),
    ],
)  # fmt: skip
def test_a_test_that_cannot_fail_is_found(body, fault):
    assert fault in " ".join(faults(f"def test_a():\n{body}\n"))


@pytest.mark.parametrize(
    "body",
    [
        "    assert a",
        "    with pytest.raises(E):\n        a()",
        "    def inner():\n        return 1\n    assert inner()",
    ],
)
def test_a_test_that_can_fail_is_left_alone(body):
    assert faults(f"def test_a():\n{body}\n") == []
