"""Print the force's public key, to be handed to whoever checks bundles; with --all also those that came before it."""

from typing import Any

from django.core.management.base import BaseCommand

from longstone.kernel import keys
from longstone.kernel.ledger import keeping


class Command(BaseCommand):
    """Prints the verifier key."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--all", action="store_true", help="print every version's key, the oldest first")

    def handle(self, *_: Any, **given: Any) -> None:
        keys.ensure("checkpoint")
        known = keeping.vkeys()
        for version in sorted(known) if given["all"] else [max(known)]:
            self.stdout.write(known[version])
