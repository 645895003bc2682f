"""May this be disposed of? Not while a hold lies on it, or on anything above it (D20).

The caller names what it would dispose of and everything above it, such as the copy, its exhibit, its case and its persons, each as
kind and id (`on_kind` and `on_id` of the ledger). The kernel knows nothing of what lies above what.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models
from django.db.models.functions import Now
from django.utils import timezone

from longstone.kernel import above, ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.verdict import YES, Verdict, no

POWER = "keep holds"
LOCK = 0x686F6C64  # placing a hold and disposing of something never pass each other


class HoldQuerySet(ScopedQuerySet["Hold"]):
    """Holds, for those who keep them, on what they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with(POWER)) & above.in_sight(actor)


class Hold(Scoped):
    """Why something must be kept, whoever would dispose of it; it holds until somebody lifts it, for a reason."""

    on_kind = models.CharField(max_length=40)
    on_id = models.CharField(max_length=40)
    on_label = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    since = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True, default="")
    why_ended = models.CharField(max_length=500, blank=True, default="")

    objects = HoldQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        indexes = [models.Index("on_kind", "on_id", name="holds_that_last", condition=models.Q(ended_at=None))]
        constraints = [
            models.CheckConstraint(
                name="a_hold_ends_whole",
                condition=models.Q(ended_at=None, ended_by="", why_ended="")
                | (models.Q(ended_at__gte=models.F("since")) & ~models.Q(ended_by="") & ~models.Q(why_ended="")),
                violation_error_message="A hold ends after it began, by somebody, for a reason.",
            )
        ]

    def __str__(self) -> str:
        return f"hold on {self.on_kind} {self.on_label}"


def held(subjects: Iterable[tuple[str, str]]) -> Verdict:
    """Say whether these things may be disposed of: a no names the oldest hold on any of them."""
    found = lasting(subjects)
    return no(_sentence(found[0])) if found else YES


def lasting(subjects: Iterable[tuple[str, str]]) -> list[Hold]:
    """Give the holds that lie on any of these things, the oldest first."""
    anything = models.Q()
    for kind, subject in set(subjects):
        anything |= models.Q(on_kind=kind, on_id=str(subject))
    if not anything:
        raise ValueError("Name what would be disposed of, and everything above it.")
    rows = Hold.objects.everything(because="a hold binds whoever would dispose of what lies beneath it")
    return list(rows.filter(anything, ended_at=None).order_by("since", "pk"))


def _sentence(found: Hold) -> str:
    since = f"{timezone.localtime(found.since):%d/%m/%Y}"
    return (
        f"There is a hold on {found.on_kind} {found.on_label}, placed by {found.by_name} on {since}: {found.reason} "
        "Nothing beneath it can be disposed of until the hold is lifted."
    )


def refuse_if_held(subjects: Iterable[tuple[str, str]]) -> None:
    """Refuse to go on beneath a hold; call it inside the command or the job that disposes, in its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    verdict = held(subjects)
    if not verdict:
        raise NotPermitted(verdict.refusal)


def may_keep_holds(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may place and lift holds."""
    if by.holds(POWER, controller=controller):
        return YES
    return no("Your role does not let you place or lift a hold. Ask a supervisor or the records manager.")


@command
def place_hold(*, by: Actor, at: datetime, on: Scoped, reason: str) -> Hold:
    """Forbid that anything beneath a thing is disposed of, for a reason."""
    on = hold(on, by=by)
    require(may_keep_holds(by=by, controller=on.controller_id))
    require(_said(reason))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    kind, label = str(on._meta.model_name), str(on)[:200]  # noqa: SLF001
    told = {"on_kind": kind, "on_id": str(on.pk), "on_label": label, "reason": reason.strip()}
    placed = Hold.objects.create(controller_id=on.controller_id, by_id=by.id, by_name=by.name, since=at, **told)
    ledger.record("hold.placed", on=on, by=by, at=at, hold=placed.pk, reason=placed.reason)
    return placed


@command
def lift_hold(*, by: Actor, at: datetime, placed: Hold, reason: str) -> Hold:
    """End a hold, for a reason."""
    placed = hold(placed, by=by)
    require(may_keep_holds(by=by, controller=placed.controller_id))
    require(YES if placed.ended_at is None else no(f"{placed.ended_by} has lifted this hold already."))
    require(_said(reason))
    placed.ended_at, placed.ended_by, placed.why_ended = at, by.name, reason.strip()
    placed.save(update_fields=["ended_at", "ended_by", "why_ended"])
    told = {"kind": placed.on_kind, "id": placed.on_id, "label": placed.on_label}
    ledger.record("hold.lifted", on=placed, by=by, at=at, lifted_from=told, reason=placed.why_ended)
    return placed


def _said(reason: str) -> Verdict:
    return YES if reason.strip() else no("Say why: the reason stands in the record.")
