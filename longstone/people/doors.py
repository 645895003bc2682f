"""How does a force let its staff in? One file for each force on the shelf `sign_in`; a force without one has passwords alone."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from pydantic import field_validator

from longstone.kernel import shelves

EVERYBODY = "everybody"


class Directory(shelves.Strict):
    """A force's own directory that speaks OpenID Connect."""

    name: str
    issuer: str
    client: str
    group: str
    groups_claim: str = "groups"
    counts_as_second_factor: bool = False

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")):
            return issuer
        raise ValueError("an issuer is an https address")


class Door(shelves.Strict):
    """What one force asks of those who sign in; `id` is the force's short name."""

    id: str
    version: int
    second_factor_for: list[str] = []
    directory: Directory | None = None


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def doors() -> dict[str, Door]:
    """Read every force's file, by the force's short name."""
    return _read(settings.LONGSTONE_SHELVES)


@cache
def _read(shelf: str) -> dict[str, Door]:
    found = shelves.read(Path(shelf) / "sign_in", Door).values() if shelf else []
    return {door.id: door for door in sorted(found, key=lambda door: door.version)}


def door_of(force: str) -> Door | None:
    """Give the file of a force, if it has one."""
    return doors().get(force)


def directories() -> dict[str, Directory]:
    """Give the directory of each force that has one."""
    return {name: door.directory for name, door in doors().items() if door.directory}


def wants_factor(force: str, roles: set[str]) -> bool:
    """Say whether a force wants a second factor of somebody who holds these roles."""
    door = door_of(force)
    return bool(door and roles and (EVERYBODY in door.second_factor_for or roles & set(door.second_factor_for)))
