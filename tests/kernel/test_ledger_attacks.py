"""Attacks: whatever a dishonest administrator or a dying disk changes in the ledger is found, and the exact item is named."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import proofs, sequencer, stamping
from longstone.kernel.ledger import writing as pen
from longstone.kernel.ledger.audit import Report, audit
from longstone.kernel.models import Checkpoint, Controller, Entry, Node, Token
from longstone.kernel.promises import writing
from tests.faults import noted
from tests.kernel import authority

BY = Actor(id=7, name="PC 7 Example", controller=1)
TIMES = 100  # a thousand changed bits in all
TABLES = {
    "entry": ("ledger_entry", "id", TIMES * 6),
    "leaf": ("ledger_leaf", "ctid", TIMES),
    "node": ("ledger_node", "ctid", TIMES * 3 // 2),
    "checkpoint": ("ledger_checkpoint", "ctid", TIMES),
    "token": ("ledger_token", "id", TIMES // 2),
}
TYPES = (
    """SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"""
)
NOT_OF_THE_RECORD = {
    "id",
    "made_at",
    "checkpoint_id",
}  # the table's own numbers: nobody is told them and nothing rests on them
UNUSED = {("ledger_entry", "leaf_index"), ("ledger_entry", "commitment")}  # the version before had its numbers there
BITS = {"bigint": 62, "smallint": 14, "boolean": 1, "uuid": 128, "timestamp with time zone": 50}
INDEX = "(SELECT index FROM ledger_leaf WHERE entry_id = id)"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def house(fresh_house, settings, tmp_path):
    """Give a ledger of a few checkpoints and two time stamps, and a superuser who is bound by nothing."""
    root = authority.make(tmp_path / "tsa")
    settings.LONGSTONE_TSA_MINUTES = 0
    with writing("test"):
        on = Controller.objects.create(slug="northshire", name="Northshire Police")
    with authority.serving(root.parent) as url:
        settings.LONGSTONE_TSA = f"{url} {root}"
        for count in (90, 1, 30, 8):
            for number in range(count):
                ledger.read("cases", by=BY, number=number, name="Ærøskøbing")
            ledger.record("exhibit.offered", on=on, by=BY, at=datetime.now(UTC), to=count)
            sequencer.catch_up()
            stamping.stamp(at=datetime.now(UTC))
        ledger.read("cases", by=BY)
        sequencer.catch_up()
        with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as superuser:
            free(superuser)
            yield superuser


def free(superuser):
    """Take away what the database itself would refuse."""
    superuser.execute("SET session_replication_role = replica")
    asked = """SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('u', 'p', 'f', 'c')
      AND conrelid::regclass::text LIKE 'ledger\\_%' ORDER BY contype"""
    for table, name in superuser.execute(asked).fetchall():
        superuser.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')


def audited(**asked):
    return audit(Report(tell=lambda line: None), ledger_only=True, **asked)


def items(report):
    return [(one.kind, one.item) for one in report.faults]


def test_a_sound_ledger_is_sound(house):
    report = audited()

    assert (report.code, report.faults, report.gaps) == (0, [], [])
    assert report.sound["entries"] == Entry.objects.count() == report.size
    assert report.sound["nodes"] == Node.objects.count()
    assert report.sound["checkpoints"] == Checkpoint.objects.count()
    assert report.sound["time stamps"] == Token.objects.count() == 4


def flipped(value, kind, dice):
    """Flip one bit of a value, where the database can hold what comes of it."""
    if kind in BITS:
        return _number(value, kind, dice.randrange(BITS[kind]))
    raw = bytearray(value.encode() if isinstance(value, str) else bytes(value))
    if not raw:
        return None
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    try:
        return bytes(raw) if not isinstance(value, str) else raw.decode() if 0 not in raw else None
    except UnicodeDecodeError:
        return None


def _number(value, kind, bit):
    if kind == "boolean":
        return not value
    if kind == "uuid":
        return type(value)(int=value.int ^ 1 << bit)
    if kind.startswith("timestamp"):
        told = (value - EPOCH) // timedelta(microseconds=1) ^ 1 << bit
        return EPOCH + timedelta(microseconds=told)
    return value ^ 1 << bit


def cells(superuser, table):
    """Give every column of a table that is part of the record, with its type."""
    told = superuser.execute(TYPES, [table]).fetchall()
    return [(name, kind) for name, kind in told if name not in NOT_OF_THE_RECORD and (table, name) not in UNUSED]


def sampled(superuser, what, dice):
    """Give as many single-bit changes of a table's cells as are asked for, spread over all its columns."""
    table, key, times = TABLES[what]
    columns = cells(superuser, table)
    given = 0
    while given < times:
        name, kind = columns[given % len(columns)]
        rows = superuser.execute(
            f"""SELECT {key}::text, "{name}" FROM {table} WHERE "{name}"::text <> '' """
        ).fetchall()
        told, value = dice.choice(rows)  # every column has a row with something in it, or this fails
        changed = flipped(value, kind, dice)
        if changed is not None and changed != value:
            given += 1
            yield name, told, value, changed


