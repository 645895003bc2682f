"""What becomes of a form that was sent? It is judged, and then left in the inbox whole, once, or refused in a sentence with nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from longstone.kernel.inbox import arriving
from longstone.kernel.refusals import Refusal
from longstone.public import ours, tickets
from longstone.public.asking import Asked
from longstone.public.shelf import Form

TAKEN, WRONG, FULL = 200, 422, 503


@dataclass(frozen=True)
class Outcome:
    """How a sending ended: taken with its number, or not, with what was typed and the mark for sending it again."""

    status: int
    asked: Asked
    ticket: str = ""
    reference: str = ""
    again: bool = False


def send(form: Form, untrusted_told: Any, *, today: date) -> Outcome:
    """Judge what somebody sent, and leave it in the inbox if it is sound."""
    asked = Asked(form, today, untrusted_told)
    ticket = tickets.read(form.id, untrusted_told.get("ticket", "")[:500])
    if asked.is_valid() and ticket.fault:
        asked.add_error(None, ticket.fault)
    if asked.errors or ticket.key is None:
        return Outcome(WRONG, asked, tickets.give(form.id, ticket.key))
    return _leave(form, asked, ticket.key)


def _leave(form: Form, asked: Asked, key: UUID) -> Outcome:
    letter = arriving.Letter(
        key=key, form=form.id, version=form.version, title=form.called, force=ours.FORCE, prefix=form.prefix,
        answers=asked.answers(), keep_days=form.keep_days,
    )  # fmt: skip
    try:
        fresh = arriving.leave(letter)
    except Refusal as refusal:
        sentence = f"{refusal.sentence} What you wrote is still here: send it again in a few minutes, or ring {ours.TELEPHONE}."
        asked.add_error(None, sentence)
        return Outcome(FULL, asked, tickets.give(form.id, key))
    return Outcome(TAKEN, asked, reference=letter.reference, again=not fresh)
