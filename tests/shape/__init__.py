"""The shape of the house: what imports cannot see. Each file here is one kind of fault; each check names what it finds."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOLD = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
PACKAGES = (*TOLD["mypy"]["packages"], "bench")  # what is typed strictly, and what measures it
SUFFIXES = {".py", ".html", ".css", ".js", ".yaml"}
NOT_OURS = {"migrations", "built", "__pycache__", "node_modules"}


@cache
def parsed(text: str) -> ast.Module:
    """Parse a text once, however many checks read it."""
    return ast.parse(text)


@cache
def walked(text: str) -> list[ast.AST]:
    """List a text's nodes once, however many checks read them."""
    return list(ast.walk(parsed(text)))


@dataclass(frozen=True)
class Source:
    """One file of the house: its name in the repository, and its text."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Give the parsed module."""
        return parsed(self.text)

    @property
    def nodes(self) -> list[ast.AST]:
        """Give every node of the module."""
        return walked(self.text)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Give the folders, and the name without its ending."""
        return Path(self.name).with_suffix("").parts

    @property
    def stem(self) -> str:
        """Give the name without its ending."""
        return self.parts[-1]

    @property
    def is_web(self) -> bool:
        """Say whether pages are drawn here: a room's web, or the site but for its commands on a command line."""
        return "web" in self.parts or (self.parts[:2] == ("longstone", "site") and "management" not in self.parts)

    @property
    def is_commands(self) -> bool:
        """Say whether acts are written here."""
        return self.parts[:1] == ("longstone",) and "commands" in self.parts and "management" not in self.parts

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Give each call with the last word of what is called."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and (word := last_word(node.func)):
                yield node, word

    def at(self, node: ast.AST, fault: str) -> str:
        """Say where a fault lies."""
        return f"{self.name}:{getattr(node, 'lineno', 1)} {fault}"


@dataclass(frozen=True)
class House:
    """A checkout, read whole."""

    root: Path
    files: list[Source] = field(default_factory=list)

    @cached_property
    def modules(self) -> list[Source]:
        """Give what is Python."""
        return [one for one in self.files if one.name.endswith(".py")]

    def of(self, *packages: str) -> list[Source]:
        """Give the Python of some packages."""
        return [one for one in self.modules if one.parts[0] in packages]


def read(root: Path) -> House:
    """Read a checkout: our packages, without what migrations or a build made."""
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            name = path.relative_to(root)
            if path.suffix in SUFFIXES and path.is_file() and not NOT_OURS & set(name.parts):
                found.append(Source(str(name), path.read_text("utf-8")))
    return House(root, found)


def last_word(node: ast.AST) -> str:
    """Name what is called or read: the attribute, or the plain name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def imported(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Give every module, and every name out of a module, that is imported."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node, node.module or ""
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


Check = Callable[[House], Iterator[str]]
SHAPES: dict[str, Check] = {}


def shape(check: Check) -> Check:
    """Keep a check under its own name."""
    SHAPES[check.__name__] = check
    return check


from tests.shape import beats, borders, reading, size, words, writing  # noqa: E402, F401 - they fill the list
