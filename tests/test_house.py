"""The shape of the house: what imports cannot see."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from longstone.cases import rules as cases
from longstone.evidence import rules as evidence
from longstone.kernel.command import COMMANDS
from longstone.kernel.models import Transition

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("longstone", "examiner", "verifier", "demo")
FILES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py") if "migrations" not in p.parts)
WEB = [path for path in FILES if "web" in path.parts or path.parent.name == "site"]
LONGEST = 300
FORBIDDEN_NAMES = {"utils", "helpers", "common"}
WRITERS = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def each(paths):
    """Run a test for each file."""
    return pytest.mark.parametrize("path", paths, ids=[str(p.relative_to(ROOT)) for p in paths])


def too_long(text: str) -> bool:
    return len(text.splitlines()) > LONGEST


def unscoped_reads(text: str) -> list[str]:
    """Find `.objects` that is not followed at once by visible_to, everything or a filter on a table of no subject."""
    free = {"Location", "Controller", "Staged", "Staff", "CustodyMove", "Entry"}
    found = []
    for node in ast.walk(ast.parse(text)):
        if not (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects"
        ):
            continue
        owner = node.value.value
        if node.attr not in {"visible_to", "none"} and isinstance(owner, ast.Name) and owner.id not in free:
            found.append(f"{owner.id}.objects.{node.attr}")
    return found


def writes(text: str) -> list[str]:
    """Find calls that write a row."""
    calls = (n.func for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
    return [call.attr for call in calls if call.attr in WRITERS and "objects" in ast.unparse(call)] + [
        call.attr for call in [n.func for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
        if call.attr == "save"
    ]  # fmt: skip


@each(FILES)
def test_no_file_is_longer_than_three_hundred_lines(path):
    assert not too_long(path.read_text("utf-8"))


@each(FILES)
def test_no_file_is_a_drawer_for_odds_and_ends(path):
    assert path.stem not in FORBIDDEN_NAMES


@each(FILES)
def test_every_file_says_what_question_it_answers(path):
    text = path.read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@each(WEB)
def test_pages_read_only_what_the_officer_may_see(path):
    assert unscoped_reads(path.read_text("utf-8")) == []


@each([path for path in WEB if path.name in {"views.py", "material.py", "pages.py"}])
def test_pages_write_nothing(path):
    assert writes(path.read_text("utf-8")) == []


def test_every_command_says_what_it_is_for_and_takes_its_actor_and_moment():
    from longstone.evidence import commands  # noqa: F401 - it fills the list

    for name, run in COMMANDS.items():
        told = inspect.signature(run).parameters
        assert inspect.getdoc(run), name
        assert {"by", "at"} <= set(told), name
        assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in told.values()), name


@pytest.mark.parametrize(
    "flow",
    [cases.CASE, evidence.CUSTODY, evidence.EXAMINATION, evidence.BUNDLE, evidence.DISPOSAL],
    ids=lambda f: f.name,
)
def test_the_database_keeps_the_moves_that_the_rules_name(db, flow):
    kept = Transition.objects.filter(machine=flow.name).values_list("was", "now")

    assert sorted(kept) == flow.pairs()


def test_the_tests_of_shape_can_fail():
    assert too_long("x = 1\n" * 301)
    assert unscoped_reads("def view(r):\n    return Case.objects.all()\n") == ["Case.objects.all"]
    assert unscoped_reads("def view(r):\n    return Case.objects.visible_to(r.actor)\n") == []
    assert writes("def view(r, case):\n    case.save()\n") == ["save"]
    assert writes("def view(r):\n    Case.objects.create(a=1)\n") == ["create"]
