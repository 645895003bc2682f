"""Each contract, each lint rule and the type check, broken on purpose: is it noticed, and by whom?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import planting
from tests.shape import PACKAGES, ROOT, TOLD

BIN = Path(sys.executable).parent
ORDER_OF_ROOMS = "Rooms rest on the rooms beneath them"
ORDER_OF_FILES = "Inside a room, files rest on each other in one order"
RULES = "Rules know no framework"
WEB = "Only the site opens a room's web"
PUBLIC = "The public's site knows nothing of the house but its inbox"
FROM_PUBLIC = "Nothing of the house imports the public's site"
APART = "The examiner and the verifier know nothing of each other"
EVERY_CONTRACT = {one["name"] for one in TOLD["importlinter"]["contracts"]}
PLAIN = '"""A question?"""\n'
VIOLATIONS = {
    "a room imports one above it": (
        ORDER_OF_ROOMS,
        "longstone/cases/queries.py",
        "from longstone.evidence import rules",
    ),
    "the kernel imports a room": (ORDER_OF_ROOMS, "longstone/kernel/actor.py", "import longstone.people.rules"),
    "two that lie side by side": (ORDER_OF_ROOMS, "longstone/__main__.py", "import longstone.runner.places"),
    "a room nobody placed": (ORDER_OF_ROOMS, "longstone/vehicles/__init__.py", PLAIN),
    "a query imports commands": (ORDER_OF_FILES, "longstone/evidence/queries.py", "import longstone.evidence.commands"),
    "a model imports a query": (ORDER_OF_FILES, "longstone/people/models.py", "import longstone.people.queries"),
    "files side by side": (ORDER_OF_FILES, "longstone/evidence/bundling.py", "import longstone.evidence.examining"),
    "a drawer in a room": (ORDER_OF_FILES, "longstone/evidence/helpers.py", PLAIN),
    "rules of people import Django": (RULES, "longstone/people/rules.py", "import django"),
    "rules of cases import Django": (RULES, "longstone/cases/rules.py", "from django.db import models"),
    "rules of evidence import Django": (RULES, "longstone/evidence/rules.py", "from django.conf import settings"),
    "the runner opens a room's web": (WEB, "longstone/runner/house.py", "import longstone.evidence.web.views"),
    "a room opens another's web": (WEB, "longstone/evidence/queries.py", "from longstone.people.web import forms"),
    "the public's site opens a room": (ORDER_OF_ROOMS, "longstone/public/pages.py", "import longstone.people.rules"),
    "the public's site opens the front door": (
        ORDER_OF_ROOMS,
        "longstone/public/pages.py",
        "import longstone.site.frame",
    ),
    **{
        f"the public's site imports {module}": (PUBLIC, "longstone/public/pages.py", f"import {module}")
        for one in TOLD["importlinter"]["contracts"]
        if one["name"] == PUBLIC
        for module in one["forbidden_modules"]
    },
    "a room imports the public's site": (FROM_PUBLIC, "longstone/cases/queries.py", "import longstone.public.shelf"),
    "the front door imports the public's site": (
        FROM_PUBLIC,
        "longstone/site/pages.py",
        "import longstone.public.shelf",
    ),
    "the examiner imports the verifier": (APART, "examiner/rows.py", "import verifier.tree"),
    "the verifier imports the examiner": (APART, "verifier/note.py", "import examiner.rows"),
}
FORBIDDEN = {  # every import that a contract forbids a whole package, one by one
    f"{source} imports {module}": (one["name"], f"{source}/planted.py", f"{PLAIN}import {module}")
    for one in TOLD["importlinter"]["contracts"]
    if one["type"] == "forbidden"
    for source in one["source_modules"]
    if source in PACKAGES
    for module in one["forbidden_modules"]
}
EVERY_VIOLATION = {**VIOLATIONS, **FORBIDDEN}
FAR = {one["name"] for one in TOLD["importlinter"]["contracts"] if one["type"] in {"forbidden", "independence"}}


@pytest.fixture
def house(tmp_path):
    """Give a copy of the house to break."""
    return planting.copy(tmp_path)


def contracts(house):
    """Run import-linter on a copy; give the contracts that it read, and those broken."""
    env = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(house.root)}
    told = [BIN / "lint-imports", "--no-cache", "--no-logo"]
    done = subprocess.run(told, cwd=house.root, env=env, capture_output=True, text=True, check=False)
    found = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, re.MULTILINE))
    assert (done.returncode == 0) is ("BROKEN" not in found.values()), done.stdout + done.stderr
    assert str(ROOT) not in done.stdout
    return set(found), {name for name, verdict in found.items() if verdict == "BROKEN"}


def test_the_unbroken_house_keeps_every_contract(house):
    assert contracts(house) == (EVERY_CONTRACT, set())


@pytest.mark.parametrize(("contract", "name", "text"), EVERY_VIOLATION.values(), ids=EVERY_VIOLATION)
def test_a_broken_contract_is_named(house, contract, name, text):
    """Those that follow imports of imports may notice as well; no other does."""
    house.plant(name, text)

    broken = contracts(house)[1]

    assert contract in broken
    assert broken - {contract} <= FAR


def test_each_contract_is_broken_here_at_least_once():
    assert {contract for contract, _, _ in EVERY_VIOLATION.values()} == EVERY_CONTRACT


def test_rooms_side_by_side_import_nothing_of_each_other(house):
    """No two rooms lie side by side yet; the design puts `victims` beside `evidence`."""
    house.change("pyproject.toml", '"site", "evidence", "cases"', '"site", "evidence | victims", "cases"')
    house.plant("longstone/victims/__init__.py", PLAIN)
    house.plant("longstone/victims/queries.py", PLAIN)
    assert contracts(house)[1] == set()

    house.plant("longstone/victims/queries.py", "from longstone.evidence import models")

    assert contracts(house)[1] == {ORDER_OF_ROOMS}


def ruff(house, *more):
    """Run ruff on a copy, and give the rules broken in each file."""
    told = [BIN / "ruff", "check", "--no-cache", "--output-format", "json", *more, "."]
    done = subprocess.run(told, cwd=house.root, capture_output=True, text=True, check=False)
    found: dict[str, set[str]] = {}
    for one in json.loads(done.stdout):
        found.setdefault(str(Path(one["filename"]).relative_to(house.root)), set()).add(one["code"])
    return found


def branches(number):
    """Write a function with some branches."""
    asked = "\n".join(f"    if a == {letter!r}:\n        b += a" for letter in "bcdefghij"[: number - 1])
    return f'def f(a: str, b: str) -> str:\n    """Ask."""\n{asked}\n    return b'


def statements(number):
    """Write a function with some statements."""
    return 'def f(a: str) -> str:\n    """Ask."""\n' + "    a += a\n" * (number - 1) + "    return a"


WALLS = {
    "longstone/cases/complex.py": ("C901", branches(7)),
    "longstone/cases/long.py": ("PLR0915", statements(21)),
    "longstone/cases/clock.py": ("DTZ005", "from datetime import datetime\n\nNOON = datetime.now()"),
    "longstone/cases/said.py": ("T201", 'print("found")'),
    "longstone/cases/hidden.py": ("BLE001", "try:\n    A = 1\nexcept Exception:\n    A = 2"),
    "longstone/cases/passed.py": ("S110", "try:\n    A = 1\nexcept Exception:\n    pass"),
    "longstone/cases/built.py": (
        "S608",
        'def f(a: str) -> str:\n    """Ask."""\n    return f"SELECT b FROM c WHERE d = {a}"',
    ),
    "longstone/cases/yes.py": ("FBT001", 'def f(a: bool) -> bool:\n    """Ask."""\n    return a'),
    "longstone/cases/dead.py": ("ERA001", "A = 1\n# A = 2"),
    "longstone/cases/private.py": ("SLF001", "from decimal import Decimal\n\nA = Decimal._exact"),
    "longstone/vehicles/found.py": ("INP001", "A = 1"),
    "examiner/readers/history.py": ("INP001", "A = 1"),
}


def test_each_wall_of_the_lint_stands(house):
    assert ruff(house) == {}
    for name, (_, text) in WALLS.items():
        house.plant(name, f"{PLAIN}\n{text}")

    found = ruff(house)

    assert {name: code in found.get(name, ()) for name, (code, _) in WALLS.items()} == dict.fromkeys(WALLS, True)


def test_the_walls_stand_where_we_say(house):
    house.plant("longstone/cases/complex.py", f"{PLAIN}\n\n{branches(6)}")
    house.plant("longstone/cases/long.py", f"{PLAIN}\n\n{statements(20)}")

    assert ruff(house, "--select", "C901,PLR0915") == {}


def test_a_folder_that_is_no_package_is_what_import_linter_alone_would_miss(house):
    house.plant("longstone/vehicles/found.py", PLAIN)

    assert contracts(house)[1] == set()
    assert ruff(house) == {"longstone/vehicles/found.py": {"INP001"}}


def mypy(house, name):
    """Check the types of one file, as strictly as the house is told to."""
    env = {**os.environ, "PYTHONPATH": str(house.root)}
    told = [BIN / "mypy", "--cache-dir", house.root / "types", name]
    done = subprocess.run(told, cwd=house.root, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_function_without_types_is_refused(house):
    house.plant("examiner/planted.py", f"{PLAIN}\n\ndef typed(a: int) -> int:\n    return a\n")
    assert mypy(house, "examiner/planted.py")[0] == 0

    house.plant("examiner/planted.py", "\ndef untyped(a):\n    return a\n")

    code, said = mypy(house, "examiner/planted.py")
    assert code == 1
    assert "[no-untyped-def]" in said
