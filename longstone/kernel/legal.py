"""How does PostgreSQL keep a machine legal? Migrations call these to write the constraints and the table of moves (D2)."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

KEEP_LEGAL = """
ALTER TABLE {events}
  ADD COLUMN machine varchar(40) GENERATED ALWAYS AS ('{machine}') STORED,
  ADD COLUMN prev_seq integer GENERATED ALWAYS AS (nullif(seq - 1, 0)) STORED,
  ADD CONSTRAINT {events}_starts_once CHECK ((seq = 1) = (was = '*')),
  ADD CONSTRAINT {events}_row_seq UNIQUE (row_id, seq),
  ADD CONSTRAINT {events}_row_seq_now UNIQUE (row_id, seq, now),
  ADD CONSTRAINT {events}_legal FOREIGN KEY (machine, was, now)
      REFERENCES kernel_transition (machine, was, now),
  ADD CONSTRAINT {events}_no_gap FOREIGN KEY (row_id, prev_seq, was) REFERENCES {events} (row_id, seq, now);
ALTER TABLE {rows}
  ADD CONSTRAINT {rows}_state_is_last_move FOREIGN KEY (id, state_seq, state)
      REFERENCES {events} (row_id, seq, now) DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = """
ALTER TABLE {rows} DROP CONSTRAINT {rows}_state_is_last_move;
ALTER TABLE {events} DROP COLUMN prev_seq CASCADE, DROP COLUMN machine CASCADE,
  DROP CONSTRAINT {events}_starts_once, DROP CONSTRAINT {events}_row_seq_now CASCADE, DROP CONSTRAINT {events}_row_seq;
"""


def keep_legal(*, machine: str, rows: str, events: str) -> migrations.RunSQL:
    """Tie a table of rows to its table of moves, and the moves to the legal ones."""
    names = {"machine": machine, "rows": rows, "events": events}
    return migrations.RunSQL(KEEP_LEGAL.format(**names), UNDO.format(**names))


def write_moves(machine: str, moves: Sequence[tuple[str, str]]) -> migrations.RunSQL:
    """Write a machine's legal moves."""
    rows: list[Any] = [
        ("INSERT INTO kernel_transition (machine, was, now) VALUES (%s, %s, %s)", [machine, was, now])
        for was, now in moves
    ]
    gone: list[Any] = [("DELETE FROM kernel_transition WHERE machine = %s", [machine])]
    return migrations.RunSQL(rows, gone)


def add_moves(machine: str, moves: Sequence[tuple[str, str]]) -> migrations.RunSQL:
    """Write further moves of a machine that has its first already."""
    rows: list[Any] = [
        ("INSERT INTO kernel_transition (machine, was, now) VALUES (%s, %s, %s)", [machine, was, now])
        for was, now in moves
    ]
    gone: list[Any] = [
        ("DELETE FROM kernel_transition WHERE (machine, was, now) = (%s, %s, %s)", [machine, was, now])
        for was, now in moves
    ]
    return migrations.RunSQL(rows, gone)


def grants(*statements: str) -> migrations.RunSQL:
    """Let the house's database roles do what they need with some tables, and no more (D10)."""
    return migrations.RunSQL(list(statements), migrations.RunSQL.noop)


def may_read_and_write(*tables: str) -> migrations.RunSQL:
    """Let the web and the workers read, add and change rows, never delete them."""
    names = ", ".join(tables)
    return grants(f"GRANT SELECT, INSERT, UPDATE ON {names} TO longstone_web, longstone_worker", _sequences())


def may_add(*tables: str) -> migrations.RunSQL:
    """Let the web and the workers read and add rows: what is written there is never changed."""
    names = ", ".join(tables)
    return grants(f"GRANT SELECT, INSERT ON {names} TO longstone_web, longstone_worker", _sequences())


def _sequences() -> str:
    return "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO longstone_web, longstone_worker"
