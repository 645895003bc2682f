"""How quick is a list? 200,000 cases and 1,000,000 exhibits, for actors who see 20, 2,000 and all cases (D26).

python -m bench.lists [--cases N] [--exhibits N] [--times N]

A server of its own with the house's own settings. Each line is a ratio or a figure of one run, the median of several, with the load.

* page: what the house takes to find a list's page for somebody (scope, count, rows, plain values, the record of the read with its
  commit), over the bare query: the same rows and the same count, read by Django with a condition written by hand for just this actor, and
  nothing written down. At most 5, at one client. Beside it, not gated: the same over SQL written by hand and read as tuples (of a few
  rows it takes half a millisecond, which is less than one commit), and the whole page with session, powers, drawing and middleware.
* p95 of the pages at 8 clients in 8 threads against the house's own web server processes: under 200 ms.
* search by a word that many rows hold, by a name that one row holds, and by a name that is misspelt: under 300 ms each.
* export of 100,000 rows as CSV: how many rows a second, and by how much the process grew: under 32 MB.
"""

from __future__ import annotations

import argparse
import logging
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.empty_house import empty_house
from bench.said import ended, said

CASES, EXHIBITS = "/cases/", "/evidence/"
COLUMNS = "c.id, c.reference, c.title, c.offence, c.opened_at, c.state, s.name"
SEEN = {"few": "c.officer_id = %(who)s", "some": "(c.team_id = %(team)s AND NOT c.restricted OR c.officer_id = %(who)s)",
        "all": "c.controller_id = %(force)s AND NOT c.restricted"}  # fmt: skip
BARE_CASES = """SELECT {columns} FROM cases_case c LEFT JOIN people_staff s ON s.id = c.officer_id WHERE {seen}
ORDER BY c.opened_at DESC, c.id DESC LIMIT 51"""
BARE_EXHIBITS = """SELECT e.*, c.reference, p.name FROM evidence_exhibit e JOIN cases_case c ON c.id = e.case_id
LEFT JOIN evidence_location p ON p.id = e.location_id WHERE {seen} ORDER BY e.since DESC, e.id DESC LIMIT 51"""
BARE_COUNT = "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {seen} LIMIT 10001) AS n"
SEARCHES = [
    (CASES, "a common word", "ransom"), (CASES, "one reference", "NS/123456/26"), (CASES, "a name", "Penbershaw"),
    (CASES, "a name misspelt", "Penbershow"), (CASES, "a common word misspelt", "ransomm"), (EXHIBITS, "a seal", "S123456"),
]  # fmt: skip
EXPORTED = 100_000


def elapsed(work: Callable[[], object]) -> float:
    """Time some work, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def bare(sql: list[str], told: dict[str, Any]) -> Callable[[], None]:
    """Make the bare queries of one page."""
    from django.db import connection

    from longstone.kernel.acting import acting
    from longstone.kernel.actor import THE_RECORD

    def work() -> None:
        with acting(THE_RECORD), connection.cursor() as cursor:
            for one in sql:
                cursor.execute(one, told)
                cursor.fetchall()

    return work


def queries(path: str, who: str) -> list[str]:
    """Write the page and the count of one list by hand."""
    seen = SEEN[who]
    if path == CASES:
        return [BARE_CASES.format(columns=COLUMNS, seen=seen), BARE_COUNT.format(table="cases_case c", seen=seen)]
    if who == "all":
        counted = BARE_COUNT.format(table="evidence_exhibit e JOIN cases_case c ON c.id = e.case_id", seen=seen)
        return [BARE_EXHIBITS.format(seen=seen), counted]
    through = f"e.case_id = ANY(ARRAY(SELECT c.id FROM cases_case c WHERE {seen}))"
    return [BARE_EXHIBITS.format(seen=through), BARE_COUNT.format(table="evidence_exhibit e", seen=through)]


class Browser:
    """Django's own test client in which somebody has signed in: the whole house but the socket."""

    def __init__(self, staff: int) -> None:
        from django.test import Client

        from longstone.people.models import Staff

        self.client = Client()
        self.client.force_login(Staff.objects.get(pk=staff), backend="longstone.site.sign_in.StaffBackend")

    def get(self, path: str, **told: str) -> Any:
        """Open a page, and insist that it is one, or a refusal in a sentence."""
        answer = self.client.get(path, told)
        assert answer.status_code in {200, 400}, (path, told, answer.status_code)
        return answer


def listed(path: str, by: Any) -> None:
    """Find a list's page as the house does, for somebody and behind both walls, and record that it was read."""
    from longstone.kernel import ledger
    from longstone.kernel.acting import acting
    from longstone.kernel.register import listing
    from longstone.kernel.web import shelf

    register = shelf.registers()["cases" if path == CASES else "exhibits"]
    with acting(by):
        ledger.read(register.name, by=by, **listing(register, {}, by=by).shown)


def plain(path: str, who: str, told: dict[str, Any]) -> Callable[[], None]:
    """Make the bare query as Django reads it: rows as objects, and the count, for just this actor."""
    from django.db.models import Q

    from longstone.cases.models import Case
    from longstone.evidence.models import Exhibit
    from longstone.kernel.acting import acting
    from longstone.kernel.actor import THE_RECORD
    from longstone.kernel.among import among, beneath

    seen = {
        "few": Q(officer=told["who"]),
        "some": Q(team=told["team"], restricted=False),
        "all": Q(controller=told["force"], restricted=False),
    }[who]
    cases = Case.objects.everything(because="the bare query")
    rows: Any = cases.filter(seen).select_related("officer", "team").order_by("-opened_at", "-pk")
    if path == EXHIBITS:
        through = beneath("case", seen) if who == "all" else among("case", cases.filter(seen).values("pk"))
        rows = Exhibit.objects.everything(because="the bare query").filter(through)
        rows = rows.select_related("case", "holder", "offered_to", "location").order_by("-since", "-pk")

    def work() -> None:
        with acting(THE_RECORD):  # nothing is kept back from the record: the bare query stands before no wall
            list(rows.all()[:51])
            rows[:10001].count()

    return work


