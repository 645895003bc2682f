"""Replay the demo's thirty days, if the house is empty."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from longstone.kernel.models import Controller


class Command(BaseCommand):
    """Loads the demo."""

    help = __doc__ or ""

    def handle(self, *_: Any, **__: Any) -> None:
        from demo import replay

        if Controller.objects.exists():
            self.stdout.write("The house has records already; the demo is not loaded over them.")
            return
        with transaction.atomic():  # a start that is broken off leaves no half demo behind
            said = replay.replay()
        self.stdout.write(said)
