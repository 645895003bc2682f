"""How does an act, a read or a refusal get into the ledger? As a row of the same transaction, numbered later."""

from __future__ import annotations

import os
import uuid
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from longstone.kernel import promises
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import canonical
from longstone.kernel.ledger.entries import Entry

PAST = "record past acts"


def record(event: str, *, on: models.Model | None, by: Actor, at: datetime, **facts: Any) -> Entry:
    """Write down an act, inside the command that does it."""
    entry = _write(event, on=on, by=by, at=at, facts=facts)
    if sheet := promises.current_sheet():
        sheet.recorded, sheet.entry = sheet.recorded + 1, entry
        sheet.happened.append(promises.Happened(event, on, at))
    return entry


def read(register: str, *, by: Actor, on: models.Model | None = None, **facts: Any) -> Entry:
    """Write down what was shown to whom, in a transaction of its own."""
    with transaction.atomic():
        return _write(f"{register}.read", on=on, by=by, at=timezone.now(), facts=facts)


def refused(act: str, *, by: Actor, sentence: str, **facts: Any) -> Entry:
    """Write down what was refused, so that it outlives the rollback."""
    with transaction.atomic():
        facts = {"act": act, "why": sentence, **facts}
        return _write("act.refused", on=None, by=by, at=timezone.now(), facts=facts)


def _write(event: str, *, on: models.Model | None, by: Actor, at: datetime, facts: dict[str, Any]) -> Entry:
    with promises.writing("ledger"):
        return Entry.objects.create(
            uuid=uuid.uuid4(),
            event=event,
            controller=_controller(on, by),
            by_id=by.id,
            by_name=by.name,
            at=at,
            past=by.holds(PAST),
            facts=canonical.text(facts),
            salt=os.urandom(32),
            **_subject(on),
        )


def _subject(on: models.Model | None) -> dict[str, str]:
    if on is None:
        return {}
    return {"on_kind": str(on._meta.model_name), "on_id": str(on.pk), "on_label": str(on)[:200]}  # noqa: SLF001


def _controller(on: models.Model | None, by: Actor) -> str:
    found = getattr(on, "controller_id", None) or by.controller
    return str(found) if found is not None else ""