def page(path: str, who: str, made: dict[str, Any], times: int) -> None:
    """Print one list's page beside its bare query."""
    from django.utils import timezone

    from longstone.people.models import Staff
    from longstone.people.queries import actor_for

    staff, browser = made["staff"][who], Browser(made["staff"][who])
    by, told = actor_for(Staff.objects.get(pk=staff), at=timezone.now()), {**made, "who": staff}
    works = [
        partial(listed, path, by),
        plain(path, who, told),
        bare(queries(path, who), told),
        partial(browser.get, path),
    ]
    runs = [[elapsed(work) for work in works] for _ in range(times * 4)][1:]
    ours, floor, tuples, whole = (statistics.median(one) for one in zip(*runs, strict=True))
    began = time.process_time()
    for _ in range(times * 2):
        browser.get(path)
    effort = (time.process_time() - began) * 1000 / (times * 2)
    facts = f"at most 5.00; {ours:.1f} ms over {floor:.1f} ms; as tuples {tuples:.1f} ms; the whole page {whole:.1f} ms, of which {effort:.1f} ms of our own CPU"
    said(f"page {path} for who sees {who}", ours / floor, facts, ok=ours <= 5 * floor)


def searches(who: str, made: dict[str, Any], times: int) -> None:
    """Print what searches take."""
    browser = Browser(made["staff"][who])
    for path, name, text in SEARCHES:
        took = statistics.median([elapsed(partial(browser.get, path, q=text)) for _ in range(times)])
        said(f"search for {name} by who sees {who}, ms", took, "under 300", ok=took < 300)


def export(made: dict[str, Any]) -> None:
    """Print how an export streams."""
    browser = Browser(made["staff"]["all"])
    browser.get(CASES, **{"as": "csv", "q": "NS/1234"})  # what is loaded once is loaded
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer, lines = browser.get(CASES, **{"as": "csv", "opened_from": made["from"]}), 0
    first = time.perf_counter() - began
    for part in answer.streaming_content:
        lines += part.count(b"\n")
    took, grown = time.perf_counter() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"export of {lines - 1:,} cases: {lines / took:,.0f} rows a second, first byte after {first * 1000:.0f} ms")
    said("export grows the process by, MB", grown, "under 32", ok=grown < 32)


def together(clients: list[subprocess.Popen[str]]) -> Iterator[float]:
    """Let clients that have all signed in begin at once, and give what each of their pages took."""
    for one in clients:
        assert one.stdout and one.stdout.readline() == "signed in\n"  # noqa: PT018 - a pipe that was asked for
    for one in clients:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    for one in clients:
        yield from map(float, one.communicate()[0].split())


def crowd(made: dict[str, Any], address: str, times: int) -> None:
    """Print the 95th percentile at 8 clients: processes of their own, so that they wait for the server and not for each other."""
    for who in made["staff"]:
        command = [sys.executable, "-m", "bench.clients", address, who, str(times * 4)]
        clients = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(8)
        ]
        took = sorted(together(clients))
        p95 = took[int(len(took) * 0.95)]
        middle = statistics.median(took)
        said(
            f"p95 at 8 clients who see {who}, ms (median {middle:.0f}, {len(took)} pages)",
            p95,
            "under 200",
            ok=p95 < 200,
        )


def filled(cases: int, exhibits: int) -> dict[str, Any]:
    """Fill a house, then act in it as the web does."""
    from django.db import connection

    from bench import filling
    from longstone.kernel import keys

    keys.ensure("checkpoint")
    keys.ensure("sealed")
    began = time.perf_counter()
    made = filling.fill(cases=cases, exhibits=exhibits)
    print(f"{cases:,} cases and {exhibits:,} exhibits written in {time.perf_counter() - began:.0f} s", flush=True)
    connection.close()
    connection.settings_dict.update(USER="longstone_web")
    return made | {"from": filling.day_of(min(EXPORTED, cases))}


def measure(given: argparse.Namespace, urls: dict[str, str], home: Path) -> None:
    """Measure every list for everybody, then for a crowd."""
    import django

    django.setup()
    logging.disable(logging.ERROR)  # a line for each page is the house's, not the measurement's
    from bench.clients import served

    made = filled(given.cases, given.exhibits)
    for who in made["staff"]:
        page(CASES, who, made, given.times)
        page(EXHIBITS, who, made, given.times)
        searches(who, made, given.times)
    export(made)
    with served(home, urls) as address:
        crowd(made, address, given.times)


def arguments() -> argparse.Namespace:
    """Read how much to measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--exhibits", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    return parser.parse_args()


def main() -> None:
    """Fill a house as the server's own administrator, and measure it as the web does."""
    given = arguments()
    with empty_house("app") as made:
        urls = {role: made.server.url(role) for role in ("web", "worker")}
        measure(given, urls, made.folder)


if __name__ == "__main__":
    main()
    sys.exit(ended())
