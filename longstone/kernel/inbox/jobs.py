"""What does the machine do with the inbox? It takes in what arrived, each minute, and wipes each night what was kept long enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import DataError, IntegrityError
from django.utils import timezone
from procrastinate.contrib.django import app

from longstone.kernel.acting import acting
from longstone.kernel.controllers import Controller
from longstone.kernel.inbox import answering
from longstone.kernel.inbox.answering import LETTER_BOX
from longstone.kernel.inbox.models import Enquiry, Inbox
from longstone.kernel.refusals import Refusal

KEYS_STAY = timedelta(days=3)  # longer than any page of the public's stays good: a form sent twice is taken once
MOST = 500  # in one go


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="take in what the public sent")
@acting(LETTER_BOX)
def take_in_all(timestamp: int) -> None:  # noqa: ARG001 - the schedule gives it
    """Take in what lies in the inbox, the oldest first; what is for no force of this house stays, and is an alarm."""
    here = Controller.objects.values_list("slug", flat=True)
    for arrived in Inbox.objects.filter(taken_at=None, force__in=list(here)).order_by("arrived_at", "key")[:MOST]:
        try:
            answering.take_in(by=LETTER_BOX, at=datetime.now(UTC), arrived=arrived)
        except (Refusal, IntegrityError, DataError):
            continue  # it stays, and is an alarm: no letter keeps those behind it out


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="forget enquiries")
@acting(LETTER_BOX)
def forget_all(timestamp: int) -> int:  # noqa: ARG001 - the schedule gives it
    """Wipe what was kept as long as its form says, but for what is held; give how much was wiped."""
    at, wiped = datetime.now(UTC), 0
    rows = Enquiry.objects.visible_to(LETTER_BOX).filter(wiped_at=None, dispose_on__lte=timezone.localdate(at))
    for enquiry in rows.order_by("pk"):
        try:
            answering.forget(by=LETTER_BOX, at=at, enquiry=enquiry)
            wiped += 1
        except Refusal:
            continue  # a hold lies on it: the refusal is in the ledger
    if Inbox.objects.filter(taken_at__lt=at - KEYS_STAY).exists():
        answering.empty(by=LETTER_BOX, at=at, before=at - KEYS_STAY)
    return wiped
