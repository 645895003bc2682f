"""Number what happened and sign it, every second, until stopped."""

import logging
import time
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections

from longstone.kernel import keys
from longstone.kernel.ledger import restorations, sequencer
from longstone.kernel.refusals import Refusal
from longstone.site.watches import FAULT

LOG = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs the sequencer."""

    help = __doc__ or ""
    said: str | None = None

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="number what waits now, and stop")

    def handle(self, *_: Any, **given: Any) -> None:
        keys.ensure("checkpoint")
        keys.ensure("sealed")
        while True:
            try:
                self._sign()
            except OperationalError as fault:
                self.stderr.write(f"The database does not answer ({fault}); trying again.")
            if given["once"]:
                return self._end()
            time.sleep(1)
            close_old_connections()

    def _sign(self) -> None:
        """Sign what waits; what may not be signed is said, once for each reason, and the front page says it too."""
        try:
            restorations.refuse_if_pending()
            sequencer.catch_up()
            restorations.keep_outside()
        except (sequencer.NotSigned, Refusal) as fault:
            self._say(str(fault))
        else:
            self._say("")

    def _say(self, why: str) -> None:
        if why != self.said:
            LOG.log(logging.ERROR if why else logging.INFO, "the ledger: %s", why or "signed")
            cache.set(FAULT, why, timeout=None)
            self.said = why

    def _end(self) -> None:
        if self.said:
            raise CommandError(self.said, returncode=2)
