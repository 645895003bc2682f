"""What can be told of the store? Where it is, what it was seen to do, what was verified when, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from longstone.kernel.store import current, watching
from longstone.kernel.store.models import Check, Difference, Inventory, Tombstone

SHOWN = 100


@dataclass(frozen=True)
class Kept:
    """One holding: how many objects are in which state, the oldest verification, and the last inventory."""

    name: str
    verified: int
    not_yet: int
    damaged: int
    missing: int
    late: int
    oldest: datetime | None
    inventory: Inventory | None
    differences: list[Difference]


@dataclass(frozen=True)
class Told:
    """All that can be told of the store."""

    address: str
    label: str
    days: int
    kept: list[Kept]
    disposed: int
    waiting: list[Tombstone]


def tell() -> Told:
    """Tell the state of the store and of what it keeps."""
    address = current().address
    names = sorted({*Check.objects.values_list("holding", flat=True).distinct(), "store"})
    waiting = list(Tombstone.objects.filter(bytes_are="waiting").order_by("at", "pk")[:SHOWN])
    kept = [_kept(name) for name in names]
    return Told(address, watching.label(address), watching.cycle().days, kept, Tombstone.objects.count(), waiting)


def _kept(name: str) -> Kept:
    last = Inventory.objects.filter(holding=name).order_by("-at", "-pk").first()
    differences = list(last.found_wrong.order_by("kind", "name")[:SHOWN]) if last else []
    checks = Check.objects.filter(holding=name).annotate(last=Coalesce("verified_at", "since"))
    counted = checks.aggregate(
        **{state.replace(" ", "_"): Count("pk", filter=Q(state=state)) for state in Check.STATES},
        late=Count("pk", filter=Q(last__lt=timezone.now() - watching.cycle())),
        oldest=Min("last"),
    )
    return Kept(name=name, inventory=last, differences=differences, **counted)
