"""Which lists are there? Each room keeps its own, one a file, on the shelf `web/registers`.

A file has `REGISTER`, a list of its own; or `within`, which makes the list that belongs to one subject (`within(number, by=actor)`),
such as what lies in one place. A file with neither is a mistake, and two lists of one name are one too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from django.apps import apps

from longstone.kernel.register import Register

Within = Callable[..., Register]


@cache
def registers() -> dict[str, Register]:
    """Give every list that has no subject of its own, by its name."""
    found: dict[str, Register] = {}
    for module in modules("registers"):
        register = getattr(module, "REGISTER", None)
        if register is None and not hasattr(module, "within"):
            raise ImportError(f"{module.__name__} lies on a shelf of lists and defines none: say REGISTER or within.")
        if register and found.setdefault(register.name, register) is not register:
            raise ImportError(f"There are two lists with the name {register.name}.")
    return found


@cache
def within() -> dict[str, Within]:
    """Give what makes the lists that belong to one subject, by the names of their files."""
    return {
        module.__name__.rpartition(".")[2]: module.within
        for module in modules("registers")
        if hasattr(module, "within")
    }


@cache
def modules(name: str) -> tuple[Any, ...]:
    """Give every file on one of the rooms' shelves: each `<room>/web/<name>/*.py`."""
    return tuple(_files(name))


def _files(name: str) -> Iterator[ModuleType]:
    for app in apps.get_app_configs():
        shelf = _shelf(f"{app.name}.web", name) if app.name.startswith("longstone.") else None
        for one in iter_modules(shelf or []):
            yield import_module(f"{app.name}.web.{name}.{one.name}")


def _shelf(web: str, name: str) -> list[str]:
    spec = find_spec(f"{web}.{name}") if find_spec(web) else None
    return list(spec.submodule_search_locations or []) if spec else []
