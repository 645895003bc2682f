"""Which exhibits, where, and what is known of them?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from longstone.cases.models import Case
from longstone.evidence import rules
from longstone.evidence.models import (
    Bundle,
    Copy,
    CustodyMove,
    Disposal,
    DisposalQuerySet,
    Examination,
    ExaminationMove,
    ExaminationQuerySet,
    Exhibit,
    ExhibitQuerySet,
    Location,
    LocationQuerySet,
    OwnerRole,
    Seal,
    Waiting,
    WaitingQuerySet,
)
from longstone.kernel import shelves
from longstone.kernel.actor import Actor
from longstone.people.models import Staff

SHELF = Path(__file__).parent / "powers"


class LegalPower(shelves.Strict):
    """A power under which something may be seized or taken: its law, and in which words an officer knows it."""

    id: str
    version: int
    title: str
    law: str
    for_owner: list[str]


@cache
def legal_powers() -> dict[str, LegalPower]:
    """Read the shelf of legal powers, and the force's own."""
    folders = [SHELF, *([Path(settings.LONGSTONE_SHELVES) / "powers"] if settings.LONGSTONE_SHELVES else [])]
    found = [power for folder in folders for power in shelves.read(folder, LegalPower).values()]
    return {power.id: power for power in found}


def legal_power(name: str) -> LegalPower | None:
    """Find a legal power by its name."""
    return legal_powers().get(name)


def exhibits_of(*, by: Actor, case: Case) -> ExhibitQuerySet:
    """List the exhibits of a case."""
    found = Exhibit.objects.visible_to(by).filter(case=case)
    return found.select_related("holder", "offered_to", "location").order_by("reference")


def parts_of(*, by: Actor, exhibit: Exhibit) -> ExhibitQuerySet:
    """List what was taken from an exhibit, such as a card from a phone."""
    found = Exhibit.objects.visible_to(by).filter(parent=exhibit)
    return found.select_related("case", "holder", "offered_to", "location").order_by("reference")


def exhibits(*, by: Actor) -> ExhibitQuerySet:
    """List the exhibits an actor may see, with what a list says of them."""
    return Exhibit.objects.visible_to(by).select_related("case", "holder", "offered_to", "location")


def seals_seen(by: Actor) -> tuple[models.QuerySet[Seal], str, str]:
    """Give the seals that the exhibits an actor may see have had: by one that is broken the exhibit is found too."""
    return Seal.objects.visible_to(by), "exhibit", "words"


def in_my_hands(*, by: Actor) -> ExhibitQuerySet:
    """List what the actor holds or is offered."""
    found = Exhibit.objects.visible_to(by).filter(holder=by.id) | Exhibit.objects.visible_to(by).filter(
        offered_to=by.id
    )
    return found.select_related("case", "holder", "offered_to", "location").order_by("-since")


def awaiting_collection(*, by: Actor) -> ExhibitQuerySet:
    """List what was left in lockers, longest first."""
    found = Exhibit.objects.visible_to(by).filter(state="deposited")
    return found.select_related("case", "holder", "offered_to", "location").order_by("since")


def custody_of(*, by: Actor, exhibit: Exhibit) -> list[CustodyMove]:
    """Tell an exhibit's custody, step by step."""
    seen = Exhibit.objects.visible_to(by)
    moves = CustodyMove.objects.filter(row=exhibit, row__in=seen).select_related("holder", "offered_to", "location")
    return list(moves.order_by("seq"))


def copies_of(*, by: Actor, exhibit: Exhibit) -> list[Copy]:
    """List an exhibit's copies."""
    return list(Copy.objects.visible_to(by).filter(exhibit=exhibit).order_by("received_at", "pk"))


def examinations_of(*, by: Actor, exhibit: Exhibit) -> list[Examination]:
    """List what was asked of the examiner about an exhibit."""
    found = Examination.objects.visible_to(by).filter(copy__exhibit=exhibit)
    return list(found.select_related("copy").order_by("asked_at", "pk"))


def bundles_of(*, by: Actor, exhibit: Exhibit) -> list[Bundle]:
    """List the bundles made of an exhibit, newest first."""
    return list(Bundle.objects.visible_to(by).filter(exhibit=exhibit).order_by("-asked_at", "-pk"))


def lying_in(location: Location, *, by: Actor) -> ExhibitQuerySet:
    """List what lies in a place, as far as the actor may see it, longest first."""
    found = Exhibit.objects.visible_to(by).filter(location=location)
    return found.select_related("case", "holder", "offered_to", "location").order_by("since", "pk")


def locations_of(*, by: Actor) -> LocationQuerySet:
    """List the stores and lockers of the actor's force."""
    return Location.objects.visible_to(by).order_by("is_locker", "name")


