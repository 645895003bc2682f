"""The house and its witness: what is cosigned is kept, silence stops nothing, and nothing is signed beneath what was witnessed."""

import contextlib
import json

import psycopg
import pytest
from django.core.management import call_command

from longstone.kernel import keys, ledger
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import bounds, notes, outages, proofs, sequencer, witnessing
from longstone.kernel.models import Checkpoint, Cosignature, Witnessed
from longstone.kernel.promises import writing
from longstone.kernel.refusals import Refusal
from tests.witness.conftest import start
from verifier import note

BY = Actor(id=7, name="PC 7 Example", controller=1)


def grow(count):
    for number in range(count):
        ledger.read("cases", by=BY, number=number)
    sequencer.catch_up()


@pytest.fixture
def witness(fresh_house, settings, tmp_path):
    """Give a witness in its own process, which the house is told of."""
    force = notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1])
    (tmp_path / "witness").mkdir()
    running = start(tmp_path / "witness", force)
    settings.LONGSTONE_WITNESS = f"{running.url} {running.vkey}"
    yield running
    with contextlib.suppress(OSError):
        running.stop()


def cosigned(witness):
    whole = note.parse_note(proofs.cosigned(proofs.latest_checkpoint()).encode())
    return note.cosigned_at(whole, witness.key)


def test_every_new_checkpoint_is_cosigned_and_kept(witness):
    for count in (3, 40, 1):
        grow(count)
        witnessing.submit()
        assert cosigned(witness)

    assert list(Cosignature.objects.order_by("checkpoint").values_list("checkpoint", flat=True)) == [3, 43, 44]
    assert bounds.already_signed() == 44
    witnessing.submit()
    assert Cosignature.objects.count() == 3


def test_a_witness_that_is_silent_is_said_stops_nothing_and_catches_up_later(witness, settings):
    grow(3)
    witness.stop()

    witnessing.submit()
    grow(4)

    assert proofs.latest_checkpoint().size == 7
    [outage] = outages.lasting()
    assert outage.name.startswith("witness ")
    assert "There is no answer" in outage.sentence
    again = start(witness.folder, (witness.folder / "force.vkey").read_text())
    settings.LONGSTONE_WITNESS = f"{again.url} {again.vkey}"
    witnessing.submit()
    again.stop()
    assert outages.lasting() == []
    assert cosigned(witness)


def test_a_witness_that_cosigned_and_was_not_heard_is_asked_again(witness):
    """It fell between remembering and answering: the house knows less than the witness, and both come together again."""
    grow(3)
    body = f"old 0\n\n{proofs.latest_checkpoint().note}"
    assert witness.post(body)[0] == 200
    grow(2)

    witnessing.submit()

    assert cosigned(witness)
    assert outages.lasting() == []


@pytest.mark.parametrize("answer", [b"", b"nonsense\n", "— witness.example/w1 AAAA\n".encode(), b"\xff\n"])
def test_an_answer_that_is_no_cosignature_is_refused(witness, answer, monkeypatch):
    grow(3)
    monkeypatch.setattr(witnessing, "answer", lambda request: (200, answer))

    witnessing.submit()

    assert not Cosignature.objects.exists()
    assert len(outages.lasting()) == 1


def rewrite(address, settings):
    """Rewrite the whole ledger as a superuser would, and sign it again with the true key."""
    admin = address.replace("longstone_worker", "app")
    with psycopg.connect(admin, autocommit=True) as superuser:
        superuser.execute("TRUNCATE ledger_checkpoint, ledger_node, ledger_cosignature, ledger_token, ledger_witnessed")
        superuser.execute("DELETE FROM ledger_entry WHERE id = (SELECT entry_id FROM ledger_leaf WHERE index = 1)")
        superuser.execute("TRUNCATE ledger_leaf, ledger_waiting")
        superuser.execute("INSERT INTO ledger_waiting SELECT id FROM ledger_entry")
    (settings.LONGSTONE_HOME / "ledger-signed.json").unlink()


