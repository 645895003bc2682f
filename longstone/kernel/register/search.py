"""How is a row found by its words, also when they are misspelt? PostgreSQL's full text, and trigrams for the rest.

Every word that is typed must be held by a row, whole or as a part of a word. If nothing holds them, names are looked for as they
are spelt alike; a word with a digit in it is never taken for another. An officer who writes quotation marks, a minus or "or" means it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, models
from django.db.models.functions import Cast, Coalesce, Greatest, Round

from longstone.kernel import walls
from longstone.kernel.actor import Actor
from longstone.kernel.among import among
from longstone.kernel.refusals import Refusal

# how like, at the least; the looser only if nothing is as like: "Smyth" finds "Smith", and not "Jones"; "bakrey" finds "bakery"
ALIKE = (0.6, 0.4)
LETTERS = 4  # a shorter word is like too many
MOST_ALIKE = 1000
WORDS_MOST = 8
WRITTEN_OUT = ('"', " -", " or ")  # an officer who writes so wants just that

Besides = Callable[[Actor], tuple[models.QuerySet[Any], str, str]]


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

    Each of `besides` gives rows of another table by whose words a row is found too, as far as the actor may see them, by which of
    their fields they name the row, and where their words are: a case is found by the name of somebody who is involved in it.
    `heed` says what must be heeded by somebody who looks for a text, before they use anything that was found.
    """

    label: str
    field: str = "words"
    besides: Sequence[Besides] = ()
    heed: Callable[..., list[str]] | None = None

    def held(self, rows: models.QuerySet[Any], text: str, *, by: Actor) -> models.QuerySet[Any]:
        """Keep the rows that hold every word."""
        conditions = [self._any(rows.model, how, word, by) for how, word in _held(text)]
        return rows.filter(reduce(and_, conditions)) if conditions else rows

    def alike(self, rows: models.QuerySet[Any], text: str, *, by: Actor) -> models.QuerySet[Any]:
        """Keep the rows that hold words like these, and say in `alike` how like; too many are refused."""
        words = _words(text)
        ids = self._at_least(ALIKE[0], rows, words, by) or self._at_least(ALIKE[1], rows, words, by)
        if len(ids) > MOST_ALIKE:
            raise Refusal(
                f"More than {MOST_ALIKE:,} rows hold words like “{text}”. Check how it is spelt, or write more."
            )
        likeness = _kept([self._likeness(word, by) for word in words])
        told: models.QuerySet[Any] = rows.filter(pk__in=ids).annotate(alike=likeness)
        return told

    def _at_least(self, alike: float, rows: models.QuerySet[Any], words: list[str], by: Actor) -> list[int]:
        """Number the rows with words that are so like, a few more than are listed."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(alike)])
        conditions = [self._any(rows.model, _how(word), word, by) for word in words]
        return list(rows.filter(reduce(and_, conditions)).order_by().values_list("pk", flat=True)[: MOST_ALIKE + 1])

    def _any(self, model: Any, how: str, word: str, by: Actor) -> models.Q:
        """Say that the row, or one of those besides, holds a word."""
        found = _holds(model, self.field, how, word)
        for others, names, field in (told(by) for told in self.besides):
            found |= among("pk", others.filter(_holds(others.model, field, how, word)).order_by().values(names))
        return found

    def _likeness(self, word: str, by: Actor) -> Any:
        parts = [_likeness(self.field, word), *(_best(*told(by), word=word) for told in self.besides)]
        return Greatest(*parts) if len(parts) > 1 else parts[0]


def _holds(model: Any, path: str, how: str, word: str) -> models.Q:
    """Say that a column holds a word; behind a wall no index may serve that, so the rows are numbered there first."""
    *ways, _ = path.split("__")
    for way in ways:
        model = model._meta.get_field(way).related_model  # noqa: SLF001
    ids = walls.found(model._meta.db_table, how, word) if getattr(model, "walled", False) else None  # noqa: SLF001
    return models.Q(**({f"{path}__{how}": word} if ids is None else {"__".join([*ways, "pk", "one_of"]): ids}))


def can_be_misspelt(text: str) -> bool:
    """Say whether anything of a text could be another word, misspelt."""
    return not _written_out(text) and any(_how(word) != "contains" for word in _words(text))


def _held(text: str) -> list[tuple[str, str]]:
    return [("holds_words", text)] if _written_out(text) else [("contains", word) for word in _words(text)]


def _written_out(text: str) -> bool:
    return text.startswith("-") or any(sign in text.lower() for sign in WRITTEN_OUT)


def _words(text: str) -> list[str]:
    words = text.lower().split()
    if len(words) > WORDS_MOST:
        raise Refusal(f"There are too many words. Look for at most {WORDS_MOST} at once.")
    return words


def _how(word: str) -> str:
    likely = len(word) >= LETTERS and not re.search(r"\d", word)
    return "trigram_word_similar" if likely else "contains"


def _likeness(field: str, word: str) -> Any:
    return Cast(TrigramWordSimilarity(word, field), models.FloatField())


def _best(others: models.QuerySet[Any], names: str, field: str, *, word: str) -> Any:
    """Give the likeness of the most alike of those besides."""
    near = (
        others.filter(**{names: models.OuterRef("pk")}).annotate(likeness=_likeness(field, word)).order_by("-likeness")
    )
    return Coalesce(models.Subquery(near.values("likeness")[:1]), models.Value(0.0), output_field=models.FloatField())


def _kept(likenesses: Sequence[Any]) -> Any:
    """Keep the sum of likenesses in four decimals, so that the next page can go on from it."""
    exact: models.DecimalField[Any, Any] = models.DecimalField(max_digits=8, decimal_places=4)
    return Round(Cast(sum(likenesses[1:], likenesses[0]), exact), precision=4)
