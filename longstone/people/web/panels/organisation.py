"""What the people room says of an organisation: which other records are found to be of it."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.request import Request
from longstone.people import sameness
from longstone.people.models import Organisation


def panel(request: Request, organisation: Organisation) -> Panel:
    """Tell which records are merged into this one, and offer to look for more."""
    merges = sameness.merged_into(organisation, by=request.actor)
    find = Action(
        "Find records of the same organisation", reverse("people:organisations-alike", args=[organisation.pk])
    )
    ids = [one.record_id for one in merges]
    return Panel(
        "Records",
        "people/panel_organisation.html",
        {"merges": merges},
        order=70,
        told_first=True,
        actions=[find],
        ids=ids,
    )
