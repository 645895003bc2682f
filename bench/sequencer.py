"""How quick is the ledger? The sequencer beside a bare COPY, the audit beside bare hashing, and one proof, at a million entries.

python -m bench.sequencer [--entries N] [--times N]

On a server that waits for its disk. Each line is a ratio within one run, the median of several runs, with the load printed.

* sequencer: a bare COPY of the same finished rows (entries, the leaves that number them, and the tree's nodes; all columns) into the same
  tables with the same indexes and constraints, but without their triggers, a batch at a time, over the sequencer's own time for numbering,
  re-reading, hashing and signing them. At least 0.5. Beside it, not gated: the same against a COPY of the entries alone, which the sequencer
  is given and does not write. What each COPY takes of an entry's time is printed.
* audit: its elapsed time over hashing the same bytes in memory, in this process: each entry's text, its leaf, and the nodes above. At
  most 3. Beside it the seconds of CPU, the audit's own and its database server's: the two work side by side.
* one inclusion proof at the full size: under 5 ms.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from bench.empty_house import empty_house
from bench.said import ended, said

ROWS = """INSERT INTO ledger_entry (uuid, event, controller, by_id, by_name, on_kind, on_id, on_label, at, past, facts, salt)
SELECT gen_random_uuid(), 'exhibit.offered', '1', 7, 'PC 7 Example', 'exhibit', (n %% 1000)::text, 'ABC/' || n %% 1000, now(), false,
  '{"custody":{"from":"held","holder":{"id":1,"name":"Erin Example"},"place":null,"reason":"For interview","seal":"N0001","seq":'
  || n || ',"to":"offered"}}', sha256(n::text::bytea) FROM generate_series(1, %s) AS n"""
PLAIN = "uuid, event, controller, by_id, by_name, on_kind, on_id, on_label, at, recorded_at, past, facts, salt"
LEAF = '"index", entry_id, commitment'
NODE = 'level, "index", hash'
BATCH = 10_000  # the sequencer's own


def elapsed(work: Callable[[], object]) -> float:
    """Time some work, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(sql: str, *told: Any) -> None:
    """Run a statement as the superuser."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, list(told) or None)


def copied(table: str, columns: str, order: str) -> list[bytes]:
    """Take a table's rows out as COPY writes them, in batches."""
    from django.db import connection

    parts: list[bytes] = []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min({order}), max({order}) FROM {table}")
        low, high = cursor.fetchone()
        for start in range(low, high + 1, BATCH):
            told = f"SELECT {columns} FROM {table} WHERE {order} >= {start} AND {order} < {start + BATCH}"
            with cursor.copy(f"COPY ({told}) TO STDOUT (FORMAT BINARY)") as copy:
                parts.append(b"".join(bytes(block) for block in copy))
    return parts


def copy_in(table: str, columns: str, parts: list[bytes]) -> None:
    """Put rows into a table, a batch and a commit at a time."""
    from django.db import connection

    with connection.cursor() as cursor:
        for part in parts:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(part)


def empty() -> None:
    """Leave nothing of the ledger."""
    from django.conf import settings

    run(
        "TRUNCATE ledger_entry, ledger_leaf, ledger_waiting, ledger_node, ledger_checkpoint, ledger_cosignature, ledger_token, "
        "kernel_erasure RESTART IDENTITY CASCADE"
    )
    (Path(settings.LONGSTONE_HOME) / "ledger-signed.json").unlink(missing_ok=True)


def sequenced(count: int) -> tuple[float, float, float, float, float]:
    """Time the sequencer, and a bare COPY each of the entries that it was given, of their leaves, and of the nodes; last, the CPU's ratio."""
    from longstone.kernel.ledger import sequencer

    empty()
    run(ROWS, count)
    began = sum(cpu())
    ours = elapsed(sequencer.catch_up)
    used = sum(cpu()) - began
    made = [("ledger_entry", PLAIN, "id"), ("ledger_leaf", LEAF, '"index"'), ("ledger_node", NODE, '"index"')]
    kept = [(table, columns, copied(table, columns, order)) for table, columns, order in made]
    empty()
    bare = "; ".join(f"ALTER TABLE {table} {{0}} TRIGGER USER" for table, *_ in kept)
    run(bare.format("DISABLE"))
    began = sum(cpu())
    entries, leaves, nodes = [elapsed(lambda one=one: copy_in(*one)) for one in kept]
    share = (sum(cpu()) - began) / used
    run(bare.format("ENABLE"))
    return ours, entries, leaves, nodes, share


