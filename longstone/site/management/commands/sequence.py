"""Number what happened and sign it, every second, until stopped; and have witnesses and time stamps say that they saw it."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from longstone.kernel import keys
from longstone.kernel.ledger import outages, restorations, sequencer, stamping, witnessing
from longstone.kernel.refusals import Refusal

WITH_OTHERS = "witnesses and time stamps"
PAUSE, LONGER = 1.0, 30.0  # seconds; the longer one after something outside went wrong


class Command(BaseCommand):
    """Runs the sequencer, and beside it what speaks with the world outside."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="number what waits now, and stop")

    def handle(self, *_: Any, **given: Any) -> None:
        keys.ensure("checkpoint")
        keys.ensure("sealed")
        self._safely(witnessing.ask)
        if given["once"]:
            self._once()
            return
        threading.Thread(target=self._again, args=(self._outside,), daemon=True).start()
        self._again(self._sequence)

    def _once(self) -> None:
        if why := self._sequence():
            raise CommandError(why, returncode=2)
        self._outside()

    def _again(self, work: Callable[[], object]) -> None:
        while True:
            self._safely(work)
            time.sleep(LONGER if work == self._outside and outages.lasting() else PAUSE)
            close_old_connections()

    def _safely(self, work: Callable[[], object]) -> None:
        """Do it; what goes wrong is said, and tried again."""
        try:
            work()
        except OperationalError as fault:
            self.stderr.write(f"The database does not answer ({fault}); trying again.")
        except Refusal as refusal:
            outages.say(WITH_OTHERS, refusal.sentence)

    def _sequence(self) -> str:
        """Sign what waits; what may not be signed is said, and the front page says it too. Gives why, or nothing."""
        try:
            restorations.refuse_if_pending()
            sequencer.catch_up()
            restorations.keep_outside()
        except (sequencer.NotSigned, Refusal) as why:
            outages.say(outages.SEQUENCER, str(why))
            return str(why)
        outages.over(outages.SEQUENCER)
        return ""

    def _outside(self) -> None:
        witnessing.submit()
        stamping.stamp(at=timezone.now())
        outages.over(WITH_OTHERS)
