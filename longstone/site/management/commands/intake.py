"""Take a file of this machine into the store, for an officer to claim (D13)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from longstone.kernel.refusals import Refusal
from longstone.kernel.store import staging
from longstone.people.queries import officer_named


class Command(BaseCommand):
    """Takes a file in, and prints its id, SHA-256 and size."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--by", required=True, help="the user name of the officer who will claim it")
        parser.add_argument("--sha256", default="", help="the digest that it must have")

    def handle(self, *_: Any, path: Path, by: str, sha256: str, **__: Any) -> None:
        at = timezone.now()
        try:
            staged = staging.take_in(path, by=officer_named(by, at=at), at=at, expected=sha256.strip().lower())
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self.stdout.write(f"{staged.pk} {staged.sha256} {staged.size}")
