"""What stands behind visible_to? A second wall: row security, written by migrations with these words (docs/adr/0014).

A policy asks in sub-selects that PostgreSQL answers once for a statement, not once for a row. The owner of the tables is no part of
the web or the workers, so the tables need not force row security upon it; it migrates, and dumps for a backup.
"""

from __future__ import annotations

import re

from django.db import connection, migrations

ROLES = "longstone_web, longstone_worker, longstone_eraser"
DEFINED = "STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

ACTOR = """
CREATE FUNCTION actor() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('longstone.actor', true), '')::jsonb $$;
CREATE FUNCTION actor_known() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT actor() IS NOT NULL $$;
CREATE FUNCTION actor_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce((actor() ->> 'all')::boolean, false) $$;
CREATE FUNCTION actor_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT (actor() ->> 'id')::bigint $$;
CREATE FUNCTION actor_force() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT (actor() ->> 'force')::bigint $$;
CREATE FUNCTION actor_teams() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT ARRAY(SELECT jsonb_array_elements_text(actor() -> 'teams')::bigint) $$;
CREATE FUNCTION actor_with(power text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT ARRAY(SELECT jsonb_array_elements_text(actor() -> 'powers' -> power)::bigint) $$;
"""
NO_ACTOR = "DROP FUNCTION {}".format(
    ", ".join(
        f"{name}({of})"
        for name, of in [
            ("actor_with", "text"), ("actor_teams", ""), ("actor_force", ""), ("actor_id", ""), ("actor_sees_all", ""),
            ("actor_known", ""), ("actor", ""),
        ]
    )
)  # fmt: skip


def know_the_actor() -> migrations.RunSQL:
    """Let the database say who acts, from what each transaction was told."""
    return migrations.RunSQL(ACTOR, NO_ACTOR)


def wall(table: str, sees: str) -> migrations.RunSQL:
    """Let a table's rows be there only for an actor whom the condition lets see them, whatever a queryset forgot."""
    raised = f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY {table}_wall ON {table} TO {ROLES}
  USING ((SELECT actor_sees_all()) OR ((SELECT actor_known()) AND ({sees})));
"""
    return migrations.RunSQL(
        raised, f"DROP POLICY {table}_wall ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    )


def define(name: str, takes: str, gives: str, body: str, *, instead: bool = False) -> migrations.RunSQL:
    """Make a function that looks behind the wall and gives only what it says; `instead` of one that stands."""
    made = f"CREATE {'OR REPLACE ' if instead else ''}FUNCTION {name}({takes}) RETURNS {gives} LANGUAGE sql {DEFINED} AS $$ {body} $$"
    return migrations.RunSQL(made, migrations.RunSQL.noop if instead else f"DROP FUNCTION {name}")


FOUND = """
CREATE FUNCTION {table}_found(how text, word text, most integer) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF how = 'contains' THEN
    RETURN QUERY SELECT id FROM {table} WHERE {words} LIKE '%' || word || '%' LIMIT most;
  ELSIF how = 'trigram_word_similar' THEN
    RETURN QUERY SELECT id FROM {table} WHERE {words} %> word LIMIT most;
  ELSIF how = 'holds_words' THEN
    RETURN QUERY SELECT id FROM {table} WHERE to_tsvector('simple', {words}) @@ websearch_to_tsquery('simple', word) LIMIT most;
  ELSE
    RAISE EXCEPTION 'There is no such way to look for words: %', how;
  END IF;
END $$
"""
FEW = 2000


def finder(table: str, words: str = "words") -> migrations.RunSQL:
    """Let words be looked for by their index, which no walled table's own condition may use: only numbers come back, and then the rows pass the wall."""
    return migrations.RunSQL(
        FOUND.format(table=table, words=words), f"DROP FUNCTION {table}_found(text, text, integer)"
    )


def found(table: str, how: str, word: str) -> list[int] | None:
    """Number the rows whose words hold a word: whole text (`holds_words`), a part (`contains`), or spelt alike.

    Nothing comes back if there are more than a few: then the wall's own way, row by row in the order that is wanted, is soon done.
    """
    if how == "contains":
        word = re.sub(r"([\\%_])", r"\\\1", word)  # an officer's percent sign is a percent sign
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {table}_found(%s, %s, %s)", [how, word, FEW + 1])
        ids = sorted(one for (one,) in cursor.fetchall())
    return ids if len(ids) <= FEW else None
