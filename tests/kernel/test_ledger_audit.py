"""The audit: sound, failed and not checked are three different things, and the exit code says which."""

import io
import random
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from django.core.management import call_command

from longstone.kernel import ledger, store
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import sequencer, stamping
from longstone.kernel.ledger.audit import Report, audit
from longstone.kernel.models import Cosignature, Entry
from longstone.kernel.promises import writing
from tests.faults import noted
from tests.kernel import authority

BY = Actor(id=7, name="PC 7 Example", controller=1)


@pytest.fixture
def house(fresh_house):
    for number in range(12):
        ledger.read("cases", by=BY, number=number)
    sequencer.catch_up()
    return fresh_house


def run(capsys, *told):
    with pytest.raises(SystemExit) as ended:
        call_command("audit", *told)
    return ended.value.code, capsys.readouterr().out


def test_a_sound_house_ends_with_0_and_says_what_was_checked(house, capsys):
    kept = store.put(io.BytesIO(b"hello world"))

    code, said = run(capsys)

    assert code == 0
    assert said.splitlines()[-1] == "SOUND: 12 entries, 22 nodes, 1 checkpoints, 1 objects"
    assert kept.size == 11
    assert Entry.objects.get(event="ledger.audit.read").by_name == "the audit"


def test_an_empty_house_is_sound(fresh_house, capsys):
    assert run(capsys)[0] == 0


def test_every_changed_bit_of_an_object_is_found_and_named(house):
    dice = random.Random(2026)
    kept = store.put(io.BytesIO(dice.randbytes(3_000_000)))
    path = store.local(kept.sha256)
    path.chmod(0o600)
    for _ in range(25):
        place, bit = dice.randrange(kept.size), dice.randrange(8)
        _flip(path, place, bit)
        report = audit(Report(tell=lambda line: None))
        _flip(path, place, bit)
        named = [(one.kind, one.item) for one in report.faults] == [("object", kept.sha256)]
        noted("object", kept.sha256, "one bit of a stored object", report.code == 1 and named)


def _flip(path, place, bit):
    with path.open("r+b") as out:
        out.seek(place)
        was = out.read(1)[0]
        out.seek(place)
        out.write(bytes([was ^ 1 << bit]))


def test_a_failure_ends_with_1_and_names_the_entry(house, capsys):
    with psycopg.connect(house.replace("longstone_worker", "app"), autocommit=True) as superuser:
        superuser.execute(
            "UPDATE ledger_entry SET by_name = 'PC 8 Example' WHERE id = (SELECT entry_id FROM ledger_leaf WHERE index = 4)"
        )

    code, said = run(capsys, "--ledger-only")

    assert code == 1
    told = Entry.objects.get(leaf__index=4)
    assert f"FAILED entry {told.uuid} (index 4): What it says was changed since it was signed." in said
    assert "The stored objects were not asked for." in said
    assert said.splitlines()[-1].startswith("FAILED: 1 entry (sound: 11 entries")


def test_what_cannot_be_checked_is_neither_sound_nor_failed(house, settings, tmp_path, capsys):
    root = authority.make(tmp_path / "tsa")
    with authority.serving(root.parent) as url:
        settings.LONGSTONE_TSA = f"{url} {root}"
        stamping.stamp(at=datetime.now(UTC))
    sequencer.catch_up()
    with writing("test"):
        Cosignature.objects.create(checkpoint_id=12, witness="w", line="— w AAAA\n", at=datetime.now(UTC))
    settings.LONGSTONE_TSA = ""

    code, said = run(capsys, "--ledger-only")

    assert code == 2
    assert "NOT CHECKED cosignatures of w: its key is not among LONGSTONE_WITNESS." in said
    assert "Their digests are in the ledger." in said
    assert said.splitlines()[-1].startswith("NOT ALL CHECKED: ")


