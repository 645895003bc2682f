"""Who changed it first? Rows that people edit have a version; a form that two windows send is done once (D18)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Now
from django.utils.timezone import localtime

from longstone.kernel import promises
from longstone.kernel.refusals import AlreadyDone, Refusal, Stale

ANOTHER = "That Idempotency-Key was used for something else. Send a new one with each new act."


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
    """A form's or a program's key: used once, and remembers by whom, for what, and what it made."""

    key = models.UUIDField(primary_key=True)
    by_id = models.BigIntegerField(null=True)
    by_system = models.BigIntegerField(null=True)
    used_at = models.DateTimeField(db_default=Now(), editable=False)
    asked = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # a digest of what a program asked for
    made = models.CharField(max_length=80, blank=True, default="")
    made_id = models.CharField(max_length=40, blank=True, default="")
    answer = models.TextField(blank=True, default="", db_default="")  # what a program was answered, word for word

    class Meta:
        app_label = "kernel"


def spend(key: Any, *, by_id: int | None) -> None:
    """Use a key for the first time, or say that it was used and what came of it."""
    if not _fresh(key, by_id=by_id, by_system=None, asked=""):
        raise _spent(OneUseKey.objects.get(key=key), by_id)


def _fresh(key: Any, *, by_id: int | None, by_system: int | None, asked: str) -> bool:
    """Take a key if nobody has; whoever is spending it at this moment is waited for."""
    with promises.writing("one-use keys"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_oneusekey (key, by_id, by_system, asked, made, made_id, answer)"
            " VALUES (%s, %s, %s, %s, '', '', '') ON CONFLICT DO NOTHING",
            [key, by_id, by_system, asked],
        )
        return bool(cursor.rowcount == 1)


def _spent(spent: OneUseKey, by_id: int | None) -> Refusal:
    """Say what came of a key, to the one who spent it and to nobody else."""
    if spent.by_id != by_id or spent.by_system is not None:
        return Refusal("This form was sent under another sign-in. Open it again, and fill it in afresh.")
    return AlreadyDone(_result_of(spent))


def answered(key: Any, *, by_system: int, asked: str) -> str:
    """Give what was answered to a program's key before, or nothing when it is used for the first time."""
    if _fresh(key, by_id=None, by_system=by_system, asked=asked):
        return ""
    spent = OneUseKey.objects.get(key=key)
    if (spent.by_system, spent.asked) != (by_system, asked):
        raise Refusal(ANOTHER)
    return spent.answer


def remember_answer(key: Any, answer: str) -> None:
    """Keep what a program was answered, so that the same key is answered the same."""
    with promises.writing("one-use keys"):
        OneUseKey.objects.filter(key=key).update(answer=answer)


def made(key: Any, result: Any) -> None:
    """Remember what a key's form made, for whoever sends it again."""
    if isinstance(result, models.Model):
        with promises.writing("one-use keys"):
            OneUseKey.objects.filter(key=key).update(made=result._meta.label, made_id=str(result.pk))  # noqa: SLF001


def _result_of(spent: OneUseKey) -> Any:
    return apps.get_model(spent.made)._base_manager.filter(pk=spent.made_id).first() if spent.made else None  # noqa: SLF001
