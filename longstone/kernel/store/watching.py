"""Is everything still there, and still what it was? A share is verified each night, all is counted each day, and it is written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Now

from longstone.kernel import ledger, promises
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, require
from longstone.kernel.store.contract import Behaviour, Store
from longstone.kernel.store.disk import Damaged, NotHeld, StoreFault
from longstone.kernel.store.models import Check, Difference, Inventory, Probe, Staged, Tombstone
from longstone.kernel.store.reconciling import Expected, Found, Holding, Known, Tally, reconciled, share
from longstone.kernel.verdict import YES, Verdict, no

POWER = "watch the store"
WRONG = ("damaged", "missing")
NIGHT = timedelta(days=1)
MOST = 1000  # differences that are kept by name; all are counted


def may_watch(*, by: Actor) -> Verdict:
    """Say whether the actor may verify and count the store."""
    return YES if by.holds(POWER) else no("Only the night watch does that, or somebody who may watch the store.")


def cycle() -> timedelta:
    """Say within which time every object is verified."""
    return timedelta(days=settings.LONGSTONE_VERIFY_DAYS)


@dataclass
class Round:
    """What one night's verification found."""

    verified: int = 0
    read: int = 0
    wrong: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def learn(holding: Holding) -> None:
    """Take every expected object onto the list of what must be verified, and off it what is expected no more."""
    wanted = {one.sha256: one for one in holding.expected()}
    with promises.writing("store"):
        known = set(Check.objects.filter(holding=holding.name).values_list("sha256", flat=True))
        Check.objects.bulk_create([_new(holding, wanted[sha]) for sha in sorted(set(wanted) - known)], batch_size=1000)
        gone = sorted(known - set(wanted))
        for start in range(0, len(gone), 1000):
            Check.objects.filter(holding=holding.name, sha256__in=gone[start : start + 1000]).delete()


def _new(holding: Holding, one: Expected) -> Check:
    return Check(holding=holding.name, sha256=one.sha256, size=one.size, what=one.what, since=Now())


def due(holding: Holding, *, at: datetime) -> list[Check]:
    """List what to verify tonight: the longest unverified, all whose time would run out before the next night, and the wrong."""
    mine = Check.objects.filter(holding=holding.name)
    ordered = mine.annotate(last=Coalesce("verified_at", "since")).order_by("last", "pk")
    pressing = models.Q(last__lt=at + NIGHT - cycle()) | models.Q(state__in=WRONG)
    oldest = list(ordered[: share(mine.count(), cycle())])
    return list({check.pk: check for check in [*oldest, *ordered.filter(pressing)]}.values())


def verify(holding: Holding, *, by: Actor, at: datetime) -> Round:
    """Read through tonight's share; each result is kept at once, so that a round that is cut off has not been in vain."""
    learn(holding)
    done = Round()
    for check in due(holding, at=at):
        _tried(holding, check, done)
    record_round(by=by, at=at, holding=holding.name, done=done)
    return done


def _tried(holding: Holding, check: Check, done: Round) -> None:
    try:
        read = holding.keeper.verify(check.sha256)
    except (Damaged, NotHeld) as fault:
        done.wrong.append(check.sha256)
        _keep(check, state="missing" if isinstance(fault, NotHeld) else "damaged", said=fault.sentence[:300])
    except StoreFault as fault:  # it could not be looked: that is neither sound nor damaged, and its time runs on
        done.unread.append(check.sha256)
        _keep(check, said=fault.sentence[:300])
    else:
        done.verified, done.read = done.verified + 1, done.read + read.size
        _keep(check, state="verified", said="", verified_at=Now())


def _keep(check: Check, **told: Any) -> None:
    with promises.writing("store"):
        Check.objects.filter(pk=check.pk).update(tried_at=Now(), **told)


