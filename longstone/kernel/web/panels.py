"""What does each room say of this case, person or exhibit? Panels found on each room's shelf (D4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from longstone.kernel.scoped import Scoped
from longstone.kernel.web.request import Request


@dataclass(frozen=True)
class Action:
    """One thing that can be done from a panel, or why it cannot."""

    label: str
    url: str
    refusal: str = ""


@dataclass(frozen=True)
class Panel:
    """A titled part of a subject's page, drawn by its own template."""

    title: str
    template: str
    context: dict[str, Any]
    order: int = 50
    told_first: bool = False  # what it tells stands before what can be done
    actions: list[Action] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)  # what it shows beyond its subject, for the record of the read


def panels(noun: str, request: Request, subject: Any) -> list[Panel]:
    """Ask every room for its panel of a subject; each scopes itself."""
    found = (_panel_of(app.name, noun) for app in apps.get_app_configs() if app.name.startswith("longstone."))
    drawn = [one for panel in found if panel for one in _several(panel(request, subject))]
    sight = subject.sight(request.actor) if isinstance(subject, Scoped) else None
    if sight and sight.read_only:
        drawn = [replace(one, actions=[replace(act, refusal=sight.read_only) for act in one.actions]) for one in drawn]
    return sorted(drawn, key=lambda one: one.order)


def _several(drawn: Panel | list[Panel] | None) -> list[Panel]:
    return drawn if isinstance(drawn, list) else [drawn] if drawn else []


def _panel_of(room: str, noun: str) -> Callable[[Request, Any], Panel | list[Panel] | None] | None:
    shelf = find_spec(f"{room}.web") and find_spec(f"{room}.web.panels")
    if not shelf or not shelf.submodule_search_locations:
        return None
    name = f"{room}.web.panels.{noun}"
    return import_module(name).panel if find_spec(name) else None
