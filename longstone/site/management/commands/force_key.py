"""Print the force's public key, to be handed to whoever checks bundles."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from longstone.kernel import keys
from longstone.kernel.ledger import notes


class Command(BaseCommand):
    """Prints the verifier key."""

    help = __doc__ or ""

    def handle(self, *_: Any, **__: Any) -> None:
        keys.ensure("checkpoint")
        self.stdout.write(notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))