@pytest.mark.slow
@pytest.mark.parametrize("what", ["entry", "leaf", "node", "checkpoint", "token"])
def test_every_single_changed_bit_is_found_and_named(house, what):
    table, key, _ = TABLES[what]
    for name, told, value, changed in sampled(house, what, random.Random(2026)):
        before, also = identity(house, what, told), vouched_for(house, what, told)
        moved = house.execute(
            f'UPDATE {table} SET "{name}" = %s WHERE {key}::text = %s RETURNING {key}::text', [changed, told]
        ).fetchone()[0]

        report = audited()

        after = identity(house, what, moved)
        of_it = "entry" if what == "leaf" else what
        hit = [
            (kind, item)
            for kind, item in items(report)
            if kind == of_it and any(word in item for word in before | after)
        ]
        noted(what, told, f"one bit of `{name}`", report.code == 1 and bool(hit))
        others = {item for kind, item in items(report) if not any(word in item for word in before | after | also)}
        assert not others, f"{name} of {told}: {others} were blamed too"
        house.execute(f'UPDATE {table} SET "{name}" = %s WHERE {key}::text = %s', [value, moved])
    assert audited().code == 0


def identity(superuser, what, told):
    """Give the words by which a row may be named."""
    table, key, _ = TABLES[what]
    columns = {
        "entry": f"uuid, {INDEX}",
        "leaf": 'entry_id, "index"',
        "node": 'level, "index"',
        "checkpoint": "size, size",
        "token": "sha256, encode(sha256(raw), 'hex')",
    }
    first, second = superuser.execute(f"SELECT {columns[what]} FROM {table} WHERE {key}::text = %s", [told]).fetchone()
    if what == "entry":
        return {str(first), f"index {second}"}
    if what == "leaf":
        of_it = superuser.execute("SELECT uuid FROM ledger_entry WHERE id = %s", [first]).fetchone()
        return {f"index {second})", f"index {second}", *(str(one) for one in of_it or ())}
    if what == "token":
        return {first, second}
    return {f"level {first}, index {second}"} if what == "node" else {f"size {first}"}


def vouched_for(superuser, what, told):
    """Give the digests of the tokens for which an entry vouches: without its word these are named, too."""
    if what not in {"entry", "leaf"}:
        return set()
    one = "id::text = %s" if what == "entry" else "id = (SELECT entry_id FROM ledger_leaf WHERE ctid::text = %s)"
    asked = f"SELECT facts FROM ledger_entry WHERE {one} AND event = 'checkpoint.stamped'"
    return {json.loads(facts)["sha256"] for (facts,) in superuser.execute(asked, [told]).fetchall()}


def attack(superuser, *sql):
    for one in sql:
        superuser.execute(one)
    return audited()


def uuid_of(index):
    return str(Entry.objects.get(leaf__index=index).uuid)


def numbered(index):
    """Say in SQL which entry has a number."""
    return f"id = (SELECT entry_id FROM ledger_leaf WHERE index = {index})"


def test_a_removed_entry_is_named(house):
    report = attack(house, f"DELETE FROM ledger_entry WHERE {numbered(17)}")

    noted("entry", "index 17", "an entry removed", items(report) == [("entry", "index 17")])


def test_a_number_taken_from_its_entry_is_named(house):
    told = uuid_of(17)
    report = attack(house, "DELETE FROM ledger_leaf WHERE index = 17")

    expected = [("entry", "index 17"), ("entry", f"{told} (no index)")]
    noted("entry", "index 17", "an entry's number removed", items(report) == expected)


def test_an_entry_taken_out_of_the_queue_is_named(house):
    entry = ledger.read("cases", by=BY)
    report = attack(house, "TRUNCATE ledger_waiting")

    noted(
        "entry", str(entry.uuid), "kept from being numbered", items(report) == [("entry", f"{entry.uuid} (no index)")]
    )


def test_an_entry_taken_out_of_the_queue_is_named_though_the_queue_is_as_long_as_before(house):
    entry = ledger.read("cases", by=BY)
    for other in (10**9, "(SELECT entry_id FROM ledger_leaf WHERE index = 5)"):
        house.execute(f"UPDATE ledger_waiting SET entry_id = {other}")

        assert items(audited()) == [("entry", f"{entry.uuid} (no index)")], other


