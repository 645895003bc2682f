"""When was the house last backed up, and was anything amiss? The bytes lie elsewhere; this is the house's own note of it (D11)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Now

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, require
from longstone.kernel.verdict import YES, Verdict, no

POWER = "back the house up"
KEEPER = machine("the backup", POWER)


class Backup(models.Model):
    """One backup that was finished: its name, the digest of its manifest, and of which moment it is."""

    name = models.CharField(max_length=40, unique=True)
    manifest = models.CharField(max_length=64)
    backup_of = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    ledger_size = models.BigIntegerField()
    objects_kept = models.BigIntegerField()
    bytes_kept = models.BigIntegerField()
    amiss = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.name


def may_back_up(*, by: Actor) -> Verdict:
    """Say whether the actor may take a copy of everything."""
    return YES if by.holds(POWER) else no("Only the backup itself records a backup.")


@command
def backed_up(
    *, by: Actor, at: datetime, name: str, manifest: str, backup_of: datetime, counted: dict[str, int], amiss: str
) -> Backup:
    """Record that a copy of everything left the house, and what was amiss with it."""
    require(may_back_up(by=by))
    made = Backup.objects.create(name=name, manifest=manifest, backup_of=backup_of, amiss=amiss[:500], **counted)
    told = {"manifest": manifest, "backup_of": backup_of.isoformat(), "amiss": amiss}
    ledger.record("backup.made", on=made, by=by, at=at, **told, **counted)
    return made


def last() -> Backup | None:
    """Give the backup of the latest moment."""
    return Backup.objects.order_by("-backup_of").first()
