"""What stands around every page: who is signed in, the four doors, and whether this is the demo."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from longstone.kernel import shelves
from longstone.kernel.actor import NOBODY
from longstone.site.helping import help_of


class Place(shelves.Strict):
    """One thing behind a door: its name, its page, and one line on what it is for."""

    title: str
    page: str
    about: str


class Door(shelves.Strict):
    """One of the four Ps, and what stands behind it."""

    name: str
    about: str
    places: list[Place]


class Navigation(shelves.Strict):
    """The doors of the site."""

    doors: list[Door]


@cache
def navigation() -> Navigation:
    """Read what stands behind each door."""
    return shelves.read_file(Path(__file__).parent / "navigation.yaml", Navigation)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame needs."""
    actor = getattr(request, "actor", NOBODY)
    told: dict[str, Any] = {
        "demo": settings.LONGSTONE_DEMO,
        "actor": actor,
        "doors": [],
        "help": settings.LONGSTONE_HELP,
    }
    if actor.id is not None:
        told["doors"] = [_door(door, request.path) for door in navigation().doors]
        told["page_help"] = help_of(request.resolver_match.view_name) if request.resolver_match else None
        told["force_name"] = request.user.controller.name  # type: ignore[union-attr]  # staff, or there is no actor
    return told


def _door(door: Door, path: str) -> dict[str, Any]:
    url = reverse("door", args=[door.name.lower()])
    return {"name": door.name, "url": url, "current": path.startswith(url)}
