"""Erase what two people have approved, until stopped; run with the database role of the eraser, which only this process has."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from longstone.kernel import erasures
from longstone.kernel.refusals import Refusal

PAUSE = 5.0  # seconds


class Command(BaseCommand):
    """Runs the eraser."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="erase what is approved now, and stop")

    def handle(self, *_: Any, **given: Any) -> None:
        while True:
            try:
                self._erase()
            except OperationalError as fault:
                self.stderr.write(f"The database does not answer ({fault}); trying again.")
            if given["once"]:
                return
            time.sleep(PAUSE)
            close_old_connections()

    def _erase(self) -> None:
        """Erase one after the other; what a hold placed since then forbids waits until it is lifted."""
        for one in erasures.waiting():
            if verdict := erasures.held(one):
                self._one(one)
            elif one.pk not in self.said:
                self.said.add(one.pk)
                self.stderr.write(f"{one}: {verdict.refusal}")

    def _one(self, one: erasures.Erasure) -> None:
        try:
            erasures.erase(by=erasures.ERASER, at=timezone.now(), proposed=one)
        except Refusal as refusal:
            self.stderr.write(f"{one}: {refusal.sentence}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said: set[int] = set()
