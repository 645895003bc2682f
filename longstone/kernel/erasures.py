"""May what an entry says be erased? By two people, on a named legal ground, beneath no hold; its leaf stays, and tells nothing (D20).

One person proposes and another approves, each by their own sign-in. Then the eraser, a process with a database role of its own, takes
away the entry's facts, its label and its salt, and writes down that it did. Without the salt the commitment that is left fits nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from longstone.kernel import above, holds, ledger, shelves
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, hold, require
from longstone.kernel.ledger.entries import Entry
from longstone.kernel.refusals import NotVisible
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.verdict import YES, Verdict, first_no, no

SHELF = Path(__file__).parent / "grounds"
PROPOSE = "propose erasures"
APPROVE = "approve erasures"
ERASE = "erase entries"
ERASER = machine("the eraser", ERASE)
OF_THE_LEDGER = (
    "erasure.",
    "entry.erased",
    "checkpoint.",
    "hold.",
    "ledger.",
)  # without these nobody could judge the rest
ALONE = "Two people erase: whoever proposed it cannot approve it."


class Ground(shelves.Strict):
    """A legal ground for erasure, as a person can read it; only some reach the access log, and only past its period."""

    id: str
    version: int
    title: str
    law: str
    for_what: str
    access_log: bool


@cache
def grounds() -> dict[str, Ground]:
    """Read every ground from the shelf, and the force's own from its folder."""
    folders = [SHELF, *([Path(settings.LONGSTONE_SHELVES) / "grounds"] if settings.LONGSTONE_SHELVES else [])]
    found = [ground for folder in folders for ground in shelves.read(folder, Ground).values()]
    return {ground.id: ground for ground in sorted(found, key=lambda ground: ground.version)}


def title_of(ground: str) -> str:
    """Give a ground's title, or its id if it has left the shelf."""
    found = grounds().get(ground)
    return found.title if found else ground


class ErasureQuerySet(ScopedQuerySet["Erasure"]):
    """Erasures, for those who propose or approve them."""

    def for_actor(self, actor: Actor) -> models.Q:
        held = models.Q(controller__in=actor.controllers_with(PROPOSE) | actor.controllers_with(APPROVE))
        return held & above.in_sight(actor, "entry__")


class Erasure(Scoped):
    """That an entry is to be erased: who proposed it, on which ground, who approved or refused it, and when it was done."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="erasures")
    ground = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    subjects = models.TextField()
    proposed_by_id = models.BigIntegerField()
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    why = models.CharField(max_length=500, blank=True, default="")
    erased_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="two_people_erase",
                condition=models.Q(decided_by_id=None) | ~models.Q(decided_by_id=models.F("proposed_by_id")),
                violation_error_message=ALONE,
            ),
            models.CheckConstraint(
                name="an_erasure_is_decided_whole",
                condition=models.Q(decided_by_id=None, decided_at=None, approved=None)
                | models.Q(decided_by_id__isnull=False, decided_at__isnull=False, approved__isnull=False),
                violation_error_message="An erasure is approved or refused by somebody, at a moment.",
            ),
            models.CheckConstraint(
                name="only_what_was_approved_is_erased",
                condition=models.Q(erased_at=None) | models.Q(approved=True),
                violation_error_message="Only what two people have approved is erased.",
            ),
            models.UniqueConstraint(
                "entry",
                name="one_erasure_of_an_entry",
                condition=models.Q(approved=None) | models.Q(approved=True),
                violation_error_message="The erasure of that entry is proposed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of entry {self.entry.uuid}"


def is_access_log(event: str) -> bool:
    """Say whether an entry tells who read what."""
    return event.endswith(".read")


def may_propose(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may propose that something be erased."""
    if by.holds(PROPOSE, controller=controller):
        return YES
    return no("Only the records manager can propose an erasure.")


def may_decide(*, by: Actor, controller: int, proposed_by: int) -> Verdict:
    """Say whether the actor may approve or refuse an erasure: never one that they proposed."""
    if not by.holds(APPROVE, controller=controller):
        return no("Your role does not let you approve an erasure.")
    return no(ALONE) if by.id == proposed_by else YES


def may_be_erased(entry: Entry, ground: Ground | None, *, by: Actor, at: datetime) -> Verdict:
    """Say whether an entry may be erased on a ground, by somebody, at a moment."""
    return first_no(
        YES if ground else no("Choose the legal ground on which it is erased."),
        YES if entry.leaf_index is not None else no("That entry has no number yet. Try again in a minute."),
        no("That entry is erased already.") if entry.erased else YES,
        no("What keeps the ledger itself cannot be erased.") if entry.event.startswith(OF_THE_LEDGER) else YES,
        no("You are named in that entry. Somebody else must judge it.") if _names(entry, by) else YES,
        _access_log(entry, ground, at) if ground else YES,
    )


def _names(entry: Entry, by: Actor) -> bool:
    of_them = entry.on_kind == "staff" and entry.on_id == str(by.id)
    return entry.by_id == by.id or of_them or by.name in entry.facts or by.name in entry.on_label


