"""Was this form opened here, when, and was it sent before? Each opened page carries a signed ticket; no cookie is needed.

The ticket holds a one-use key and the form's name; the time stands in its signature. Nothing here is anybody's: a stranger's page could
send a form only as if it were typed by whoever sits there, with no power that the stranger has not. So the ticket is no password: it
keeps a form from being sent twice, too quickly, too late, or without having been opened here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from longstone.public import ours

SALT = "longstone.public.ticket"
OLD = "This page had been open for more than a day. Look it over, and send it again."
BROKEN = "This page was not sent whole. Look it over, and send it again."
QUICK = "That came sooner than a person can read the page. Please send it again."


@dataclass(frozen=True)
class Ticket:
    """What an opened page carries: its one-use key, or what is wrong with it."""

    key: uuid.UUID | None
    fault: str = ""


def give(form: str, key: uuid.UUID | None = None) -> str:
    """Make the ticket of a page that is opened now, or drawn again with the key that it had."""
    return signing.dumps([form, str(key or uuid.uuid4()), key is not None], salt=SALT)


def read(form: str, untrusted_ticket: str) -> Ticket:
    """Read a ticket that came back; a ticket that is no good says why."""
    try:
        name, key, again = signing.loads(untrusted_ticket, salt=SALT, max_age=ours.LONGEST)
    except signing.SignatureExpired:
        return Ticket(None, OLD)
    except (signing.BadSignature, ValueError, TypeError):
        return Ticket(None, BROKEN)
    if name != form:
        return Ticket(None, BROKEN)
    return Ticket(uuid.UUID(key), "" if again or not _is_fresh(untrusted_ticket) else QUICK)


def _is_fresh(ticket: str) -> bool:
    """Say whether a page was opened so lately that nobody can have read it."""
    try:
        signing.loads(ticket, salt=SALT, max_age=timedelta(seconds=ours.QUICKEST))
    except signing.SignatureExpired:
        return False
    return True