def test_entries_that_wait_too_long_are_not_checked(house):
    with psycopg.connect(house.replace("longstone_worker", "app"), autocommit=True) as superuser:
        superuser.execute("ALTER TABLE ledger_entry DROP CONSTRAINT at_is_about_now")
        ledger.read("cases", by=BY)
        superuser.execute(
            "UPDATE ledger_entry SET recorded_at = now() - interval '1 hour' WHERE id IN (SELECT entry_id FROM ledger_waiting)"
        )

    report = audit(Report(tell=lambda line: None), ledger_only=True)

    assert (report.code, report.gaps) == (2, ["1 entries that have no number yet. Is the sequencer running?"])


def test_a_lost_key_without_its_mark_leaves_the_ledger_unchecked(house, settings):
    for path in (settings.LONGSTONE_HOME / "keys").glob("checkpoint.*"):
        path.unlink()
    from longstone.kernel import keys

    keys.ensure("checkpoint")  # another key: what was signed is signed with none of the house's

    report = audit(Report(tell=lambda line: None), ledger_only=True)

    assert [(one.kind, one.sentence) for one in report.faults] == [
        ("checkpoint", "It is signed with a key that is none of the house's.")
    ]


def test_the_ledger_that_grows_during_an_audit_is_read_at_one_moment(house, monkeypatch):
    from longstone.kernel.ledger.audit import whole

    real = whole.trees.beyond

    def grow(report, size):
        with psycopg.connect(house, autocommit=True) as other:
            other.execute("SELECT 1")
            columns = "event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt"
            other.execute(
                f"INSERT INTO ledger_entry (uuid, {columns}) SELECT gen_random_uuid(), {columns} FROM ledger_entry LIMIT 1"
            )
            other.execute("INSERT INTO ledger_leaf SELECT 12, max(id), sha256('x') FROM ledger_entry")
        real(report, size)

    monkeypatch.setattr(whole.trees, "beyond", grow)
    assert audit(Report(tell=lambda line: None), ledger_only=True).code == 0
    monkeypatch.setattr(whole.trees, "beyond", real)
    assert audit(Report(tell=lambda line: None), ledger_only=True).code == 1


def test_whatever_connection_it_reads_by_an_audit_sees_one_moment(house, monkeypatch):
    from longstone.kernel.ledger.audit import blocks

    real, changed = blocks.connections, []

    @contextmanager
    def change():
        with psycopg.connect(house.replace("longstone_worker", "app"), autocommit=True) as superuser:
            superuser.execute("UPDATE ledger_entry SET by_name = 'PC 8 Example'")
        with real() as ours:
            changed.append(len(ours))
            yield ours[1:]

    monkeypatch.setattr(blocks, "connections", change)
    assert audit(Report(tell=lambda line: None), ledger_only=True).code == 0
    monkeypatch.setattr(blocks, "connections", real)
    assert audit(Report(tell=lambda line: None), ledger_only=True).sound["entries"] == 0
    assert changed == [2]


def test_many_blocks_of_entries_are_as_sound_as_one(fresh_house):
    rows = """INSERT INTO ledger_entry (uuid, event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt)
    SELECT gen_random_uuid(), 'x', '1', CASE WHEN n %% 50 = 0 THEN 'a "quoted" name' ELSE 'x' END, '', '', '', now(), false,
    '{"n":' || n || '}', sha256(n::text::bytea) FROM generate_series(1, 33000) AS n"""
    with psycopg.connect(fresh_house, autocommit=True) as worker:
        worker.execute(rows.replace("%%", "%"))
    sequencer.catch_up()

    report = audit(Report(tell=lambda line: None), ledger_only=True)

    assert (report.code, report.faults) == (0, [])
    assert (report.sound["entries"], report.sound["checkpoints"]) == (33000, 4)
    with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as superuser:
        superuser.execute('UPDATE ledger_node SET hash = sha256(hash) WHERE level = 15 AND "index" = 0')
        superuser.execute(
            "UPDATE ledger_entry SET facts = '{}' WHERE id = (SELECT entry_id FROM ledger_leaf WHERE index = 16383)"
        )
    report = audit(Report(tell=lambda line: None), ledger_only=True)
    named = [(one.kind, one.item.partition("(")[2] or one.item) for one in report.faults]
    assert named == [("entry", "index 16383)"), ("node", "level 15, index 0")]
