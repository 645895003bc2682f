"""What may not be imported, beside what import-linter keeps?"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from typing import Any

from tests.shape import House, Source, imported, shape

SIGNALS = "longstone/site/sign_in.py"
FRAME = {"kernel", "site", "runner", "public"}  # not rooms of policing
NETWORK = (
    "urllib.request", "http.client", "http.server", "ftplib", "smtplib", "poplib", "imaplib", "xmlrpc", "socketserver",
    "socket", "ssl", "requests", "httpx", "aiohttp", "urllib3", "telnetlib", "nntplib",
)  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}
FORMS = {"ModelForm", "modelform_factory", "BaseModelForm", "modelformset_factory", "inlineformset_factory"}


def reaches(name: str, modules: tuple[str, ...]) -> bool:
    """Say whether an import is of one of some modules, or of something in one."""
    return any(name == one or name.startswith(f"{one}.") for one in modules)


@shape
def signals_are_for_signing_in_alone(house: House) -> Iterator[str]:
    """Where a library offers only a signal, its receiver stands in one file (D15)."""
    for one in house.of("longstone", "demo"):
        for node, name in imported(one):
            if one.name != SIGNALS and (reaches(name, ("django.dispatch",)) or "signals" in name.split(".")):
                yield one.at(node, f"imports {name}. Upper rooms pull; nothing is signalled.")


@shape
def no_form_saves(house: House) -> Iterator[str]:
    """No model forms: a form that saves is a second gate."""
    for one in house.of("longstone"):
        for node in one.nodes:
            word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if word in FORMS:
                yield one.at(node, f"{word} saves. Give a plain form's clean data to a command.")


@shape
def examiner_and_verifier_know_no_network(house: House) -> Iterator[str]:
    """Neither imports what speaks to another machine, not even by a name in a string (D5)."""
    for one in house.of("examiner", "verifier"):
        for node, name in [*imported(one), *_by_string(one)]:
            if reaches(name, NETWORK):
                yield one.at(node, f"imports {name}. What opens evidence speaks to nobody.")


def _by_string(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node, word in source.calls():
        if word in {"import_module", "__import__"}:
            yield from (
                (node, one.value) for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


@shape
def one_file_speaks_to_a_cluster(house: House) -> Iterator[str]:
    """`examiner.cluster` alone imports distributed (D5)."""
    for one in house.modules:
        for node, name in imported(one):
            if reaches(name, ("distributed", "dask")) and one.name != "examiner/cluster.py":
                yield one.at(node, f"imports {name}. Only examiner/cluster.py may.")


@shape
def rules_read_no_clock(house: House) -> Iterator[str]:
    """A rule is given its moment."""
    for one in house.of("longstone"):
        if "rules" in {one.stem, *one.parts}:
            yield from (one.at(call, f"{word}() in a rule. Take `at`.") for call, word in one.calls() if word in CLOCKS)


@shape
def nothing_shipped_rests_on_what_is_not(house: House) -> Iterator[str]:
    """The house, the examiner and the verifier import no tests, bench or docs."""
    for one in house.of("longstone", "examiner", "verifier", "demo"):
        for node, name in imported(one):
            if reaches(name, ("tests", "bench", "docs")):
                yield one.at(node, f"imports {name}, which is not installed with the house.")


@shape
def every_room_is_named_in_every_contract(house: House) -> Iterator[str]:
    """import-linter's contracts name rooms one by one; a room left out would be kept by none of them."""
    contracts = tomllib.loads((house.root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    for room in sorted({one.parts[1] for one in house.of("longstone") if len(one.parts) > 2} - FRAME):
        for needed in _needed(house, room):
            if not any(needed in named for named in map(_named, contracts)):
                yield f"pyproject.toml: no contract names {needed}."


def _needed(house: House, room: str) -> list[str]:
    """Rules are named by a pattern; files' order and a room's web, one by one."""
    names = {one.parts[2] for one in house.of("longstone") if one.parts[1:2] == (room,) and len(one.parts) > 2}
    return [f"longstone.{room}", *([f"longstone.{room}.web"] if "web" in names else [])]


def _named(contract: dict[str, Any]) -> set[str]:
    keys = ("containers", "protected_modules")
    return {name for key in keys for name in contract.get(key, [])}
