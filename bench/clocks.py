"""How quick is "what is late?" over 200,000 cases? The late list of one clock, its count, and a page of my work.

python -m bench.clocks [--cases N]

For an officer who sees 20 cases, one who sees 2,000 and one who sees all. Median and p95 of 21; each under 300 ms. Beside them, not gated:
the bare query without scope.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.empty_house import empty_house
from bench.said import ended, said

TIMES = 21
CASES = """
INSERT INTO cases_case (controller_id, reference, title, offence, marking, restricted, team_id, officer_id, episode, opened_at, state, state_seq, version, changed_by)
SELECT %(force)s, 'B/' || n, 'Case ' || n, 'Theft', 'OFFICIAL', false, CASE WHEN n <= 2000 THEN %(team)s END,
  CASE WHEN n %% (%(many)s / 20) = 7 THEN %(officer)s ELSE %(other)s END, 1, now() - (n * 7919 %% 40) * interval '1 day', 'open', 1, 1, '' FROM generate_series(1, %(many)s) n
"""
MOVES = """
INSERT INTO cases_casemove (row_id, seq, was, now, at, by_name, reason, episode, outcome)
SELECT id, 1, '*', 'open', opened_at, 'bench', '', 1, '' FROM cases_case
"""
FACTS = "INSERT INTO kernel_clockfact (on_kind, on_id, event, at) SELECT 'case', id, 'case.opened', opened_at FROM cases_case"
RUNS = """
INSERT INTO kernel_clockrun (controller_id, clock, clock_version, on_kind, on_id, started_id, started_at, due_at,
  cannot_count, how, why_late, explained_by)
SELECT c.controller_id, 'case_review', 1, 'case', c.id, f.id, f.at, f.at + interval '29 days', '', '', '', ''
FROM kernel_clockfact f JOIN cases_case c ON c.id = f.on_id
"""


def timed(work: Callable[[], object]) -> list[float]:
    """Time some work, in milliseconds."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def told(name: str, took: list[float], *, gated: bool = True) -> None:
    """Print the 95th percentile, and the median beside it."""
    p95 = took[int(len(took) * 0.95)]
    said(f"{name}, p95 in ms", p95, f"under 300; median {statistics.median(took):.1f}", ok=p95 < 300 if gated else None)


def filled(many: int) -> dict[str, Any]:
    """Make a force with many open cases, each with its review running; a quarter is late."""
    from django.utils import timezone

    from longstone.kernel.actor import Actor, Grant
    from longstone.people import commands as people
    from longstone.people.queries import actor_for

    now, powers = timezone.now(), ("found forces", "keep the staff list")
    by = Actor(None, "bench", None, frozenset(Grant(one, frozenset()) for one in powers))
    force = people.found_force(by=by, at=now, slug="bench", name="Bench")
    by = Actor(None, "bench", force.pk, frozenset(Grant(one, frozenset({force.pk})) for one in powers))
    team = people.form_team(by=by, at=now, controller=force, name="Team")
    staff = _staff(by, now, force, team)
    names = {
        "force": force.pk,
        "team": team.pk,
        "officer": staff["twenty"].pk,
        "other": staff["other"].pk,
        "many": many,
    }
    _cases(names)
    return {nick: actor_for(one, at=now) for nick, one in staff.items() if nick != "other"}


def _staff(by: Any, now: Any, force: Any, team: Any) -> dict[str, Any]:
    from datetime import date

    from longstone.people import commands as people

    staff = {}
    for nick, role in (
        ("twenty", "detective"),
        ("team", "detective"),
        ("all", "supervisor"),
        ("other", "administrator"),
    ):
        told = {
            "username": nick,
            "name": nick,
            "collar": nick,
            "initials": "AB",
            "password": "a lamp burns on the rock",
        }
        staff[nick] = people.take_on(by=by, at=now, controller=force, **told)
        where = {"team": team} if nick == "team" else {}
        people.appoint(by=by, at=now, staff=staff[nick], role=role, from_on=date(2020, 1, 1), **where)
    return staff


def _cases(names: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for told in (CASES, MOVES, FACTS, RUNS):
            cursor.execute(told, names if "%(" in told else None)
        cursor.execute("COMMIT")
        cursor.execute("VACUUM ANALYZE")


def measure(many: int) -> None:
    """Measure with the house's own code."""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from longstone.kernel.acting import acting

    actors, now = filled(many), timezone.now()

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM kernel_clockrun WHERE clock = 'case_review' AND ended_at IS NULL AND due_at <= now() ORDER BY due_at LIMIT 50"
            )
            cursor.fetchall()

    told("bare: the 50 latest, for nobody", timed(bare), gated=False)
    for nick, actor in actors.items():
        with acting(actor):
            measured(nick, actor, many, now)


def measured(nick: str, actor: Any, many: int, now: Any) -> None:
    """Measure for one officer, behind both walls."""
    from longstone.cases.models import Case
    from longstone.kernel.clocks import asking
    from longstone.kernel.web.piles import work

    rows = asking.late("case_review", Case.objects.visible_to(actor), now)
    who = f"{nick}, who has {rows.count():,} of {many:,} late"
    told(f"{who}: late list", timed(lambda: list(rows[:50])))
    told(f"{who}: its count", timed(rows.count))
    told(f"{who}: page of my work", timed(lambda: work(by=actor, at=now)))


def main() -> None:
    """Read how much to measure, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200_000)
    given = parser.parse_args()
    with empty_house():
        measure(given.cases)


if __name__ == "__main__":
    main()
    sys.exit(ended())