@command
def record_round(*, by: Actor, at: datetime, holding: str, done: Round) -> None:
    """Write down what a night's verification found."""
    require(may_watch(by=by))
    told = {"verified": done.verified, "bytes": done.read, "wrong": done.wrong[:MOST], "not_read": len(done.unread)}
    ledger.record("store.verified", on=None, by=by, at=at, holding=holding, **told)


def take_inventory(holding: Holding, *, by: Actor, at: datetime) -> Inventory:
    """Count what lies there, compare it with the records, and keep what differs."""
    learn(holding)
    tally = reconciled(holding.expected(), holding.keeper.listing(), _known(holding, at))
    tally.settle({one.sha256 for one in holding.expected()})
    return record_inventory(by=by, at=at, holding=holding.name, address=holding.keeper.address, tally=tally)


def _known(holding: Holding, at: datetime) -> Known:
    mine = Check.objects.filter(holding=holding.name)
    late = mine.annotate(last=Coalesce("verified_at", "since")).filter(last__lt=at - cycle()).exclude(state__in=WRONG)
    return Known(
        wrong=dict(mine.filter(state="damaged").values_list("sha256", "said")),
        late=set(late.values_list("sha256", flat=True)),
        waiting=set(Staged.objects.filter(claimed_at=None).exclude(sha256="").values_list("sha256", flat=True)),
        disposed=set(Tombstone.objects.filter(holding=holding.name).values_list("sha256", flat=True)),
    )


@command
def record_inventory(*, by: Actor, at: datetime, holding: str, address: str, tally: Tally) -> Inventory:
    """Write down an inventory and every difference."""
    require(may_watch(by=by))
    before = Inventory.objects.filter(holding=holding).order_by("-at", "-pk").first()
    since = (before and before.since) or at
    made = Inventory.objects.create(
        holding=holding, address=address[:300], at=at, expected=tally.expected, expected_bytes=tally.expected_bytes,
        found=tally.found, found_bytes=tally.found_bytes, differences=len(tally.differences),
        since=since if tally.differences else None,
    )  # fmt: skip
    Difference.objects.bulk_create([_kept(made, one) for one in tally.differences[:MOST]])
    ledger.record("store.counted", on=None, by=by, at=at, holding=holding, **_told(tally))
    return made


def _kept(made: Inventory, one: Found) -> Difference:
    sizes = {"expected_size": one.expected_size, "size": one.size}
    return Difference(inventory=made, kind=one.kind, name=one.name[:300], what=one.what, said=one.said[:300], **sizes)


def _told(tally: Tally) -> dict[str, Any]:
    wrong = [{"kind": one.kind, "name": one.name} for one in tally.differences[:MOST]]
    counts = {"expected": tally.expected, "expected_bytes": tally.expected_bytes, "found": tally.found}
    return {**counts, "found_bytes": tally.found_bytes, "differences": len(tally.differences), "named": wrong}


@command
def probe(*, by: Actor, at: datetime, store: Store) -> Probe:
    """Try what the place does where the store lies, and keep what was seen."""
    require(may_watch(by=by))
    seen = store.probe()
    told = {"conditional": seen.conditional, "checksum": seen.checksum, "locked": seen.locked}
    made = Probe.objects.create(address=store.address[:300], at=at, **told)
    ledger.record("store.tried", on=None, by=by, at=at, address=made.address, write_once=seen.write_once, **told)
    return made


def label(address: str) -> str:
    """Say whether a store may be called write-once: what was seen last, never what is promised."""
    last = Probe.objects.filter(address=address[:300]).order_by("-at", "-pk").first()
    if last is None:
        return "Not called write-once: it has not been tried yet what it does."
    return Behaviour(last.conditional, last.checksum, last.locked).sentence


def kinds(inventory: Inventory) -> Iterator[tuple[str, int]]:
    """Count an inventory's differences by their kind."""
    counted = inventory.found_wrong.values("kind").annotate(count=models.Count("pk")).order_by("kind")
    yield from counted.values_list("kind", "count")
