"""What the people room says of a person: how to reach them in safety, and what else may be the same person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from longstone.kernel.verdict import first_no
from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.request import Request
from longstone.people import queries, rules, sameness
from longstone.people.models import Person


def panel(request: Request, person: Person) -> list[Panel]:
    """Tell how a person is reached, and offer to change it."""
    may = rules.may_change_person(by=request.actor, person=person)
    actions = [
        Action("Change safe contact", reverse("people:contact", args=[person.pk]), may.refusal),
        Action("Correct name or date of birth", reverse("people:correct", args=[person.pk]), may.refusal),
    ]
    same = sameness.one_person(person)
    context: dict[str, Any] = {
        "alike": [one for one in queries.others_like(person, by=request.actor) if one.pk not in same]
    }
    context["others"] = [one.record for one in sameness.merged_into(person, by=request.actor)]
    context["warnings"] = sameness.rings_for(person, by=request.actor)
    reach = Panel("How to reach them", "people/panel_person.html", context, order=5, told_first=True, actions=actions)
    return [reach, _records(request, person)]


def _records(request: Request, person: Person) -> Panel:
    """Tell which records are found to be of this person, which marker safeguards them, and who may read who has read."""
    by = request.actor
    merges = sameness.merged_into(person, by=by)
    context: dict[str, Any] = {"merges": merges, "markers": sameness.markers_of(by=by, person=person)}
    context["may_undo"] = by.holds("merge records", controller=person.controller_id)
    stands = any(one.lifted_at is None for one in context["markers"])
    may_mark = first_no(rules.may_keep_markers(by=by, controller=person.controller_id), rules.not_marked(stands=stands))
    actions = [
        Action("Find records of the same person", reverse("people:alike", args=[person.pk])),
        Action("Set a safeguarding marker", reverse("people:set-marker", args=[person.pk]), may_mark.refusal),
        Action(
            "Who has read of them", reverse("person_reads", args=[person.pk]), rules.may_read_who_read(by=by).refusal
        ),
    ]
    ids = [one.record_id for one in merges]
    return Panel(
        "Records and safeguarding",
        "people/panel_records.html",
        context,
        order=70,
        told_first=True,
        actions=actions,
        ids=ids,
    )