def sequencer_line(count: int, times: int) -> None:
    """Print the sequencer's ratios, and where the time of an entry goes."""
    runs = [sequenced(count) for _ in range(times)]
    each = [statistics.median(one) / count * 1e6 for one in zip(*runs, strict=True)]
    print(f"sequencer: {1e6 / each[0]:,.0f} entries a second; median of {times} runs of {count:,}")
    names = ("the sequencer", "a COPY of the entry", "of its leaf", "of its nodes")
    print("  microseconds an entry: " + ", ".join(f"{name} {one:.1f}" for name, one in zip(names, each, strict=False)))
    finished = statistics.median((entries + leaves + nodes) / ours for ours, entries, leaves, nodes, _ in runs)
    given = statistics.median(entries / ours for ours, entries, *_ in runs)
    said("sequencer / bare COPY of the same finished rows", finished, "at least 0.50", ok=finished >= 0.5)
    share = statistics.median(one[-1] for one in runs)
    said("the same in seconds of CPU, ours and the server's, less swayed by other work", share, "no limit")
    said("sequencer / bare COPY of the entries alone, unnumbered", given, "no limit")


def million(count: int) -> None:
    """Write and number a large ledger."""
    from longstone.kernel.ledger import sequencer

    empty()
    run(ROWS, count)
    took = elapsed(sequencer.catch_up)
    run("VACUUM ANALYZE")
    print(f"{count:,} entries numbered in {took:.0f} s")


def bare() -> Callable[[], None]:
    """Give the hashing that nobody can do without: each text, each leaf, each node."""
    from django.db import connection

    from longstone.kernel.ledger import canonical
    from longstone.kernel.ledger.audit.trees import built

    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {canonical.SALTED_TEXT} FROM ledger_entry JOIN ledger_leaf ON entry_id = id ORDER BY "index"'
        )
        texts = [bytes(one) for (one,) in cursor.fetchall()]

    def work() -> None:
        sha = hashlib.sha256
        built([sha(b"\x00" + sha(one).digest()).digest() for one in texts])

    return work


def cpu() -> tuple[float, float]:
    """Give the seconds of CPU that this process has had, and the database server with all its processes, also those that have ended."""
    from django.db import connection

    connection.ensure_connection()
    stats = {int(place.parent.name): _stat(place) for place in Path("/proc").glob("[0-9]*/stat")}
    parent = stats[connection.connection.info.backend_pid][1]
    served = sum(sum(one[11:13]) for one in stats.values() if one[1:2] == [parent]) + sum(stats[parent][11:15])
    return time.process_time(), served / os.sysconf("SC_CLK_TCK")


def _stat(place: Path) -> list[int]:
    """Give the numbers that the kernel tells of a process; none if it has just ended."""
    try:
        return [0, *(int(one) for one in place.read_text().rsplit(")", 1)[1].split()[1:])]
    except OSError:
        return []


def audit_line(times: int) -> None:
    """Print the audit's ratio."""
    from longstone.kernel.ledger.audit import Report, audit

    hashing, ratios = bare(), []
    for _ in range(times):
        report, began = Report(), cpu()
        ours = elapsed(lambda report=report: audit(report, ledger_only=True))
        mine, served = (now - was for now, was in zip(cpu(), began, strict=True))
        assert report.code == 0, report.verdict()
        floor, hashed = elapsed(hashing), cpu()[0] - began[0] - mine
        ratios.append(ours / floor)
        print(
            f"  audit {ours:.2f} s (CPU {mine:.2f} s, server's {served:.2f} s), hashing {floor:.2f} s (CPU {hashed:.2f} s)"
        )
    ratio = statistics.median(ratios)
    said("audit / hashing the same bytes", ratio, "at most 3.00", ok=ratio <= 3)


def proof_line(count: int) -> None:
    """Print what one inclusion proof takes, and one consistency proof."""
    from longstone.kernel.ledger import proofs

    dice = Random(7)
    one = [elapsed(lambda: proofs.inclusion(dice.randrange(count), count)) * 1000 for _ in range(200)]
    grown = [elapsed(lambda: proofs.consistency(dice.randrange(1, count), count)) * 1000 for _ in range(200)]
    for name, took in (("inclusion", one), ("consistency", grown)):
        middle = statistics.median(took)
        said(
            f"one {name} proof at {count:,}, milliseconds",
            middle,
            f"under 5; p95 {sorted(took)[190]:.2f}",
            ok=middle < 5,
        )


def measure(given: argparse.Namespace) -> None:
    """Measure it all with the house's own code."""
    import django

    django.setup()
    from longstone.kernel import keys

    keys.ensure("checkpoint")
    sequencer_line(given.batch, given.times)
    million(given.entries)
    proof_line(given.entries)
    audit_line(given.times)


def arguments() -> argparse.Namespace:
    """Read how much to measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=5)
    return parser.parse_args()


def main() -> None:
    """Measure as the server's own administrator, who may copy what the sequencer wrote."""
    given = arguments()
    with empty_house("app"):
        measure(given)


if __name__ == "__main__":
    main()
    sys.exit(ended())
