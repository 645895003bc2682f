"""Enquiries are found by their whole reference, as somebody reads it out on the telephone: what they say is read on their own page alone."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.actor import Actor
from longstone.kernel.inbox import rules
from longstone.kernel.inbox.models import Enquiry
from longstone.kernel.web.finding import EXACT, MOST, Group, Hit, Kind


def _find(text: str, by: Actor) -> Group | None:
    if not by.holds(rules.ANSWER):
        return None
    found = Enquiry.objects.visible_to(by).filter(reference=text.upper()).defer("answers", "reply")[:MOST]
    return Group([_hit(one) for one in found], EXACT)


def _hit(one: Enquiry) -> Hit:
    more = f"{rules.ENQUIRY.words[one.state].capitalize()}. {one.owner_name or 'Nobody’s yet'}."
    return Hit(f"enquiry {one.pk}", f"{one.reference}, {one.title}", reverse("enquiry", args=[one.pk]), more)


KIND = Kind("enquiry", "Enquiries", 50, _find)
