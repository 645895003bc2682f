"""Which registers are there? Each room keeps its own, one a file, on the shelf `web/registers`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps

from longstone.kernel.register import Register


@cache
def registers() -> dict[str, Register]:
    """Read every room's shelf, by the names of the registers."""
    rooms = [app.name for app in apps.get_app_configs() if app.name.startswith("longstone.")]
    found = [register for room in rooms for register in _of(f"{room}.web")]
    return {register.name: register for register in found}


def _of(web: str) -> list[Register]:
    shelf = find_spec(web) and find_spec(f"{web}.registers")
    if not shelf or not shelf.submodule_search_locations:
        return []
    names = [one.name for one in iter_modules(shelf.submodule_search_locations)]
    return [import_module(f"{web}.registers.{name}").REGISTER for name in names]
