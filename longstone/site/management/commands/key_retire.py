"""Let an older version of a signing key sign no more: `longstone key_retire checkpoint 1`. See docs/how-to/keys.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from longstone.kernel.ledger import keeping
from longstone.kernel.refusals import Refusal


class Command(BaseCommand):
    """Retires a version of a key."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", choices=["checkpoint", "sealed"])
        parser.add_argument("version", type=int)

    def handle(self, *_: Any, name: str, version: int, **__: Any) -> None:
        try:
            keeping.retire(by=keeping.KEEPER, at=timezone.now(), name=name, version=version)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self.stdout.write(
            f"Version {version} of the key {name} signs no more; what it signed is still verified with it."
        )
