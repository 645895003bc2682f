"""Which cases, which case, and who is in it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from longstone.cases import rules
from longstone.cases.models import (
    Allocation,
    Case,
    CaseQuerySet,
    CaseShare,
    Connection,
    Glass,
    GlassQuerySet,
    Involvement,
)
from longstone.kernel.acting import unless_acting
from longstone.kernel.actor import Actor
from longstone.people import queries as people
from longstone.people import sameness
from longstone.people.models import Person, PersonQuerySet, Staff

MOST_NAMED = 20


def cases(*, by: Actor, text: str = "", which: str = "") -> CaseQuerySet:
    """List the cases an actor may see, newest first: all, those open, those closed, or their own that are open."""
    found = Case.objects.visible_to(by)
    if which == "mine":
        found = found.filter(officer=by.id, state="open")
    elif which in rules.CASE.words:
        found = found.filter(state=which)
    return (found.opened_like(text) if text else found).select_related("officer", "team").order_by("-opened_at", "-pk")


def parts_seen(by: Actor) -> tuple[QuerySet[Involvement], str, str]:
    """Give the parts of those persons whom an actor may see, and how they name a case: by a name it is found too."""
    parts = Involvement.objects.everything(because="the list itself keeps the cases that may be seen")
    return parts.filter(person__in=Person.objects.visible_to(by)), "case", "person__words"


def cases_of(*, by: Actor, person: Person) -> list[Involvement]:
    """List the parts a person plays, in the cases an actor may see; those under a merged record are theirs too."""
    parts = (
        Involvement.objects.visible_to(by)
        .filter(person__in=sameness.one_person(person))
        .select_related("case", "person")
    )
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
    return list(
        case.involvements.visible_to(by).filter(person__in=seen).select_related("person").order_by("role", "pk")
    )


def marks_of(by: Actor) -> dict[str, Any]:
    """Name the broken glass through which an actor may see now: every read of theirs says so."""
    live = sorted(Glass.live(by).values_list("pk", flat=True)) if by.id is not None else []
    return {"glass": live} if live else {}


@dataclass(frozen=True)
class Closed:
    """A case that an actor does not see, and may know of: that it is there, and whom to ring."""

    id: int
    controller: int
    reference: str
    state: str
    restricted: bool
    team: str | None
    team_telephone: str | None
    officer: str | None
    officer_telephone: str | None

    @property
    def why(self) -> str:
        """Say why it does not open."""
        if self.restricted:
            return "This case is restricted."
        return "This case is closed." if self.state == "closed" else "This case is another team's."

    @property
    def ring(self) -> str:
        """Say whom to ring, and on which number."""
        told = [(self.team, self.team_telephone), (self.officer, self.officer_telephone)]
        for name, number in told:
            if name and number:
                return f"Ring {name} on {number}."
        name = self.team or self.officer
        return (
            f"Ring {name} through the control room." if name else "Ring the duty supervisor through the control room."
        )


def closed_to(*, by: Actor, case: int | None = None, person: Person | None = None, reference: str = "") -> list[Closed]:
    """List the cases that an actor does not see and may know of: one, a person's, or those of a reference."""
    persons = sameness.one_person(person) if person is not None else []
    if by.id is None or not (case or persons or reference):
        return []
    with unless_acting(by), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_known(%s, %s, %s)", [case or 0, persons, reference])
        found = [Closed(*row) for row in cursor.fetchall()]
    seen = set(Case.objects.visible_to(by).filter(pk__in=[one.id for one in found]).values_list("pk", flat=True))
    return sorted((one for one in found if one.id not in seen), key=lambda one: one.reference)


def closed_like(*, by: Actor, text: str) -> list[Closed]:
    """List the cases that an actor does not see and may know of, by their whole reference or the name of somebody in them."""
    by_reference = closed_to(by=by, reference=text)
    named = people.persons(by=by, text=text)[:MOST_NAMED]
    by_name = [one for person in named for one in closed_to(by=by, person=person)]
    found = {one.id: one for one in [*by_reference, *by_name]}
    return sorted(found.values(), key=lambda one: one.reference)


def glass_to_review(*, by: Actor) -> GlassQuerySet:
    """List the broken glass that waits for this actor's review, oldest first."""
    if not by.holds("review broken glass"):
        return Glass.objects.visible_to(by).none()
    rows = Glass.objects.visible_to(by).filter(controller__in=by.controllers_with("review broken glass"), finding="")
    return rows.exclude(staff=by.id).select_related("staff").order_by("since", "pk")


def connections_of(*, by: Actor, case: Case) -> list[Connection]:
    """List who is recorded as connected to a case, those that last first, for those who keep it."""
    found = Connection.objects.visible_to(by).filter(case=case).select_related("staff")
    return list(found.order_by(F("ended_at").desc(nulls_first=True), "-since"))


def never_told_of(*, by: Actor) -> list[str]:
    """Name the cases of which an actor learns nothing, as kind and id, for what is read of the ledger alone; not to be shown."""
    with unless_acting(by), connection.cursor() as cursor:
        cursor.execute("SELECT cases_connected_to(%s)", [by.id])
        return [f"case {number}" for (number,) in cursor.fetchall()]


def named_on(case: Case) -> list[str]:
    """Name those to whom a restricted case is open."""
    found = case.named.filter(ended_at=None).select_related("staff", "team").order_by("pk")
    return [str(one.staff or one.team) for one in found]


def power_of(case: Case, *, by: Actor) -> str:
    """Say under which power, or as what, an actor sees a case."""
    if case.sight(by):
        return "break the glass"
    if case.officer_id is not None and case.officer_id == by.id:
        return "officer in the case"
    if case.controller_id not in by.controllers_with("see every case") and by.controller != case.controller_id:
        return "see shared cases"
    if case.restricted:
        return (
            "see restricted cases"
            if case.controller_id in by.controllers_with("see restricted cases")
            else "named on the case"
        )
    return "see every case" if case.controller_id in by.controllers_with("see every case") else "of the team"


def reasons_of(glass: set[int], *, by: Actor) -> dict[int, str]:
    """Give the reasons for which some glass was broken, as far as the actor reviews it or reads who has read."""
    if not glass or not (by.holds("read who has read") or by.holds("review broken glass")):
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reason FROM cases_glass_reasons(%s)", [sorted(glass)])
        return dict(cursor.fetchall())