def test_a_digest_cut_between_two_places_is_found_though_the_bytes_are_the_same(house):
    for table, column, where in (
        ("ledger_leaf", "commitment", "index"),
        ("ledger_node", "hash", "level = 0 AND index"),
    ):
        kept = [house.execute(f"SELECT {column} FROM {table} WHERE {where} = {n}").fetchone()[0] for n in (30, 31)]
        whole = b"".join(bytes(one) for one in kept)
        for n, told in ((30, whole[:31]), (31, whole[31:])):
            house.execute(f"UPDATE {table} SET {column} = %s WHERE {where} = {n}", [told])

        assert len(audited().faults) == 2, table
        for n, told in zip((30, 31), kept, strict=True):
            house.execute(f"UPDATE {table} SET {column} = %s WHERE {where} = {n}", [told])
    assert audited().code == 0


def test_the_last_entry_removed_is_named(house):
    last = Entry.objects.count() - 1
    report = attack(house, f"DELETE FROM ledger_entry WHERE {numbered(last)}")

    noted("entry", f"index {last}", "the last entry removed", items(report) == [("entry", f"index {last}")])


def test_an_added_entry_is_named(house):
    columns = "event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt, recorded_at"
    size = Entry.objects.count()
    report = attack(
        house,
        f"""INSERT INTO ledger_entry (uuid, {columns})
        SELECT '00000000-0000-4000-8000-000000000001', {columns} FROM ledger_entry WHERE {numbered(3)}""",
        f"""INSERT INTO ledger_leaf (index, entry_id, commitment)
        SELECT {size}, (SELECT max(id) FROM ledger_entry), commitment FROM ledger_leaf WHERE index = 3""",
    )

    expected = [("entry", f"00000000-0000-4000-8000-000000000001 (index {size})")]
    noted("entry", "a new one", "an entry added at the end", items(report) == expected)


def test_an_entry_put_into_the_place_of_another_in_the_table_is_named(house):
    columns = "event, controller, by_id, on_kind, on_id, on_label, at, past, facts, salt, recorded_at"
    told = "00000000-0000-4000-8000-000000000001"
    report = attack(
        house,
        f"""INSERT INTO ledger_entry (id, uuid, by_name, {columns})
        SELECT id, '{told}', 'PC 8 Example', {columns} FROM ledger_entry WHERE {numbered(3)}""",
    )

    noted(
        "entry", "index 3", "an entry added in the place of another", items(report) == [("entry", f"{told} (index 3)")]
    )


def test_an_entry_put_over_another_is_named(house):
    columns = "event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt, recorded_at"
    report = attack(
        house,
        f"""INSERT INTO ledger_entry (uuid, {columns})
        SELECT '00000000-0000-4000-8000-000000000001', {columns} FROM ledger_entry WHERE {numbered(3)}""",
        "INSERT INTO ledger_leaf SELECT 3, max(id), '\\x00' FROM ledger_entry",
    )

    told = [item for kind, item in items(report)]
    noted("entry", "a second one", "an entry added under a number in use", any("000000000001" in one for one in told))


def test_two_entries_that_changed_places_are_both_named(house):
    first, second = uuid_of(20), uuid_of(75)
    report = attack(
        house,
        "UPDATE ledger_leaf SET index = CASE index WHEN 20 THEN 75 ELSE 20 END WHERE index IN (20, 75)",
    )

    expected = {("entry", f"{first} (index 75)"), ("entry", f"{second} (index 20)")}
    noted("entry", "20 and 75", "two entries reordered", set(items(report)) == expected)


def test_neighbours_that_changed_places_are_both_named(house):
    first, second = uuid_of(20), uuid_of(21)
    report = attack(
        house,
        "UPDATE ledger_leaf SET index = CASE index WHEN 20 THEN 21 ELSE 20 END WHERE index IN (20, 21)",
    )

    expected = {("entry", f"{first} (index 21)"), ("entry", f"{second} (index 20)")}
    noted("entry", "20 and 21", "two neighbours reordered", set(items(report)) == expected)


def test_an_entry_rewritten_with_its_commitment_is_named(house):
    told = uuid_of(42)
    report = attack(
        house,
        f"""UPDATE ledger_entry SET facts = '{{"number":1}}' WHERE {numbered(42)}""",
        "UPDATE ledger_leaf SET commitment = sha256('x') WHERE index = 42",
    )

    noted(
        "entry", "index 42", "an entry and its commitment rewritten", items(report) == [("entry", f"{told} (index 42)")]
    )


def test_an_entry_blanked_without_an_erasure_is_not_called_erased(house):
    told = uuid_of(42)
    report = attack(house, f"UPDATE ledger_entry SET facts = '', salt = '', on_label = '' WHERE {numbered(42)}")

    assert "no entry says that it was erased" in report.faults[0].sentence
    noted("entry", "index 42", "an entry blanked", items(report) == [("entry", f"{told} (index 42)")])


