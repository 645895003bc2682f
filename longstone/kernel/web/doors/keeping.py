"""What is held back and what is to be erased? Behind Prepare, for those who answer for it; and the old lists that are on their way in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from longstone.kernel import erasures
from longstone.kernel.actor import Actor
from longstone.kernel.imports import rules
from longstone.kernel.imports.models import Import
from longstone.kernel.web.doorways import Thing, of_list
from longstone.kernel.web.registers import erasures as erasing
from longstone.kernel.web.registers import holds as holding


def things(by: Actor, at: datetime) -> Iterator[Thing]:  # noqa: ARG001 - a shelf's own signature
    """Give the lists on their way in, the holds, and the erasures that wait."""
    if by.holds(rules.POWER):
        rows = Import.objects.visible_to(by).filter(state__in=rules.NOT_IN_YET)
        said = "old list that is not brought in yet", "old lists that are not brought in yet"
        yield Thing("Prepare", *said, rows, reverse("imports:list", query={"which": "open"}))
    yield from of_list("Prepare", holding.REGISTER, "hold", "holds", by=by)
    if by.holds(erasures.APPROVE) or by.holds(erasures.PROPOSE):
        waits = "erasure that waits for a second person", "erasures that wait for a second person"
        yield from of_list("Prepare", erasing.REGISTER, *waits, by=by, stands="waits")
