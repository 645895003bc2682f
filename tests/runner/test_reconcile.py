"""After a restore nothing is signed until it is known what was lost; then every checkpoint that anybody kept still fits."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connections

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, Grant
from longstone.kernel.ledger import outside, proofs, reconciling, restorations, sequencer
from longstone.kernel.ledger.audit import Report, audit
from longstone.kernel.models import Checkpoint, Entry, Restoration
from longstone.kernel.refusals import NotPermitted, Refusal
from longstone.runner import restore
from tests.conftest import WORKER
from tests.server import SERVER
from verifier import note, tree

BY = Actor(id=7, name="PC 7 Example", controller=1)
ADA = Actor(id=8, name="Ada Specimen", controller=1, grants=frozenset({Grant("run the house", frozenset({1}))}))
EARLY = f"early_{WORKER}"


def act(count):
    for number in range(count):
        ledger.read("cases", by=BY, number=number)


def sign():
    sequencer.catch_up()
    restorations.keep_outside()
    return proofs.latest_checkpoint()


def now():
    return datetime.now(UTC)


def admin(told):
    with psycopg.connect(SERVER.url("app", "postgres"), autocommit=True) as connection:
        connection.execute(told)


@pytest.fixture
def house(fresh_house, settings, tmp_path):
    """Give a house with a folder outside, and a way back to how it was when it was last kept."""
    settings.LONGSTONE_OUTSIDE = str(tmp_path / "outside")
    (tmp_path / "outside").mkdir()
    name = fresh_house.partition("/fresh")[2].partition("?")[0]

    class House:
        outside = tmp_path / "outside"

        def keep(self):
            connections["default"].close()
            admin(f'CREATE DATABASE "{EARLY}" TEMPLATE "fresh{name}" OWNER longstone_owner')

        def go_back(self, *, told=True):
            connections["default"].close()
            connections["default"].settings_dict["NAME"] = EARLY
            if told:
                last = Checkpoint.objects.order_by("-size").first()
                with psycopg.connect(SERVER.url("owner", EARLY), autocommit=True) as owner:
                    owner.execute(
                        "INSERT INTO ledger_restoration (backup, backup_of, kept_size, kept_root, by_name, note) "
                        "VALUES ('', now(), %s, %s, '', '')",
                        [last.size, bytes(last.root)],
                    )

    yield House()
    connections["default"].close()
    admin(f'DROP DATABASE IF EXISTS "{EARLY}" WITH (FORCE)')


def fits(old, new):
    """Say that an old checkpoint begins the new tree, as an outsider checks it."""
    tree.verify_consistency(
        old.size, new.size, proofs.consistency(old.size, new.size), bytes(old.root), bytes(new.root)
    )


@pytest.fixture
def yesterday(house):
    """Give a house restored to before its last nine entries, three of which the backup still held unnumbered."""
    act(5)
    kept = sign()
    act(3)
    house.keep()
    middle = sign()
    act(6)
    last = sign()
    house.go_back()
    return house, kept, middle, last


def test_a_restored_house_signs_nothing_until_it_is_reconciled(yesterday):
    act(2)

    with pytest.raises(
        restorations.Pending, match=r"was restored .* nothing is signed\. Run `python -m longstone reconcile`"
    ):
        sequencer.catch_up()

    assert Entry.objects.filter(leaf=None).count() == 5


def test_a_house_that_somebody_restored_by_hand_signs_nothing_either(house):
    act(5)
    sign()
    house.keep()
    act(1)
    sign()
    house.go_back(told=False)
    act(1)

    with pytest.raises(restorations.Pending, match="has signed 5 entries; outside the house lies its checkpoint of 6"):
        sequencer.catch_up()


def test_every_checkpoint_that_was_ever_kept_fits_after_the_restore(yesterday):
    _, kept, middle, last = yesterday
    act(2)

    settled = reconciling.reconcile(by=ADA, at=now(), checkpoints=[])
    newest = sign()

    assert (settled.kept_size, settled.known_size, settled.lost, settled.bridged) == (5, 14, 6, True)
    assert newest.size == 14 + 1 + 2
    for old in (kept, middle, last):
        fits(old, newest)


def test_what_the_backup_still_held_unnumbered_is_not_lost(yesterday):
    reconciling.reconcile(by=ADA, at=now(), checkpoints=[])

    told = list(Entry.objects.filter(leaf__isnull=False).order_by("leaf__index").values_list("event", flat=True))
    assert told == ["cases.read"] * 8 + ["entry.lost"] * 6 + ["ledger.restored"]
    lost = Entry.objects.get(leaf__index=9)
    assert restorations.was_lost(lost)
    assert not restorations.was_lost(Entry.objects.get(leaf__index=7))


def test_the_note_of_a_restore_is_signed_and_reads_like_no_checkpoint(yesterday):
    reconciling.reconcile(by=ADA, at=now(), checkpoints=[])

    told = note.parse_note(restorations.notes()[0].encode())

    assert note.verify(told, outside._keys()[0])
    assert "\nlost 8-13\n" in told.text
    assert "\ntree grown\n" in told.text
    with pytest.raises(note.BadNote):
        note.parse_checkpoint(told.text)


def test_the_ledger_says_that_it_was_restored_and_by_whom(yesterday):
    reconciling.reconcile(by=ADA, at=now(), checkpoints=[])

    entry = Entry.objects.get(event="ledger.restored")
    assert entry.by_name == "Ada Specimen"
    assert '"lost":[[8,13]]' in entry.facts


def test_only_those_who_run_the_house_settle_a_restore(yesterday):
    with pytest.raises(NotPermitted, match="Only those who run the house"):
        reconciling.reconcile(by=BY, at=now(), checkpoints=[])


def test_a_restore_is_settled_once(yesterday):
    reconciling.reconcile(by=ADA, at=now(), checkpoints=[])

    with pytest.raises(Refusal, match="Nothing waits to be reconciled"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[])


def test_without_the_lost_leaves_it_forks_only_if_told_and_no_size_is_signed_twice(yesterday):
    house, kept, _, last = yesterday
    (house.outside / "leaves").unlink()

    with pytest.raises(Refusal, match="9 entries were lost, and their commitments do not lie outside"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[])
    settled = reconciling.reconcile(by=ADA, at=now(), checkpoints=[], fork=True)
    restorations.keep_outside()
    act(1)
    newest = sign()

    assert not settled.bridged
    assert not Checkpoint.objects.filter(size__gt=kept.size, size__lte=last.size).exists()
    fits(kept, newest)
    with pytest.raises(tree.BadProof):
        fits(last, newest)
    assert "\ntree forked\n" in settled.note


def test_leaves_that_were_changed_outside_are_not_believed(yesterday):
    house, *_ = yesterday
    raw = bytearray((house.outside / "leaves").read_bytes())
    raw[32 * 9] ^= 1
    (house.outside / "leaves").write_bytes(raw)

    with pytest.raises(Refusal, match="their commitments do not lie outside"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[])


def test_the_newest_checkpoint_counts_whoever_kept_it(yesterday):
    house, _, middle, last = yesterday
    (house.outside / "checkpoint").write_text(middle.note)

    settled = reconciling.reconcile(by=ADA, at=now(), checkpoints=[last.note.encode()])

    assert settled.known_size == last.size


def test_a_checkpoint_of_another_key_is_not_believed(yesterday):
    forged = yesterday[3].note[:-8] + "AAAAAA=\n"

    with pytest.raises(outside.OutsideFault, match="is not a checkpoint of this ledger"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[forged.encode()])


def test_a_ledger_that_is_not_what_was_signed_is_not_reconciled(yesterday, settings):
    _, kept, *_ = yesterday
    from longstone.kernel import keys
    from longstone.kernel.ledger import notes

    other = notes.sign_checkpoint(
        origin=settings.LONGSTONE_ORIGIN, size=kept.size, root=b"x" * 32, key=keys.signing("checkpoint")[1]
    )

    with pytest.raises(Refusal, match="not the one that signed 5 entries"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[other.encode()])


def test_nobody_is_taken_at_silence(house):
    act(5)
    sign()
    house.keep()
    house.go_back()
    (house.outside / "checkpoint").unlink()

    with pytest.raises(Refusal, match="Nobody has said what was last signed"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[])
    assert reconciling.reconcile(by=ADA, at=now(), checkpoints=[], unknown=True).lost == 0


def test_a_ledger_rewritten_behind_the_outside_is_not_signed(house):
    act(3)
    sign()
    (house.outside / "checkpoint").write_text(_signed(3, b"y" * 32))
    act(1)

    with pytest.raises(restorations.Pending, match="somebody changed it"):
        sequencer.catch_up()


def _signed(size, root):
    from django.conf import settings

    from longstone.kernel import keys
    from longstone.kernel.ledger import notes

    return notes.sign_checkpoint(
        origin=settings.LONGSTONE_ORIGIN, size=size, root=root, key=keys.signing("checkpoint")[1]
    )


def test_a_folder_outside_that_is_gone_stops_the_signing(house, settings):
    settings.LONGSTONE_OUTSIDE = str(house.outside / "not mounted")
    act(1)

    with pytest.raises(outside.OutsideFault, match="Is its disk connected"):
        sequencer.catch_up()


def test_what_was_erased_since_the_backup_is_erased_again_before_anything_is_signed(house):
    act(2)
    sign()
    house.keep()
    erased = str(Entry.objects.get(leaf__index=1).uuid)
    ledger.read("x", by=BY)
    with psycopg.connect(SERVER.url("owner", connections["default"].settings_dict["NAME"])) as owner:
        told = f'{{"entry":"{erased}"}}'
        owner.execute(
            "UPDATE ledger_entry SET event = 'entry.erased', facts = %s WHERE id IN (SELECT entry_id FROM ledger_waiting)",
            [told],
        )
    sign()
    house.go_back()

    with pytest.raises(NotPermitted, match=f"1 entries that were erased .* {erased}"):
        reconciling.reconcile(by=ADA, at=now(), checkpoints=[])
    assert restore.erase_again(SERVER.url("owner", EARLY), house.outside) == 1
    reconciling.reconcile(by=ADA, at=now(), checkpoints=[])

    assert Entry.objects.get(uuid=erased).facts == ""
    assert json.loads(Entry.objects.get(event="ledger.restored").facts)["erased"] == [
        {"entry": erased, "leaf_index": 1, "commitment": bytes(Entry.objects.get(uuid=erased).commitment).hex()}
    ]
    report = audit(Report(), ledger_only=True)
    assert report.code == 0, report.verdict()
    assert report.sound["erased entries"] == 1


def test_what_was_disposed_of_is_listed_outside_and_not_laid_down_again(house, tmp_path):
    for told in ({"sha256": "a" * 64, "kept": False}, {"sha256": "b" * 64, "kept": True}):
        ledger.read("x", by=BY)
        with psycopg.connect(SERVER.url("owner", connections["default"].settings_dict["NAME"])) as owner:
            changed = "UPDATE ledger_entry SET event = 'bytes.removed', facts = %s WHERE id IN (SELECT entry_id FROM ledger_waiting) AND event = 'x.read'"
            owner.execute(changed, [json.dumps(told)])

    sign()

    assert restore.removed_since(house.outside) == {"a" * 64}


def test_two_restores_wait_for_nobody_twice(house):
    act(1)
    sign()
    house.keep()
    house.go_back()

    with pytest.raises(psycopg.errors.UniqueViolation):
        house.go_back()
    assert Restoration.objects.count() == 1


@pytest.mark.parametrize("leaves_too", [False, True], ids=["grown", "forked"])
def test_the_audit_of_a_restored_ledger_is_sound_and_counts_what_was_lost(yesterday, leaves_too):
    house, *_ = yesterday
    if leaves_too:
        (house.outside / "leaves").unlink()
    settled = reconciling.reconcile(by=ADA, at=now(), checkpoints=[], fork=leaves_too)
    restorations.keep_outside()
    sign()

    report = audit(Report(), ledger_only=True)

    assert report.code == 0, report.verdict()
    assert report.sound["entries that a restore lost"] == settled.lost > 0


def test_an_entry_that_somebody_blanks_and_calls_lost_is_found_by_the_audit(yesterday):
    reconciling.reconcile(by=ADA, at=now(), checkpoints=[])
    with psycopg.connect(SERVER.url("owner", EARLY)) as owner:
        owner.execute(
            "UPDATE ledger_entry SET event = 'entry.lost', facts = '', salt = '', on_label = '' WHERE id = (SELECT entry_id FROM ledger_leaf WHERE index = 2)"
        )

    report = audit(Report(), ledger_only=True)

    assert report.code == 1
    assert report.failed["entry"] == 1
