"""Is a row one of a few? Written so that PostgreSQL finds the few first, and then the rows by their index.

`case__in=…` in a condition with "or" makes PostgreSQL read every row and look each up among the few. `case__among=…` says the same
as `case_id = ANY(ARRAY(SELECT …))`: the few are found once, and an index leads to the rows. For many it is the wrong word.
"""

from __future__ import annotations

from typing import Any

from django.db import models


@models.Field.register_lookup
@models.ForeignKey.register_lookup
class Among(models.lookups.FieldGetDbPrepValueMixin, models.Lookup):  # type: ignore[type-arg]  # it cannot be told as it runs
    """The column's value is one of those that a queryset of one column gives."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:  # noqa: ARG002 - Django's own signature
        """Leave the queryset as it is."""
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ARG002 - Django's own signature
        """Write it."""
        column, left = self.process_lhs(compiler, compiler.connection)
        few, right = compiler.compile(self.rhs.query if isinstance(self.rhs, models.QuerySet) else self.rhs)
        return f"{column} = ANY(ARRAY({few}))", [*left, *right]


@models.Field.register_lookup
@models.ForeignKey.register_lookup
class OneOf(models.Lookup):  # type: ignore[type-arg]  # it cannot be told as it runs
    """The column's value is one of some numbers; of none of them too the database is asked, so that nothing is told by what is not asked."""

    lookup_name = "one_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:  # noqa: ARG002 - Django's own signature
        """Leave the numbers as they are."""
        return "%s::bigint[]", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write it."""
        column, left = self.process_lhs(compiler, connection)
        numbers, right = self.process_rhs(compiler, connection)
        return f"{column} = ANY({numbers})", [*left, *right]


def among(field: str, few: models.QuerySet[Any]) -> models.Q:
    """Say that a field has one of the values of a queryset of one column."""
    return models.Q(**{f"{field}__among": few})


def beneath(name: str, condition: models.Q) -> models.Q:
    """Say of what a foreign key leads to what a condition says of a row itself."""
    parts = [_beneath(name, part) for part in condition.children]
    return models.Q(*parts, _connector=condition.connector, _negated=condition.negated)


def _beneath(name: str, part: Any) -> Any:
    return beneath(name, part) if isinstance(part, models.Q) else (f"{name}__{part[0]}", part[1])
