"""The sequencer: nothing committed is lost, and there is one history."""

import threading

import psycopg
import pytest
from django.db import connection
from django.db.models import F

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import canonical, leaves, proofs, sequencer
from longstone.kernel.models import Checkpoint, Entry, Leaf, Node, Waiting
from longstone.kernel.promises import writing
from verifier import note
from verifier.tree import leaf_hash, verify_consistency, verify_inclusion

BY = Actor(id=7, name="PC 7 Example", controller=1)
SQL = (
    "INSERT INTO ledger_entry (uuid, event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt) "
    "VALUES (gen_random_uuid(), 'late', '', 'x', '', '', '', now(), false, '{}', '\\x00')"
)


def write(count):
    return [ledger.read("cases", by=BY, number=n) for n in range(count)]


def test_every_entry_is_proved_under_the_signed_checkpoint(fresh_house):
    write(25)
    sequencer.catch_up()
    write(8)
    sequencer.catch_up()

    last = proofs.latest_checkpoint()
    said = note.parse_checkpoint(note.parse_note(last.note.encode()).text)
    for entry in Entry.objects.all():
        leaf = leaf_hash(canonical.commitment(entry))
        verify_inclusion(leaf, entry.leaf_index, said.size, proofs.inclusion(entry.leaf_index, said.size), said.root)
    first = Checkpoint.objects.order_by("size").first()
    verify_consistency(first.size, said.size, proofs.consistency(first.size, said.size), bytes(first.root), said.root)


def test_a_transaction_held_open_across_a_batch_loses_nothing(fresh_house):
    with psycopg.connect(fresh_house) as slow:
        slow.execute(SQL)
        write(3)
        sequencer.catch_up()
        assert proofs.latest_checkpoint().size == 3
        slow.commit()

    sequencer.catch_up()

    assert proofs.latest_checkpoint().size == 4
    assert not Entry.objects.filter(leaf=None).exists()


def test_two_sequencers_at_once_sign_one_history(fresh_house):
    write(60)

    def run():
        for _ in range(20):
            sequencer.sequence()
        connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for number in range(40):
        ledger.read("cases", by=BY, number=number)
    for one in both:
        one.join()
    sequencer.catch_up()

    assert sorted(Entry.objects.values_list("leaf__index", flat=True)) == list(range(100))
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert sizes[-1] == 100
    assert len(sizes) == len(set(sizes))


def test_an_entry_changed_after_it_was_signed_is_no_longer_proved(fresh_house):
    write(3)
    sequencer.catch_up()
    entry = Entry.objects.get(leaf__index=1)
    entry.facts = '{"number":99}'

    said = note.parse_checkpoint(note.parse_note(proofs.latest_checkpoint().note.encode()).text)

    with pytest.raises(ValueError, match="does not lead"):
        verify_inclusion(
            leaf_hash(canonical.commitment(entry)), 1, said.size, proofs.inclusion(1, said.size), said.root
        )


def test_nothing_is_signed_over_a_tree_that_was_changed(fresh_house):
    write(4)
    sequencer.catch_up()
    with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as admin:
        admin.execute("UPDATE ledger_node SET hash = '\\x00' || substr(hash, 2) WHERE level = 2")
    write(1)

    with pytest.raises(sequencer.NotSigned, match="no longer has the root"):
        sequencer.sequence()
    assert Checkpoint.objects.count() == 1


def test_the_worker_cannot_rewrite_what_it_signed(fresh_house):
    from django.db.utils import ProgrammingError

    write(1)
    sequencer.catch_up()

    for attack in (
        lambda: Entry.objects.update(facts="{}"),
        lambda: Entry.objects.all()._raw_delete("default"),
        lambda: Leaf.objects.update(index=F("index") + 1),
        lambda: Leaf.objects.all().delete(),
        lambda: Node.objects.update(hash=b"x"),
        lambda: Checkpoint.objects.update(note="x"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), writing("an attack"):
            attack()


def test_the_database_numbers_an_entry_once_and_uses_a_number_once(fresh_house):
    from django.db.utils import IntegrityError

    write(2)
    sequencer.catch_up()
    first, second = Leaf.objects.order_by("index").values_list("entry_id", flat=True)
    write(1)

    for index, entry, says in (
        (1, Waiting.objects.get().pk, "ledger_leaf_pkey"),
        (2, first, "entry_id"),
        (2, 10**9, "that is there"),
    ):
        with pytest.raises(IntegrityError, match=says), writing("an attack"):
            leaves.add(index, [entry], [bytes(32)])
    with pytest.raises(IntegrityError, match="a_commitment_is_a_digest"), writing("an attack"):
        Leaf.objects.create(index=2, entry_id=Waiting.objects.get().pk, commitment=b"x")
    assert Leaf.objects.filter(entry_id__in=[first, second]).count() == Leaf.objects.count() == 2


def test_an_entry_that_changes_while_it_is_numbered_is_not_signed(fresh_house, monkeypatch):
    write(3)
    number = sequencer.leaves.add

    def change(*told):
        with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as admin:
            admin.execute("UPDATE ledger_entry SET facts = '{}' WHERE id = (SELECT max(id) FROM ledger_entry)")
        return number(*told)

    monkeypatch.setattr(sequencer.leaves, "add", change)
    with pytest.raises(sequencer.NotSigned, match="changed while it was being numbered"):
        sequencer.sequence()
    assert not Leaf.objects.exists()
    assert not Checkpoint.objects.exists()
    assert Waiting.objects.count() == 3


def test_an_entry_that_was_removed_stops_the_sequencer(fresh_house):
    write(4)
    sequencer.catch_up()
    with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as admin:
        admin.execute("DELETE FROM ledger_entry WHERE id = (SELECT entry_id FROM ledger_leaf WHERE index = 2)")
    write(1)

    with pytest.raises(sequencer.NotSigned, match="holds another number"):
        sequencer.sequence()


def test_a_quoted_name_is_numbered_and_proved_like_any_other(fresh_house):
    by = Actor(id=7, name='PC 7 "Example" \\ of\tNorthshire', controller=1)
    for number in range(3):
        ledger.read("cases", by=by if number == 1 else BY, number=number)
    sequencer.catch_up()

    last = proofs.latest_checkpoint()
    for entry in Entry.objects.all():
        leaf = leaf_hash(canonical.commitment(entry))
        verify_inclusion(leaf, entry.leaf_index, 3, proofs.inclusion(entry.leaf_index, 3), bytes(last.root))
