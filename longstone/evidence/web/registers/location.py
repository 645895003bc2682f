"""The list of what lies in one place."""

from __future__ import annotations

from longstone.evidence import queries
from longstone.evidence.models import Location
from longstone.evidence.web.registers.exhibits import REGISTER, narrower
from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotVisible
from longstone.kernel.register import Register


def within(number: int, *, by: Actor) -> Register:
    """Make the list of what lies in a place of the actor's force."""
    place = Location.objects.visible_to(by).filter(pk=number).first()
    if place is None:
        raise NotVisible
    filters = [one for one in REGISTER.filters if one.name != "place"]
    return narrower(
        "location", place.name, lambda by: queries.lying_in(place, by=by), page=None, filters=filters,
        empty="Nothing that you may see lies here.",
    )  # fmt: skip