def test_a_removed_checkpoint_token_and_node_are_found(house):
    sha256 = Token.objects.first().sha256
    report = attack(
        house,
        f"DELETE FROM ledger_token WHERE sha256 = '{sha256}'",
        "DELETE FROM ledger_node WHERE level = 3 AND index = 4",
    )

    told = items(report)
    noted("token", sha256, "a token removed", any(kind == "token" and sha256 in item for kind, item in told))
    noted("node", "(3, 4)", "a node removed", ("node", "level 3, index 4") in told)


def cut(house, size):
    """Cut the ledger short at a size that was once signed, as a restored backup would."""
    house.execute(f"DELETE FROM ledger_entry WHERE id IN (SELECT entry_id FROM ledger_leaf WHERE index >= {size})")
    for table, column in (
        ("ledger_leaf", "index"),
        ("ledger_checkpoint", "size - 1"),
        ("ledger_token", "checkpoint_id - 1"),
    ):
        house.execute(f"DELETE FROM {table} WHERE {column} >= {size}")
    house.execute(f'DELETE FROM ledger_node WHERE "index" >= ({size}::bigint >> level)')


def test_a_ledger_cut_short_is_found(house):
    size, last = Checkpoint.objects.order_by("size")[1].size, proofs.latest_checkpoint()
    cut(house, size)

    report = audited()
    assert ("ledger", f"size {size}") in items(report)
    assert any(f"A ledger of {last.size} entries" in one.sentence for one in report.faults)

    again = audited(since=last.note)
    noted("ledger", f"size {size}", "a ledger cut short", ("ledger", f"since size {last.size}") in items(again))


def test_a_ledger_rewritten_and_signed_with_the_true_key_is_shown_by_an_old_checkpoint(house, settings):
    kept = proofs.latest_checkpoint().note
    house.execute("TRUNCATE ledger_checkpoint, ledger_node, ledger_token")
    house.execute(f"DELETE FROM ledger_entry WHERE {numbered(5)} OR event = 'checkpoint.stamped'")
    house.execute("TRUNCATE ledger_leaf, ledger_waiting")
    house.execute("INSERT INTO ledger_waiting SELECT id FROM ledger_entry")
    (settings.LONGSTONE_HOME / "ledger-signed.json").unlink()
    sequencer.catch_up()
    for number in range(9):
        ledger.read("cases", by=BY, number=number)
    sequencer.catch_up()

    alone, kept_one = audited(), audited(since=kept)

    assert alone.code == 0, "by itself it is sound: that is why a checkpoint is kept, and a witness asked"
    noted(
        "ledger",
        "all of it",
        "rewritten and signed with the true key",
        [one.kind for one in kept_one.faults] == ["ledger"],
    )


def test_several_faults_are_all_named(house):
    told = uuid_of(9)
    report = attack(
        house,
        f"UPDATE ledger_entry SET facts = '{{}}' WHERE {numbered(9)}",
        f"DELETE FROM ledger_entry WHERE {numbered(60)}",
        "UPDATE ledger_node SET hash = sha256('x') WHERE level = 1 AND index = 20",
    )

    expected = {("entry", f"{told} (index 9)"), ("entry", "index 60"), ("node", "level 1, index 20")}
    assert set(items(report)) == expected


def test_what_an_entry_says_of_a_token_or_an_erasure_is_not_taken_from_one_that_was_changed(house):
    told = str(Entry.objects.filter(event="checkpoint.stamped").first().uuid)
    for facts in ("{", "[]", "7", '{"sha256":1}', '{"size":{}}'):
        report = attack(house, f"UPDATE ledger_entry SET facts = '{facts}' WHERE uuid = '{told}'")

        assert next(item for kind, item in items(report) if kind == "entry").startswith(told)
        assert [kind for kind, _ in items(report)] == ["entry", "token"]
    for event in ("entry.erased", "checkpoint.stamped"):
        assert attack(house, f"UPDATE ledger_entry SET event = '{event}', facts = '{{' WHERE uuid = '{told}'").code == 1


def test_words_moved_from_one_column_into_another_are_found_though_the_text_is_the_same(house):
    told = {"a": {"q": "r"}, "controller": "1", "event": "e2", "facts": {"z": 1}}
    entry = pen._write("cases.moved", on=None, by=BY, at=datetime.now(UTC), facts=told)
    sequencer.catch_up()
    assert audited().code == 0

    house.execute(
        """UPDATE ledger_entry SET by_name = by_name || '"},"controller":"1","event":"cases.moved","facts":{"a":{"q":"r',
        controller = '1', event = 'e2', facts = '{"z":1}}' WHERE id = %s""",
        [entry.pk],
    )

    report = audited()
    noted(
        "entry", str(entry.uuid), "words moved from column to column", [kind for kind, _ in items(report)] == ["entry"]
    )
