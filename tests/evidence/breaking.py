"""What is done while the disk fails? Work that tests.traced runs in a fork; each says what it acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from longstone.evidence import jobs
from longstone.kernel.actor import Actor
from longstone.kernel.store import staging

Say = Callable[[str], object]
PIECE = 300_000


def _begin(told: dict[str, str]) -> tuple[Actor, datetime]:
    settings.LONGSTONE_HOME = Path(told["home"])
    return Actor(id=int(told["by"]), name="the officer", controller=None), datetime.now(UTC)


def upload(told: dict[str, str], say: Say) -> None:
    """Send a file in two pieces, and claim it."""
    by, at = _begin(told)
    source = Path(told["source"]).read_bytes()
    staged = staging.begin(by=by, at=at, name="image.raw", size=len(source))
    say(f"begun {staged.pk}")
    for start in (0, PIECE):
        staged = staging.append(staged, [source[start : start + PIECE]], offset=start, at=at)
        say(f"offset {staged.offset}")
    claim({**told, "staged": str(staged.pk)}, say)


def hasty(told: dict[str, str], say: Say) -> None:
    """Say that a piece is safe before it is: a house that must be caught."""
    by, at = _begin(told)
    source = Path(told["source"]).read_bytes()
    staged = staging.begin(by=by, at=at, name="image.raw", size=len(source))
    say(f"begun {staged.pk}")
    say(f"offset {PIECE}")
    staging.append(staged, [source[:PIECE]], offset=0, at=at)


def claim(told: dict[str, str], say: Say) -> None:
    """Claim what was sent."""
    by, _ = _begin(told)
    with transaction.atomic():
        claimed = staging.claim(UUID(told["staged"]), by=by)
    say(f"claimed {claimed.sha256}")


def take_in(told: dict[str, str], say: Say) -> None:
    """Take a file of this machine in."""
    by, at = _begin(told)
    staged = staging.take_in(Path(told["source"]), by=by, at=at)
    say(f"begun {staged.pk}")
    say(f"offset {staged.offset}")


def dispose(told: dict[str, str], say: Say) -> None:
    """Carry out what is due."""
    _begin(told)
    jobs.dispose_due(timestamp=0)
    say("disposed")


def count(told: dict[str, str], say: Say) -> None:
    """Count what is kept."""
    _begin(told)
    jobs.count_store(timestamp=0)
    say("counted")


def verify(told: dict[str, str], say: Say) -> None:
    """Verify a share of what is kept."""
    _begin(told)
    jobs.verify_share(timestamp=0)
    say("verified")
