"""By which words is a row found? A column that PostgreSQL itself keeps, in lower case, from the columns that name it."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Concat, Lower


def words_of(*fields: str) -> models.GeneratedField:
    """Keep the words of some text columns."""
    parts: list[Any] = [models.Value("")]
    for field in fields:
        parts += [models.F(field), models.Value(" ")]
    told = Lower(Concat(*parts, output_field=models.TextField()))
    return models.GeneratedField(expression=told, output_field=models.TextField(), db_persist=True)


def index_words(table: str) -> migrations.RunSQL:
    """Make the two indexes by which a table's words are found: whole words, and words like them."""
    return migrations.RunSQL(
        [
            f"CREATE INDEX {table}_words_alike ON {table} USING gin (words gin_trgm_ops)",
            f"CREATE INDEX {table}_words_held ON {table} USING gin (to_tsvector('simple', words))",
        ],
        [f"DROP INDEX {table}_words_alike", f"DROP INDEX {table}_words_held"],
    )
