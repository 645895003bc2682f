"""What the people room says of a person: how to reach them in safety, and what else may be the same person."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.request import Request
from longstone.people import queries, rules
from longstone.people.models import Person


def panel(request: Request, person: Person) -> Panel:
    """Tell how a person is reached, and offer to change it."""
    may = rules.may_change_person(by=request.actor, person=person)
    actions = [
        Action("Change safe contact", reverse("people:contact", args=[person.pk]), may.refusal),
        Action("Correct name or date of birth", reverse("people:correct", args=[person.pk]), may.refusal),
    ]
    context = {"alike": queries.others_like(person, by=request.actor)}
    return Panel("How to reach them", "people/panel_person.html", context, order=5, told_first=True, actions=actions)
