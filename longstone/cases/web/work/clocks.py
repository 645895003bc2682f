"""Which deadlines of cases are mine? Those of the cases I have, and those that tell my role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from longstone.cases.models import Case
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.web.clock_piles import Share, clock_piles
from longstone.kernel.web.piles import Pile
from longstone.people.queries import roles, told_as

DOOR = "Pursue"


def piles(by: Actor, at: datetime) -> Iterator[Pile]:
    """Give what is late or nearly due of the officer's cases, and of those that their role is told of."""
    seen = Case.objects.visible_to(by)
    shares = []
    for clock in asking.of_kind("case"):
        others = ", ".join(roles()[role].title.lower() for role in clock.tells if role in roles())
        why = f"You have this case. It is for the {others} to do."
        shares.append(Share(seen.filter(officer=by.id), [clock.id], why))
        forces, teams = told_as(by, roles=clock.tells, at=at)
        reached = Q(controller__in=forces) | Q(team__in=teams)
        if forces or teams:
            theirs = seen.filter(reached).exclude(officer=by.id)
            shares.append(Share(theirs, [clock.id], "Your role is told of it.", acts=True))
    yield from clock_piles(shares, names, by=by, at=at)


def names(by: Actor, pks: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name cases, and say where their pages are."""
    found = Case.objects.visible_to(by).filter(pk__in=list(pks)).values_list("pk", "reference", "title")
    return {pk: (f"{reference}, {title}", reverse("case", args=[pk])) for pk, reference, title in found}
