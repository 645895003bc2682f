"""Which cases, which case, and who is in it?"""

from __future__ import annotations

from typing import Any

from django.db.models import F

from longstone.cases import rules
from longstone.cases.models import Allocation, Case, CaseQuerySet, CaseShare, Connection, Glass, Involvement
from longstone.kernel.actor import Actor
from longstone.people import queries as people
from longstone.people.models import Person, PersonQuerySet, Staff


def cases(*, by: Actor, text: str = "", which: str = "") -> CaseQuerySet:
    """List the cases an actor may see, newest first: all, those open, those closed, or their own that are open."""
    found = Case.objects.visible_to(by)
    if which == "mine":
        found = found.filter(officer=by.id, state="open")
    elif which in rules.CASE.words:
        found = found.filter(state=which)
    return (found.opened_like(text) if text else found).select_related("officer", "team").order_by("-opened_at", "-pk")


def cases_of(*, by: Actor, person: Person) -> list[Involvement]:
    """List the parts a person plays, in the cases an actor may see."""
    parts = Involvement.objects.visible_to(by).filter(person=person).select_related("case")
    return list(parts.order_by("-case__opened_at", "pk"))


def shares_of(*, by: Actor, case: Case) -> list[CaseShare]:
    """List the forces that see or saw a case, for those of its own force."""
    if by.controller != case.controller_id:
        return []
    return list(case.shares.select_related("to").order_by(F("ended_at").desc(nulls_first=True), "-since"))


def allocations_of(case: Case) -> list[tuple[Allocation, str]]:
    """Tell who had a case from when on, as the record holds true today."""
    known: list[Any] = list(case.allocations.now_known().order_by("valid"))
    names = {
        str(one.pk): str(one) for one in Staff.objects.filter(pk__in=[a.value for a in known if a.value.isdigit()])
    }
    return [(one, names.get(one.value, "Nobody")) for one in known]


def persons_to_involve(*, by: Actor, case: Case, text: str) -> PersonQuerySet:
    """Find persons of the case's force by a part of their name, a few."""
    found = people.persons(by=by, text=text).filter(controller=case.controller_id)
    return found if text else found.none()


def involved(*, by: Actor, case: Case) -> list[Involvement]:
    """List who is involved in a case, as far as the actor may see these persons."""
    seen = Person.objects.visible_to(by)
    return list(case.involvements.visible_to(by).filter(person__in=seen).select_related("person").order_by("role", "pk"))


def marks_of(by: Actor) -> dict[str, Any]:
    """Name the broken glass through which an actor may see now: every read of theirs says so."""
    live = sorted(Glass.live(by).values_list("pk", flat=True)) if by.id is not None else []
    return {"glass": live} if live else {}
