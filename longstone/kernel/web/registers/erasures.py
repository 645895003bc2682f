"""The list of erasures of what entries of the ledger say."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.kernel import erasures
from longstone.kernel.actor import Actor
from longstone.kernel.erasures import Erasure
from longstone.kernel.register import Between, Choice, Column, Kind, Register, Rows
from longstone.kernel.verdict import YES, Verdict, no

STANDS = {"waits": "Waits", "approved": "Approved", "erased": "Erased", "refused": "Refused"}
WHERE = {
    "waits": Q(approved=None),
    "approved": Q(approved=True, erased_at=None),
    "erased": Q(erased_at__isnull=False),
    "refused": Q(approved=False),
}


def who(by: Actor) -> Verdict:
    """Say who may open the list."""
    if by.holds(erasures.PROPOSE) or by.holds(erasures.APPROVE):
        return YES
    return no("Only supervisors and records managers can open this page.")


def stands(one: Erasure) -> str:
    """Say where an erasure stands."""
    if one.erased_at:
        return f"erased on {localtime(one.erased_at):%d/%m/%Y}, approved by {one.decided_by}"
    if one.approved is None:
        return "waits for a second person"
    return f"approved by {one.decided_by}" if one.approved else f"refused by {one.decided_by}: {one.why}"


def _links(one: Erasure, by: Actor) -> list[tuple[str, str]]:
    may = erasures.may_decide(by=by, controller=one.controller_id, proposed_by=one.proposed_by_id)
    if one.approved is not None or not may:
        return []
    return [
        ("Approve", reverse("erasure_approve", args=[one.pk])),
        ("Refuse", reverse("erasure_refuse", args=[one.pk])),
    ]


REGISTER = Register(
    name="erasures",
    title="Erasures",
    about="Two people erase what an entry of the ledger says: one proposes, another approves.",
    source=lambda register, by: Rows(register, Erasure.objects.visible_to(by).select_related("entry"), by=by),
    who=who,
    columns=[
        Column("entry", "Entry", value="entry.uuid"),
        Column("ground", "Ground", value=lambda one: erasures.title_of(one.ground)),
        Column("reason", "Why"),
        Column("proposed_by", "Proposed by"),
        Column("proposed_at", "Proposed", Kind.DAY, order="proposed_at"),
        Column("stands", "Where it stands", value=stands),
    ],
    order="-proposed_at",
    links=_links,
    page=lambda: reverse("erasures"),
    filters=[
        Choice("stands", "Where it stands", lambda _: STANDS.items(), made=lambda told, _: WHERE[told]),
        Between("proposed", "Proposed", field="proposed_at"),
    ],
    charts=["ground"],
    empty="Nobody has proposed an erasure.",
)
