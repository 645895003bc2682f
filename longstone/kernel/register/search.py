"""How is a row found by its words, also when they are misspelt? PostgreSQL's full text, and trigrams for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, models
from django.db.models.functions import Cast, Coalesce, Greatest, Round

from longstone.kernel.actor import Actor

ALIKE = 0.45  # "Smyth" finds "Smith", and "Jones" does not
WRITTEN_OUT = ('"', " -", " or ")  # an officer who writes so wants just that


@models.TextField.register_lookup
class HoldsWords(models.Lookup):  # type: ignore[type-arg]  # it cannot be told as it runs
    """The column holds the words, by PostgreSQL's full text without endings cut off: names are not English."""

    lookup_name = "holds_words"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write it as the index knows it (kernel/words.py)."""
        column, left = self.process_lhs(compiler, connection)
        text, right = self.process_rhs(compiler, connection)
        return f"to_tsvector('simple', {column}) @@ websearch_to_tsquery('simple', {text})", [*left, *right]


@dataclass(frozen=True)
class Search:
    """The column of a row's words in lower case; `label` stands before the box.

    `besides` gives rows of another table by whose words a row is found too, as far as the actor may see them, and by
    which of their fields they name the row: a case is found by the name of somebody who is involved in it.
    """

    label: str
    field: str = "words"
    besides: Callable[[Actor], tuple[models.QuerySet[Any], str, str]] | None = None

    def found(self, rows: models.QuerySet[Any], text: str, *, by: Actor) -> models.QuerySet[Any]:
        """Keep the rows that hold the words or words like them, and say in `alike` how like."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        where, alike = _holding(self.field, text), _alike(self.field, text)
        if self.besides:
            where, alike = _besides(*self.besides(by), text=text, where=where, alike=alike)
        kept: models.QuerySet[Any] = rows.filter(where).annotate(alike=_kept(alike))
        return kept


def _besides(others: Any, names: str, field: str, *, text: str, where: Any, alike: Any) -> tuple[Any, Any]:
    """Find rows by the words of others as well; the best of them counts."""
    found = others.filter(_holding(field, text))
    best = found.filter(**{names: models.OuterRef("pk")}).annotate(likeness=_alike(field, text)).order_by("-likeness")
    told = Coalesce(models.Subquery(best.values("likeness")[:1]), models.Value(0.0), output_field=models.FloatField())
    return where | models.Q(pk__in=found.values(names)), Greatest(alike, told)


def _alike(field: str, text: str) -> Any:
    return Cast(TrigramWordSimilarity(text.lower(), field), models.FloatField())


def _kept(alike: Any) -> Any:
    """Keep likeness in four decimals, so that the next page can go on from it."""
    exact: models.DecimalField[Any, Any] = models.DecimalField(max_digits=6, decimal_places=4)
    return Round(Cast(alike, exact), precision=4)


def _holding(field: str, text: str) -> models.Q:
    words = models.Q(**{f"{field}__holds_words": text})
    if any(sign in text.lower() for sign in WRITTEN_OUT):
        return words
    alike = models.Q(**{f"{field}__trigram_word_similar": text.lower()})
    return words | alike | models.Q(**{f"{field}__contains": text.lower()})
