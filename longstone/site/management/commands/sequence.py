"""Number what happened and sign it, every second, until stopped."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from longstone.kernel import keys
from longstone.kernel.ledger import sequencer


class Command(BaseCommand):
    """Runs the sequencer."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="number what waits now, and stop")

    def handle(self, *_: Any, **given: Any) -> None:
        keys.ensure("checkpoint")
        keys.ensure("sealed")
        while True:
            try:
                sequencer.catch_up()
            except OperationalError as fault:
                self.stderr.write(f"The database does not answer ({fault}); trying again.")
            if given["once"]:
                return
            time.sleep(1)
            close_old_connections()
