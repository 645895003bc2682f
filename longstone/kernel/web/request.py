"""What does a page know of its request? Who asks, when, and what it has shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.http import HttpRequest

from longstone.kernel.actor import Actor


@dataclass
class Shown:
    """What one response showed: a register with its filter, and the ids (D9)."""

    register: str
    on: models.Model | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class Request(HttpRequest):
    """A request that knows its actor and its moment; one clock reading a request."""

    actor: Actor
    now: datetime
    marks: dict[str, Any]  # what every read of this request says besides, such as through which broken glass it may be
    shown: list[Shown]


def show(
    request: Request, register: str, *, on: models.Model | None = None, ids: Iterable[Any] = (), **facts: Any
) -> None:
    """Say what this response shows, so that it is written down before the first byte leaves."""
    listed = [str(one) for one in ids]
    told = {**facts, **({"ids": listed, "count": len(listed)} if listed else {})}
    request.shown.append(Shown(register, on, told))
