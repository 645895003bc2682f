"""Take a file of this machine into the store, for an officer to claim (D13)."""

import stat
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from longstone.kernel.refusals import Refusal
from longstone.kernel.store import staging
from longstone.people.models import Staff
from longstone.people.queries import actor_for


class Command(BaseCommand):
    """Takes a file in."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--by", required=True, help="the officer's user name")
        parser.add_argument("--sha256", default="", help="the digest that it must have")

    def handle(self, *_: Any, path: Path, by: str, sha256: str, **__: Any) -> None:
        staff = Staff.objects.filter(username__iexact=by).first()
        if staff is None:
            raise CommandError(f"There is no officer with the user name {by}.", returncode=2)
        if not path.exists() or path.is_symlink() or not stat.S_ISREG(path.stat().st_mode):
            raise CommandError(f"{path} is not a file. Name the file itself, not a link or a folder.", returncode=2)
        at = timezone.now()
        try:
            staged = staging.take_in(path, by=actor_for(staff, at=at), at=at, expected=sha256.lower())
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self.stdout.write(f"{staged.pk} {staged.sha256} {staged.size}")
