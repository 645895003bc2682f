"""Do the migrations run on the oldest PostgreSQL that we promise?"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from tests.runner.conftest import ROOT
from tests.runner.test_roles import DEBIAN


@pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's PostgreSQL 15 is not installed here.")
def test_the_migrations_run_on_postgresql_15(place, serve, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGSTONE_POSTGRES_BIN", str(DEBIAN))
    server = serve(place)
    server.prepare()
    migrate(server, tmp_path)

    with psycopg.connect(server.url("owner")) as connection:
        assert connection.execute("SELECT count(*) > 20 FROM django_migrations").fetchone() == (True,)


def migrate(server, home, *told):
    env = {**os.environ, "DATABASE_URL": server.url("owner"), "LONGSTONE_ROLE": "owner", "LONGSTONE_HOME": str(home)}
    argv = [sys.executable, "-m", "longstone", "migrate", "-v0", *told]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


ENTRIES = """INSERT INTO ledger_entry
  (uuid, event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt, leaf_index, commitment)
SELECT gen_random_uuid(), 'x', '', 'x', '', '', '', now(), false, '{}', '', leaf, sha256(leaf::text::bytea)
FROM unnest(ARRAY[1, NULL, 0, 2]) AS leaf"""
BEFORE = "SELECT id, leaf_index::bigint, commitment FROM ledger_entry ORDER BY id"
AFTER = "SELECT id, index, l.commitment FROM ledger_entry LEFT JOIN ledger_leaf l ON entry_id = id ORDER BY id"


@pytest.mark.slow
def test_entries_keep_their_numbers_when_these_move_to_a_table_of_their_own_and_back(place, serve, tmp_path):
    server = serve(place)
    server.prepare()
    migrate(server, tmp_path, "kernel", "0030")
    with psycopg.connect(server.url("app"), autocommit=True) as connection:
        connection.execute(ENTRIES)
        before = connection.execute(BEFORE).fetchall()

        migrate(server, tmp_path, "kernel")

        assert connection.execute(AFTER).fetchall() == before
        assert [one[1] for one in before] == [1, None, 0, 2]
        assert connection.execute("SELECT entry_id FROM ledger_waiting").fetchall() == [(before[1][0],)]
        connection.execute("INSERT INTO ledger_leaf VALUES (3, %s, sha256('y'))", [before[1][0]])
        numbered = connection.execute(AFTER).fetchall()

        migrate(server, tmp_path, "kernel", "0030")

        assert connection.execute(BEFORE).fetchall() == numbered
