"""Which cases, which case, and who is in it?"""

from __future__ import annotations

from longstone.cases.models import Case, CaseQuerySet, Involvement
from longstone.kernel.actor import Actor
from longstone.people.models import Person


def cases(*, by: Actor, text: str = "") -> CaseQuerySet:
    """List the cases an actor may see, newest first."""
    found = Case.objects.visible_to(by)
    return (found.opened_like(text) if text else found).select_related("officer", "team").order_by("-opened_at", "-pk")


def involved(*, by: Actor, case: Case) -> list[Involvement]:
    """List who is involved in a case, as far as the actor may see these persons."""
    seen = Person.objects.visible_to(by)
    return list(case.involvements.filter(person__in=seen).select_related("person").order_by("role", "pk"))
