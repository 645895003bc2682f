"""The register of exhibits, and its narrower sisters: what is in my hands, in lockers, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.urls import reverse

from longstone.evidence import queries, rules
from longstone.evidence.models import Exhibit, ExhibitQuerySet, Location
from longstone.kernel.actor import Actor
from longstone.kernel.register import Between, Choice, Column, Kind, Register, Rows, Search


def where(exhibit: Exhibit) -> str:
    """Say where an exhibit is."""
    if exhibit.state == "offered" and exhibit.offered_to:
        return f"Offered to {exhibit.offered_to.name}"
    if exhibit.holder:
        return f"With {exhibit.holder.name}"
    return str(exhibit.location) if exhibit.location else "Returned"


def _places(by: Actor) -> list[tuple[str, str]]:
    return [(str(place.pk), place.name) for place, _ in queries.places(by=by)]


def _of(rows: Callable[[Actor], ExhibitQuerySet], **told: object) -> Register:
    """Make the register over some exhibits."""
    return replace(REGISTER, source=lambda register, by: Rows(register, rows(by), by=by), **told)  # type: ignore[arg-type]


REGISTER = Register(
    name="exhibits",
    title="Exhibits",
    source=lambda register, by: Rows(register, queries.exhibits(by=by), by=by),
    columns=[
        Column("reference", "Exhibit", order="reference"),
        Column("case", "Case", value="case.reference"),
        Column("description", "What it is"),
        Column("kind", "Kind", words=rules.KINDS, order="kind"),
        Column("owner_role", "Whose", words=rules.OWNER_ROLES, order="owner_role"),
        Column("where", "Where", value=where),
        Column("state", "State", Kind.STATE, words=rules.CUSTODY.words, order="state"),
        Column("since", "Since", Kind.MOMENT, order="since"),
    ],
    order="-since",
    url=lambda exhibit: reverse("exhibit", args=[exhibit.pk]),
    filters=[
        Choice("state", "State", lambda _: rules.CUSTODY.words.items()),
        Choice("kind", "Kind", lambda _: rules.KINDS.items()),
        Choice("place", "Place", _places, field="location"),
        Between("since", "Since"),
    ],
    search=Search("Find by reference, seal or what it is"),
    charts=["state", "kind", "owner_role"],
    empty="There is no exhibit you may see.",
)
IN_HAND = _of(
    lambda by: queries.in_my_hands(by=by), name="exhibits-in-hand", title="In my hands", empty="You hold nothing."
)
LOCKERS = _of(
    lambda by: queries.awaiting_collection(by=by), name="lockers", title="Lockers", order="since",
    empty="No exhibit waits in a locker.",
)  # fmt: skip


def lying_in(place: Location) -> Register:
    """Make the register of what lies in one place."""
    told = {"name": "location", "title": place.name, "empty": "Nothing that you may see lies here.", "filters": ()}
    return _of(lambda by: queries.lying_in(place, by=by), **told)
