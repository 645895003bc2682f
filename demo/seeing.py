"""Who is kept from what in the demo? A restricted case, broken glass that waits for review, a colleague who is connected, a marker, two records of one person."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.forces import Force
from longstone.cases import commands as cases
from longstone.cases.models import Case, Involvement
from longstone.people import commands as people
from longstone.people.models import Person


def keep_apart(force: Force, at: datetime) -> None:
    """Restrict a case, open it in need, connect a colleague to another, and safeguard a victim."""
    sam = force.actor("sam", at)
    found = Case.objects.visible_to(sam).filter(controller=force.controller, state="open").order_by("-pk")[:3]
    if len(found) < 3:  # noqa: PLR2004 - one for each
        return
    hidden, connected, marked = found
    cases.restrict(
        by=sam, at=at - timedelta(hours=3), case=hidden, reason="A colleague's family is in it.", named=[force.staff["dev"]]
    )  # fmt: skip
    early = at - timedelta(hours=1)
    cases.break_glass(
        by=force.actor("erin", early), at=early, case=hidden.pk, reason="The victim rang at night and the team was not there."
    )  # fmt: skip
    _connect(force, connected, at)
    _safeguard(force, marked, at)


def _connect(force: Force, case: Case, at: datetime) -> None:
    told = {"how": "relative", "reason": "The suspect is a cousin."}
    cases.record_connection(by=force.actor("quin", at), at=at, case=case, staff=force.staff["rob"], **told)


def _safeguard(force: Force, case: Case, at: datetime) -> None:
    """Set a marker on the victim of a case, and let another case's victim have been recorded twice."""
    sol, dev = force.actor("sol", at), force.actor("dev", at)
    victims = Involvement.objects.visible_to(dev).filter(role="victim").select_related("person").order_by("pk")
    marked = victims.filter(case=case).first()
    if marked is not None:
        people.safeguard(
            by=sol, at=at, person=marked.person, team="the safeguarding hub", telephone="0191 498 0101",
            reason="Somebody at home reads the post.",
        )  # fmt: skip
    twin: Person | None = next((one.person for one in victims.exclude(case=case)), None)
    if twin is not None:
        people.record_person(by=dev, at=at, family_name=f"{twin.family_name}", given_names=f"{twin.given_names} Sam")
