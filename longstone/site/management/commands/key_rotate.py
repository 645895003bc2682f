"""Make a key's next version: `longstone key_rotate checkpoint`. Until the older one is retired, both sign. See docs/how-to/keys.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from longstone.kernel.ledger import keeping
from longstone.kernel.refusals import Refusal


class Command(BaseCommand):
    """Rotates a key."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", choices=["checkpoint", "sealed"])

    def handle(self, *_: Any, name: str, **__: Any) -> None:
        try:
            version = keeping.rotate(by=keeping.KEEPER, at=timezone.now(), name=name)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self.stdout.write(f"The key {name} has version {version} now. Back up the folder of the keys.")
        if name == "checkpoint":
            self.stdout.write(f"Publish it beside the old one:\n{keeping.vkeys()[version]}")
