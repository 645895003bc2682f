"""Who changed it first? Rows that people edit have a version; a form that two windows send is done once (D18)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Now
from django.utils.timezone import localtime

from longstone.kernel import promises
from longstone.kernel.refusals import AlreadyDone, Refusal, Stale


class Versioned(models.Model):
    """A row that people edit: every edit says which version it saw."""

    version = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=120, blank=True, default="")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def unchanged_since(row: Any, seen: int) -> None:
    """Refuse an edit of a row that somebody changed after the officer opened it."""
    if row.version != seen:
        when = f" on {localtime(row.changed_at):%d/%m/%Y at %H:%M}" if row.changed_at else ""
        who = row.changed_by or "Somebody"
        raise Stale(f"{who} changed this{when}, after you opened it. Look at it again before you change it.")


class OneUseKey(models.Model):
    """A form's key: used once, and remembers what it made."""

    key = models.UUIDField(primary_key=True)
    by_id = models.BigIntegerField(null=True)
    used_at = models.DateTimeField(db_default=Now(), editable=False)
    made = models.CharField(max_length=80, blank=True, default="")
    made_id = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        app_label = "kernel"


def spend(key: Any, *, by_id: int | None) -> None:
    """Use a key for the first time, or say that it was used and what came of it."""
    with promises.writing("one-use keys"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_oneusekey (key, by_id, made, made_id) VALUES (%s, %s, '', '') ON CONFLICT DO NOTHING",
            [key, by_id],
        )
        fresh = cursor.rowcount == 1
    if not fresh:
        raise _spent(OneUseKey.objects.get(key=key), by_id)


def _spent(spent: OneUseKey, by_id: int | None) -> Refusal:
    """Say what came of a key, to the one who spent it and to nobody else."""
    if spent.by_id != by_id:
        return Refusal("This form was sent under another sign-in. Open it again, and fill it in afresh.")
    return AlreadyDone(_result_of(spent))


def made(key: Any, result: Any) -> None:
    """Remember what a key's form made, for whoever sends it again."""
    if isinstance(result, models.Model):
        with promises.writing("one-use keys"):
            OneUseKey.objects.filter(key=key).update(made=result._meta.label, made_id=str(result.pk))  # noqa: SLF001


def _result_of(spent: OneUseKey) -> Any:
    return apps.get_model(spent.made)._base_manager.filter(pk=spent.made_id).first() if spent.made else None  # noqa: SLF001