def locations_counted(*, by: Actor) -> LocationQuerySet:
    """List them, each with how many exhibits lie there that the actor may see."""
    lying = Exhibit.objects.visible_to(by).filter(location=models.OuterRef("pk")).order_by().values("location")
    counted = models.Subquery(lying.annotate(n=models.Count("pk")).values("n"), output_field=models.IntegerField())
    return locations_of(by=by).annotate(seen=Coalesce(counted, 0))


def examinations_in_hand(*, by: Actor) -> ExaminationQuerySet:
    """List what waits for the examiner, runs or has failed, longest first."""
    found = Examination.objects.visible_to(by).exclude(state="finished")
    return found.select_related("copy__exhibit__case").order_by("asked_at", "pk")


def findings_unread(*, by: Actor) -> ExaminationQuerySet:
    """List what was found in the actor's cases or at their asking, of copies still here, that they have not said they read."""
    asked = ExaminationMove.objects.filter(seq=1, by_id=by.staff).values("row")
    mine = models.Q(copy__exhibit__case__officer=by.id) | models.Q(pk__in=asked)
    found = Examination.objects.visible_to(by).filter(mine, state="finished", copy__disposed_at=None)
    ended = ExaminationMove.objects.filter(row=models.OuterRef("pk"), seq=models.OuterRef("state_seq")).values("at")
    return found.exclude(readers__staff=by.id).annotate(finished_at=models.Subquery(ended))


def owner_roles_of(exhibit: Exhibit) -> list[tuple[str, OwnerRole]]:
    """Tell whose device it was, and whose it was thought to be, newest first."""
    told = exhibit.owner_roles.order_by("-known", "-valid")
    return [(rules.AS_RECORDED.get(one.value, one.value), one) for one in told]


def seals_of(*, by: Actor, exhibit: Exhibit) -> list[Seal]:
    """List the seals an exhibit has had, in the order in which they were put on."""
    return list(Seal.objects.visible_to(by).filter(exhibit=exhibit).order_by("applied_at", "pk"))


def disposals_of(*, by: Actor, exhibit: Exhibit) -> dict[int, Disposal]:
    """Give the disposal of each copy of an exhibit that is proposed, approved or carried out."""
    found = Disposal.objects.visible_to(by).filter(copy__exhibit=exhibit).exclude(state="withdrawn")
    return {one.copy_id: one for one in found.select_related("proposed_by", "approved_by")}


def disposals_waiting(*, by: Actor) -> DisposalQuerySet:
    """List the disposals that wait, for approval or for their day, the oldest first."""
    found = Disposal.objects.visible_to(by).filter(state__in=["proposed", "approved"])
    return found.select_related("copy__exhibit__case", "proposed_by", "approved_by").order_by("proposed_at", "pk")


def locations(*, by: Actor, exhibit: Exhibit, lockers: bool) -> LocationQuerySet:
    """List the stores, or the lockers, of an exhibit's force, if it is the actor's."""
    found = Location.objects.visible_to(by).filter(controller=exhibit.controller_id, is_locker=lockers)
    return found.order_by("name")


def waiting(*, by: Actor) -> WaitingQuerySet:
    """List the devices that an older list says wait to be examined, the longest first."""
    found = Waiting.objects.visible_to(by).filter(ended_at=None)
    return found.select_related("exhibit__case", "exhibit__location").order_by("submitted_on", "pk")


def waiting_of(*, by: Actor, exhibit: Exhibit) -> Waiting | None:
    """Tell since when an exhibit waits, as an older list had it."""
    return Waiting.objects.visible_to(by).filter(exhibit=exhibit, ended_at=None).first()


def officer_on_list(text: str, *, by: Actor) -> Staff | None:
    """Find the one serving officer of the force whom a list names by their number or their whole name."""
    named = models.Q(collar__iexact=text) | models.Q(name__iexact=text)
    found = list(Staff.objects.visible_to(by).serving().filter(named, controller=by.controller)[:2]) if text else []
    return found[0] if len(found) == 1 else None


def acted_on(exhibit: Exhibit) -> str:
    """Name what was done with an exhibit since it was brought in, or nothing."""
    done = {
        "it was moved": exhibit.state_seq > 1,
        "a copy was added": exhibit.copies.everything(because="an import is undone only if nobody acted").exists(),
        "a part was booked in": exhibit.parts.everything(because="an import is undone only if nobody acted").exists(),
        "a bundle was made": exhibit.bundles.everything(because="an import is undone only if nobody acted").exists(),
        "whose it is was corrected": exhibit.owner_roles.count() > 1,
        "what was unknown was filled in": exhibit.waiting.completed_at is not None
        if hasattr(exhibit, "waiting")
        else False,
    }
    return ", ".join(what for what, was in done.items() if was)
