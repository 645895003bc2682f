"""What may the public read? What was published and not withdrawn, through the one view that their database role may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

COLUMNS = "slug, title, kind, words, file_name, media_type, sha256, size, published_at"


@dataclass(frozen=True)
class Paper:
    """One thing that is published; its bytes are read apart."""

    slug: str
    title: str
    kind: str
    words: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    published_at: datetime


def papers(force: str) -> list[Paper]:
    """List what a force has published, the newest first."""
    return [Paper(*row) for row in _ask(f"SELECT {COLUMNS} FROM kernel_published WHERE force = %s ORDER BY published_at DESC, slug", force)]  # noqa: S608 - our own columns  # fmt: skip


def paper(force: str, slug: str) -> Paper | None:
    """Give one thing that a force has published, if it has."""
    rows = _ask(f"SELECT {COLUMNS} FROM kernel_published WHERE force = %s AND slug = %s", force, slug)  # noqa: S608 - our own columns  # fmt: skip
    return Paper(*rows[0]) if rows else None


def content(force: str, slug: str) -> bytes:
    """Give the bytes of one thing that is published."""
    rows = _ask("SELECT body FROM kernel_published WHERE force = %s AND slug = %s", force, slug)
    return bytes(rows[0][0]) if rows else b""


def answers() -> None:
    """Ask the database for nothing, to know that it is there; raises what Django does where it is not."""
    _ask("SELECT 1 FROM kernel_published LIMIT 0")


def _ask(told: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(told, values or None)
        return list(cursor.fetchall())
