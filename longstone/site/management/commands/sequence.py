"""Number what happened and sign it, every second, until stopped; and have witnesses and time stamps say that they saw it."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from longstone.kernel import keys
from longstone.kernel.ledger import outages, sequencer, stamping, witnessing
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
            sequencer.catch_up()
            self._outside()
            return
        threading.Thread(target=self._again, args=(self._outside,), daemon=True).start()
        self._again(self._sequence)

    def _again(self, work: Callable[[], None]) -> None:
        while True:
            self._safely(work)
            time.sleep(LONGER if work == self._outside and outages.lasting() else PAUSE)
            close_old_connections()

    def _safely(self, work: Callable[[], None]) -> None:
        """Do it; what goes wrong is said, and tried again."""
        try:
            work()
        except OperationalError as fault:
            self.stderr.write(f"The database does not answer ({fault}); trying again.")
        except Refusal as refusal:
            outages.say(WITH_OTHERS, refusal.sentence)

    def _sequence(self) -> None:
        try:
            sequencer.catch_up()
        except (sequencer.NotSigned, keys.KeyFault) as why:
            outages.say("the sequencer", str(why))
        else:
            outages.over("the sequencer")

    def _outside(self) -> None:
        witnessing.submit()
        stamping.stamp(at=timezone.now())
        outages.over(WITH_OTHERS)
