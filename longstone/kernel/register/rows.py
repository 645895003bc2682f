"""How are a table's rows counted, paged and exported? By one queryset, so that no two of these can differ."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import GreaterThan, LessThan

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import Refusal
from longstone.kernel.register.asking import Ask
from longstone.kernel.register.search import can_be_misspelt
from longstone.kernel.register.source import Count, Page

if TYPE_CHECKING:
    from longstone.kernel.register.definition import Register

BATCH = 2000
COUNTED = 10_000  # beyond these an officer is told that there are more, unless they ask for the count of all
BAD_MARK = "That page cannot be found any more. Begin the list again."


class Rows:
    """A queryset, already for somebody, as a register's source. Key paging: a page goes on from the last row's own key."""

    def __init__(self, register: Register, rows: models.QuerySet[Any], *, by: Actor) -> None:
        self._register, self._rows, self._by = register, rows.order_by(), by
        self._kept: dict[Any, models.QuerySet[Any]] = {}

    def settle(self, ask: Ask) -> Ask:
        """Look for what is spelt alike if nothing holds the words as they were typed."""
        if ask.like or not ask.text or not self._register.search or not can_be_misspelt(ask.text):
            return ask
        return ask if self.asked(ask).exists() else replace(ask, like=True)

    def count(self, ask: Ask) -> Count:
        """Count what was asked for, as far as anybody reads."""
        rows = self.asked(ask)
        if ask.whole:
            return Count(rows.count())
        number = rows[: COUNTED + 1].count()
        return Count(min(number, COUNTED), whole=number <= COUNTED)

    def page(self, ask: Ask, *, limit: int) -> Page:
        """Give one page, by the key of the row before it (or after it)."""
        key, down = self._key(ask)
        back = bool(ask.before)
        rows = self.asked(ask).order_by(*_signed(key, down=down != back))
        if mark := ask.before or ask.after:
            rows = rows.filter(_beyond(key, _read(mark, [_field(rows, name) for name in key]), down=down != back))
        found = list(
            rows.filter(pk__in=rows.values("pk")[: limit + 1])
        )  # what a row is drawn with is joined to a page alone
        more, found = len(found) > limit, found[:limit]
        found = found[::-1] if back else found
        return _page(found, key, earlier=more if back else bool(ask.after), later=bool(ask.before) or more)

    def ids(self, ask: Ask) -> Iterator[int]:
        """Name every row, in order."""
        key, down = self._key(ask)
        return self.asked(ask).order_by(*_signed(key, down=down)).values_list("pk", flat=True).iterator(BATCH)

    def rows(self, ids: Sequence[int]) -> list[Any]:
        """Give some rows in the order of their ids."""
        found = {row.pk: row for row in self._rows.filter(pk__in=ids)}
        return [found[one] for one in ids if one in found]

    def shares(self, ask: Ask, field: str) -> list[tuple[Any, int]]:
        """Count by the values of a field."""
        counted = self.asked(ask).order_by().values_list(field).annotate(count=models.Count("pk"))
        return list(counted.order_by("-count", field))

    def id(self, row: Any) -> int:
        """Give a row's number."""
        return int(row.pk)

    def asked(self, ask: Ask) -> models.QuerySet[Any]:
        """Give the rows that fit what is asked."""
        asked = (ask.text, ask.like, *sorted(ask.chosen.items()))
        if asked not in self._kept:
            self._kept[asked] = self._narrowed(ask)
        return self._kept[asked]

    def _narrowed(self, ask: Ask) -> models.QuerySet[Any]:
        rows = self._rows
        for parameter, value in ask.chosen.items():
            rows = rows.filter(self._register.filter_of(parameter).where(parameter, value, by=self._by))
        search = self._register.search
        if not ask.text or not search:
            return rows
        return (search.alike if ask.like else search.held)(rows, ask.text, by=self._by)

    def _key(self, ask: Ask) -> tuple[list[str], bool]:
        order = self._register.ordered_by(ask)
        if not order:
            return ["alike", "pk"], True
        return [self._register.column(order).order, "pk"], order.startswith("-")


def _signed(key: list[str], *, down: bool) -> list[str]:
    return [f"-{name}" if down else name for name in key]


def _beyond(key: list[str], mark: list[models.Value], *, down: bool) -> models.Expression:
    """Compare whole keys, as the index does."""
    compare: Any = LessThan if down else GreaterThan
    return compare(_row(*(models.F(name) for name in key)), _row(*mark))  # type: ignore[no-any-return]


def _row(*parts: Any) -> models.Func:
    return models.Func(*parts, template="ROW(%(expressions)s)", output_field=models.BooleanField())


def _field(rows: models.QuerySet[Any], name: str) -> models.Field[Any, Any]:
    if name in rows.query.annotations:
        return rows.query.annotations[name].output_field
    field: Any = rows.model
    for step in name.split("__"):
        found = field._meta.pk if step == "pk" else field._meta.get_field(step)  # noqa: SLF001
        field = found.related_model or found if found.is_relation else found
    return found  # type: ignore[no-any-return]


def _page(rows: list[Any], key: list[str], *, earlier: bool, later: bool) -> Page:
    if not rows:
        return Page([])
    return Page(rows, _mark(rows[0], key) if earlier else "", _mark(rows[-1], key) if later else "")


def _mark(row: Any, key: list[str]) -> str:
    """Write a row's key so that the next page can go on from it."""
    told = json.dumps([_plain(_value(row, name)) for name in key], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    for step in name.split("__"):
        row = getattr(row, step)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(mark: str, fields: list[models.Field[Any, Any]]) -> list[models.Value]:
    """Read a mark; one that was changed, or is of another order, is refused."""
    try:
        told = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if not isinstance(told, list) or not all(_simple(one) for one in told):
            raise Refusal(BAD_MARK)
        pairs = zip(told, fields, strict=True)
        return [_part(value, field) for value, field in pairs]
    except (ValueError, TypeError, RecursionError, ValidationError) as error:
        raise Refusal(BAD_MARK) from error


def _part(value: Any, field: models.Field[Any, Any]) -> models.Value:
    found = field.to_python(value)
    field.run_validators(found)
    return models.Value(found, output_field=field)


def _simple(value: Any) -> bool:
    """Say whether a value of a mark can be compared with: no list, no number beyond the database's."""
    if isinstance(value, int) and not isinstance(value, bool):
        return -(1 << 63) <= value < 1 << 63
    return isinstance(value, str) and "\x00" not in value
