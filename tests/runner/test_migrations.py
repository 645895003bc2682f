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
    env = {
        **os.environ,
        "DATABASE_URL": server.url("owner"),
        "LONGSTONE_ROLE": "owner",
        "LONGSTONE_HOME": str(tmp_path),
    }

    told = [sys.executable, "-m", "longstone", "migrate", "-v0"]
    done = subprocess.run(told, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    with psycopg.connect(server.url("owner")) as connection:
        assert connection.execute("SELECT count(*) > 20 FROM django_migrations").fetchone() == (True,)
