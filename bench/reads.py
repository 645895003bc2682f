"""How long does it take to say who has read of a person, with a million reads in the access log? At most 300 ms, by an index."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

READS, PERSONS, IN_A_LIST = 1_000_000, 20_000, 20
FILL = """
INSERT INTO ledger_entry (uuid, event, controller, by_id, by_name, on_kind, on_id, on_label, at, recorded_at, past, facts, salt)
SELECT gen_random_uuid(), k.event, '1', n % 500, 'PC Example', CASE WHEN k.event = 'person.read' THEN 'person' ELSE '' END,
  CASE WHEN k.event = 'person.read' THEN (n * 7919 % {persons})::text ELSE '' END, '', now(), now(), false,
  CASE WHEN k.event = 'persons.read' THEN
    '{{"filter":"x","ids":[' || (SELECT string_agg('"' || (n * 31 + i * 613) % {persons} || '"', ',') FROM generate_series(1, {listed}) AS i) || ']}}'
  ELSE '{{"power":"see people"}}' END, '\\x00'
FROM generate_series({first}::bigint, {last}::bigint) AS n,
LATERAL (SELECT CASE WHEN n % 10 = 0 THEN 'persons.read' WHEN n % 10 < 5 THEN 'person.read' ELSE 'exhibit.read' END AS event) AS k
"""


def fill(owner: str) -> float:
    """Write the reads of a few years, in the shapes that pages write them; give the seconds it took."""
    import psycopg

    began = time.perf_counter()
    with psycopg.connect(owner, autocommit=True) as house:
        for first in range(1, READS, 100_000):
            told = {"persons": PERSONS, "listed": IN_A_LIST, "first": first, "last": first + 99_999}
            house.execute(FILL.format(**told))
        house.execute("VACUUM ANALYZE ledger_entry")
    return time.perf_counter() - began


def timed(work: Any, times: int = 15) -> list[float]:
    """Time a question, in milliseconds; the first is not counted."""
    took = []
    for number in range(times + 1):
        began = time.perf_counter()
        work(number)
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took[1:])


def measure(seconds: float) -> None:
    """Ask with the house's own code, as the page does."""
    import django

    django.setup()
    from django.db import connection, transaction

    from longstone.people.reads import READS as STATEMENT

    def ask(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STATEMENT, [[number * 997 % PERSONS], [], 51, 0])
            assert len(cursor.fetchall()) == 51

    def bare(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry WHERE on_kind = 'person' AND on_id = %s", [str(number)])

    took, floor = timed(ask), timed(bare)
    sys.stdout.write(
        f"who has read of a person, {READS:,} reads: median {median(took):.1f} ms, slowest of {len(took)} {took[-1]:.1f} ms (at most 300); "
        f"the reads of its own page alone, counted by a plain index: {median(floor):.1f} ms; filled in {seconds:.0f} s; load {os.getloadavg()[0]:.1f}\n"
    )


def main() -> None:
    """Start a server, fill it, and measure on it."""
    from longstone.runner.postgres import Postgres

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "home", test=True)
        server.start()
        try:
            server.prepare()
            told = {"LONGSTONE_HOME": folder, "LONGSTONE_ROLE": "owner", "DATABASE_URL": server.url("owner")}
            os.environ.update(told, DJANGO_SETTINGS_MODULE="longstone.site.settings")
            subprocess.run([sys.executable, "-m", "longstone", "migrate", "-v0"], check=True)
            seconds = fill(server.url("owner"))
            os.environ.update(LONGSTONE_ROLE="web", DATABASE_URL=server.url("web"))
            measure(seconds)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
