"""The list of exhibits; its narrower sisters beside it are made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.urls import reverse

from longstone.evidence import commands, queries, rules
from longstone.evidence.models import Exhibit, ExhibitQuerySet
from longstone.evidence.web import forms
from longstone.kernel.actor import Actor
from longstone.kernel.register import Between, BulkAct, Choice, Column, Kind, Register, Rows, Search
from longstone.people import queries as people
from longstone.people.models import Staff


def where(exhibit: Exhibit) -> str:
    """Say where an exhibit is."""
    if exhibit.state == "offered" and exhibit.offered_to:
        return f"Offered to {exhibit.offered_to.name}"
    if exhibit.holder:
        return f"With {exhibit.holder.name}"
    return str(exhibit.location) if exhibit.location else "Returned"


def _places(by: Actor) -> list[tuple[str, str]]:
    return [(str(place.pk), place.name) for place in queries.locations_of(by=by)]


def _colleagues(form: Any, by: Actor) -> None:
    near = [one.pk for one in people.colleagues(by=by)]
    form.fields["to"].queryset = Staff.objects.visible_to(by).filter(pk__in=near).order_by("name")


def _stores(form: Any, by: Actor) -> None:
    form.fields["location"].queryset = queries.locations_of(by=by).filter(is_locker=False)


def narrower(name: str, title: str, rows: Callable[[Actor], ExhibitQuerySet], **told: Any) -> Register:
    """Make the list of some exhibits."""
    return replace(
        REGISTER, name=name, title=title, source=lambda register, by: Rows(register, rows(by), by=by), **told
    )


REGISTER = Register(
    name="exhibits",
    title="Exhibits",
    source=lambda register, by: Rows(register, queries.exhibits(by=by), by=by),
    columns=[
        Column("reference", "Exhibit", order="reference"),
        Column("case", "Case", value="case.reference"),
        Column("description", "What it is"),
        Column("kind", "Kind", words=rules.KINDS),
        Column("owner_role", "Whose", words=rules.OWNER_ROLES),
        Column("where", "Where", value=where),
        Column("state", "State", Kind.STATE, words=rules.CUSTODY.words),
        Column("since", "Since", Kind.MOMENT, order="since"),
    ],
    order="-since",
    url=lambda exhibit: reverse("exhibit", args=[exhibit.pk]),
    page=lambda: reverse("evidence:list"),
    filters=[
        Choice("state", "State", lambda _: rules.CUSTODY.words.items()),
        Choice("kind", "Kind", lambda _: rules.KINDS.items()),
        Choice("place", "Place", _places, field="location"),
        Between("since", "Since"),
    ],
    search=Search("Find by reference, seal or what it is", besides=[queries.seals_seen]),
    charts=["state", "kind", "owner_role"],
    acts=[
        BulkAct(
            "offer", "Hand them to somebody", commands.offer, lambda by, one: rules.may_offer(by=by, exhibit=one, to=0), "exhibit",
            forms.OfferForm, fill=_colleagues,
        ),
        BulkAct(
            "store", "Put them into store", commands.store, lambda by, one: rules.may_put_away(by=by, exhibit=one), "exhibit",
            forms.StoreForm, fill=_stores,
        ),
        BulkAct(
            "accept", "Accept them", commands.accept, lambda by, one: rules.may_accept(by=by, exhibit=one), "exhibit", forms.AcceptForm,
        ),
    ],
    empty="There is no exhibit you may see.",
)  # fmt: skip