def test_a_ledger_rewritten_and_signed_again_with_the_true_key_is_refused_by_the_witness(
    witness, fresh_house, settings
):
    grow(5)
    witnessing.submit()
    kept = proofs.latest_checkpoint().note
    rewrite(fresh_house, settings)

    grow(4)  # more than before: its size alone gives nothing away
    witnessing.submit()

    assert note.verify(note.parse_note(proofs.latest_checkpoint().note.encode()), _force(settings))
    assert not Cosignature.objects.exists()
    assert "422" in outages.lasting()[0].sentence
    with pytest.raises(Refusal, match="does not continue"):
        proofs.since(note.parse_checkpoint(note.parse_note(kept.encode()).text))


def _force(settings):
    return note.parse_key(notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))


def test_a_shorter_ledger_than_the_witness_saw_is_not_signed_any_further(witness, fresh_house, settings):
    grow(9)
    witnessing.submit()
    rewrite(fresh_house, settings)
    sequencer.catch_up()
    witnessing.submit()
    assert Witnessed.objects.get().size == 9
    assert "here are" in outages.lasting()[0].sentence

    ledger.read("cases", by=BY)
    with pytest.raises(sequencer.NotSigned, match="of 9 entries was signed"):
        sequencer.sequence()


def test_a_house_that_starts_asks_the_witness_before_it_signs(witness, fresh_house, settings):
    grow(9)
    witnessing.submit()
    rewrite(fresh_house, settings)

    witnessing.ask()

    with pytest.raises(sequencer.NotSigned, match="9 entries"):
        sequencer.sequence()
    assert not Checkpoint.objects.exists()


def test_nothing_is_signed_beneath_the_size_kept_outside_the_database(fresh_house, settings):
    grow(9)
    with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as superuser:
        superuser.execute(
            "TRUNCATE ledger_checkpoint, ledger_node, ledger_cosignature, ledger_token, ledger_leaf, ledger_waiting, ledger_entry CASCADE"
        )
    ledger.read("cases", by=BY)

    with pytest.raises(sequencer.NotSigned, match="ledger reconcile"):
        sequencer.sequence()

    bounds.restored(0)
    grow(1)
    assert proofs.latest_checkpoint().size == 2
    assert json.loads((settings.LONGSTONE_HOME / "ledger-signed.json").read_text()) == {"signed": 2, "forgiven": 9}


def test_a_restore_forgives_what_a_witness_saw_before_it_and_nothing_after(fresh_house):
    grow(2)
    with writing("test"):
        Witnessed.objects.create(witness="w", size=40)
    bounds.restored(2)
    assert bounds.already_signed() == 2

    with writing("test"):
        Witnessed.objects.update(size=41)
    assert bounds.already_signed() == 41


def test_a_damaged_record_of_what_was_signed_is_said_and_nothing_is_signed(fresh_house, settings):
    grow(2)
    (settings.LONGSTONE_HOME / "ledger-signed.json").write_text("{")
    ledger.read("cases", by=BY)

    with pytest.raises(sequencer.NotSigned, match="is damaged"):
        sequencer.sequence()


@pytest.mark.parametrize("told", ["http://x", "http://x nokey", "ftp://x KEY", "http://x LOG"])
def test_a_setting_that_cannot_be_used_is_a_sentence(settings, told):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    told = told.replace("KEY", notes.vkey("w", key, kind=note.COSIGNATURE)).replace("LOG", notes.vkey("w", key))
    settings.LONGSTONE_WITNESS = told

    with pytest.raises(Refusal, match="LONGSTONE_WITNESS"):
        witnessing.witnesses()


def test_the_sequencers_command_numbers_submits_and_stops(witness):
    ledger.read("cases", by=BY)

    call_command("sequence", "--once")

    assert cosigned(witness)


def test_a_proof_from_an_old_checkpoint_is_printed_for_the_verifier(fresh_house, tmp_path, capsys):
    grow(5)
    old = proofs.latest_checkpoint()
    (tmp_path / "old").write_text(old.note)
    grow(20)
    new = proofs.latest_checkpoint()

    call_command("ledger_proof", str(tmp_path / "old"))

    from verifier.tree import verify_consistency

    steps = note.parse_proof(capsys.readouterr().out.encode())
    verify_consistency(5, new.size, steps, bytes(old.root), bytes(new.root))
    grow(3)
    (tmp_path / "new").write_text(new.note)
    call_command("ledger_proof", str(tmp_path / "old"), "--to", str(tmp_path / "new"))
    assert note.parse_proof(capsys.readouterr().out.encode()) == steps
