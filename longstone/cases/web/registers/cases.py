"""The register of cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from longstone.cases import commands, queries, rules
from longstone.cases.models import Case
from longstone.cases.web import forms
from longstone.kernel.actor import Actor
from longstone.kernel.register import Between, BulkAct, Choice, Column, Kind, Register, Rows, Search
from longstone.people import queries as people
from longstone.people import sameness
from longstone.people.models import Staff


def _whose(by: Actor) -> list[tuple[str, str]]:
    return [("mine", "Mine"), ("nobody", "Nobody's")] if by.id is not None else [("nobody", "Nobody's")]


def _officer(value: str, by: Actor) -> Q:
    return Q(officer=None) if value == "nobody" else Q(officer=by.id)


def _colleagues(form: Any, by: Actor) -> None:
    form.fields["to"].queryset = Staff.objects.visible_to(by).serving().filter(controller=by.force).order_by("name")
    form.fields["team"].queryset = people.teams_of(by.force)


REGISTER = Register(
    name="cases",
    title="Cases",
    source=lambda register, by: Rows(register, Case.objects.visible_to(by).select_related("officer", "team"), by=by),
    columns=[
        Column("reference", "Reference", order="reference"),
        Column("title", "Title", order="title"),
        Column("offence", "Offence"),
        Column("officer", "Officer", value=lambda case: case.officer.name if case.officer else "Nobody"),
        Column("opened_at", "Opened", Kind.DAY, order="opened_at"),
        Column("state", "State", Kind.STATE, words=rules.CASE.words),
    ],
    order="-opened_at",
    url=lambda case: reverse("case", args=[case.pk]),
    page=lambda: reverse("cases:list"),
    filters=[
        Choice("state", "State", lambda _: rules.CASE.words.items()),
        Choice("officer", "Officer", _whose, made=_officer),
        Between("opened", "Opened", field="opened_at"),
    ],
    search=Search("Find by reference, title, offence or a person's name", besides=[queries.parts_seen], heed=sameness.rings),
    charts=["state", "offence"],
    acts=[
        BulkAct(
            "allocate", "Allocate", commands.allocate, lambda by, case: rules.may_allocate(by=by, case=case), "case",
            forms.AllocateForm, fill=_colleagues,
        ),
    ],
    empty="There are no cases you may see.",
)  # fmt: skip
