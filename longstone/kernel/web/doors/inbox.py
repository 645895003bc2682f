"""What did the public send, and what is published for them? Talks and papers behind Protect, questions about a young person behind Prevent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from longstone.kernel.actor import Actor
from longstone.kernel.inbox import rules
from longstone.kernel.inbox.models import Enquiry, Publication
from longstone.kernel.web.doorways import Thing
from longstone.kernel.web.inbox import DOORS


def things(by: Actor, at: datetime) -> Iterator[Thing]:  # noqa: ARG001 - a shelf's own signature
    """Give what waits in the inbox, for those who answer it; and what is to be published, for those who decide it."""
    if by.holds(rules.ANSWER):
        rows = Enquiry.objects.visible_to(by).filter(state="received")
        for door, (about, where, one, many) in DOORS.items():
            url = reverse("inbox", query={"which": "waiting", "about": about})
            yield Thing(door, one, many, rows.filter(where), url)
    if by.holds(rules.PUBLISH):
        proposed = Publication.objects.visible_to(by).filter(state="proposed")
        said = "publication that waits for a second person", "publications that wait for a second person"
        yield Thing("Protect", *said, proposed, reverse("publications", query={"which": "proposed"}))
