"""Who outside the house does not do its part? Said in the log and kept for the front page's alarm; the ledger goes on without it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import transaction

from longstone.kernel import promises
from longstone.kernel.ledger.entries import Outage

SEQUENCER = "the sequencer"
LOG = logging.getLogger(__name__)


def say(name: str, sentence: str) -> None:
    """Say that somebody does not do its part: in the log when it begins or changes, in the table each time."""
    now = datetime.now(UTC)
    with promises.writing("ledger"), transaction.atomic():
        lasting = Outage.objects.select_for_update().filter(name=name, ended_at=None).first()
        if lasting is None or lasting.sentence != sentence:
            LOG.warning("%s: %s", name, sentence)
        lasting = lasting or Outage(name=name, since=now)
        lasting.sentence, lasting.last_at = sentence, now
        lasting.save()


def over(name: str) -> None:
    """Say that it does its part again."""
    with promises.writing("ledger"):
        ended = Outage.objects.filter(name=name, ended_at=None).update(ended_at=datetime.now(UTC))
    if ended:
        LOG.info("%s: answers again", name)


def lasting() -> list[Outage]:
    """List what lasts, the oldest first."""
    return list(Outage.objects.filter(ended_at=None).order_by("since"))


def of(name: str) -> Outage | None:
    """Give what lasts of one of them, if anything does."""
    return Outage.objects.filter(name=name, ended_at=None).first()