def _access_log(entry: Entry, ground: Ground, at: datetime) -> Verdict:
    if not is_access_log(entry.event):
        return YES
    kept = settings.LONGSTONE_ACCESS_LOG_DAYS
    if ground.access_log and (at - entry.recorded_at).days >= kept:
        return YES
    return no(
        f"The access log is kept for {kept} days, whatever the reason, and then goes only because its period has ended."
    )


def entry_of(by: Actor, uuid: UUID) -> Entry:
    """Give an entry of the actor's own force, or nothing."""
    found = Entry.objects.filter(uuid=uuid, controller=str(by.controller)).first() if by.controller else None
    if found is None:
        raise NotVisible
    return found


@command
def propose(*, by: Actor, at: datetime, entry: UUID, ground: str, reason: str) -> Erasure:
    """Propose that an entry be erased, on a legal ground and for a reason."""
    found = entry_of(by, entry)
    require(may_propose(by=by, controller=by.force))
    require(may_be_erased(found, grounds().get(ground), by=by, at=at))
    require(YES if reason.strip() else no("Say why: the reason stands in the record."))
    subjects = above.subjects(found.on_kind, found.on_id)
    holds.refuse_if_held(_all(found, subjects))
    proposed = Erasure.objects.create(
        controller_id=by.force, entry=found, ground=ground, reason=reason.strip(), subjects=json.dumps(subjects),
        proposed_by_id=by.staff, proposed_by=by.name, proposed_at=at,
    )  # fmt: skip
    ledger.record("erasure.proposed", on=proposed, by=by, at=at, entry=str(found.uuid), ground=ground, reason=reason)
    return proposed


@command
def approve(*, by: Actor, at: datetime, proposed: Erasure) -> Erasure:
    """Approve an erasure that somebody else proposed; the eraser then carries it out."""
    return _decide(by=by, at=at, proposed=proposed, approved=True, why="")


@command
def refuse(*, by: Actor, at: datetime, proposed: Erasure, why: str) -> Erasure:
    """Refuse an erasure that somebody else proposed, for a reason."""
    require(YES if why.strip() else no("Say why: the reason stands in the record."))
    return _decide(by=by, at=at, proposed=proposed, approved=False, why=why.strip())


def _decide(*, by: Actor, at: datetime, proposed: Erasure, approved: bool, why: str) -> Erasure:
    proposed = hold(proposed, by=by)
    require(may_decide(by=by, controller=proposed.controller_id, proposed_by=proposed.proposed_by_id))
    require(YES if proposed.approved is None else no(f"{proposed.decided_by} has decided this already."))
    if approved:
        require(may_be_erased(proposed.entry, grounds().get(proposed.ground), by=by, at=at))
        holds.refuse_if_held(_all(proposed.entry, json.loads(proposed.subjects)))
    proposed.decided_by_id, proposed.decided_by, proposed.decided_at = by.staff, by.name, at
    proposed.approved, proposed.why = approved, why
    proposed.save(update_fields=["decided_by_id", "decided_by", "decided_at", "approved", "why"])
    told = {"entry": str(proposed.entry.uuid), "ground": proposed.ground, "proposed_by": proposed.proposed_by}
    ledger.record(f"erasure.{'approved' if approved else 'refused'}", on=proposed, by=by, at=at, why=why, **told)
    return proposed


@command
def erase(*, by: Actor, at: datetime, proposed: Erasure) -> Erasure:
    """Erase what two people approved: the entry's facts, label and salt. Its leaf and its commitment stay."""
    proposed = hold(proposed, by=by)
    require(YES if by.holds(ERASE) else no("Only the eraser erases."))
    require(
        YES
        if proposed.approved and not proposed.erased_at
        else no("Only what two people have approved is erased, once.")
    )
    entry = proposed.entry
    holds.refuse_if_held(_all(entry, json.loads(proposed.subjects)))
    Entry.objects.filter(pk=entry.pk).update(facts="", on_label="", salt=b"")
    proposed.erased_at = at
    proposed.save(update_fields=["erased_at"])
    told = {
        "entry": str(entry.uuid),
        "leaf_index": entry.leaf_index,
        "commitment": entry.commitment.hex(),
    }
    people = {"proposed_by": proposed.proposed_by, "approved_by": proposed.decided_by}
    ledger.record("entry.erased", on=proposed, by=by, at=at, ground=proposed.ground, **told, **people)
    return proposed


def _all(entry: Entry, subjects: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    return [("entry", str(entry.uuid)), *((kind, subject) for kind, subject in subjects)]


def held(proposed: Erasure) -> Verdict:
    """Say whether a hold, perhaps placed since it was approved, lies on what is to be erased."""
    return holds.held(_all(proposed.entry, json.loads(proposed.subjects)))


def waiting() -> list[Erasure]:
    """List what is approved and not yet erased, the oldest first."""
    rows = Erasure.objects.everything(because="the eraser carries out what two people approved, of every force")
    return list(rows.filter(approved=True, erased_at=None).order_by("decided_at"))
