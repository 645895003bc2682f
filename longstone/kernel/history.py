"""What was it then, and what did we know? An attribute that figures are split by is kept with both times (D2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now
from psycopg.types.range import TimestamptzRange as DateTimeTZRange

D = TypeVar("D", bound="Dated")


class Range(models.Func):
    """A half-open range of moments, made by the database from its own clock."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Dated(models.Model):
    """A value that held for a while (`valid`), as the record knew it for a while (`known`)."""

    value = models.CharField(max_length=80)
    valid = DateTimeRangeField()
    known = DateTimeRangeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        abstract = True


def never_two(name: str) -> ExclusionConstraint:
    """Let the database refuse two values of one row at one moment, as known at one moment."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("row", RangeOperators.EQUAL),
            ("valid", RangeOperators.OVERLAPS),
            ("known", RangeOperators.OVERLAPS),
        ],
        violation_error_message="That value is already set for that time.",
    )


class DatedQuerySet(models.QuerySet[D]):
    """The only way to ask about the past."""

    def as_at(self, valid: datetime, known: datetime) -> DatedQuerySet[D]:
        """Keep the values that held at one moment, as the record knew them at another."""
        return self.filter(valid__contains=valid, known__contains=known)

    def now_known(self) -> DatedQuerySet[D]:
        """Keep what the record holds true today."""
        return self.filter(known__endswith__isnull=True)


def put(model: Any, *, row: models.Model, value: str, since: datetime, by: Any) -> Any:
    """Let a value hold from a moment on; what was known before stays readable."""
    superseded = list(model.objects.now_known().filter(row=row, valid__overlap=DateTimeTZRange(since, None)))
    model.objects.filter(pk__in=[old.pk for old in superseded]).update(known=Range(_lower("known"), Now()))
    for old in superseded:
        if old.valid.lower < since:
            _write(
                model,
                row,
                old.value,
                DateTimeTZRange(old.valid.lower, since),
                by_id=old.by_id,
                by_name=old.by_name,
            )
    return _write(model, row, value, DateTimeTZRange(since, None), by_id=by.id, by_name=by.name)


def _lower(field: str) -> models.Func:
    return models.Func(models.F(field), function="lower", output_field=models.DateTimeField())


def _write(model: Any, row: models.Model, value: str, valid: DateTimeTZRange, **by: Any) -> Any:
    known = Range(Now(), models.Value(None, output_field=models.DateTimeField()))
    return model.objects.create(row=row, value=value, valid=valid, known=known, **by)
