"""The drills of docs/how-to/keys.md, done: a key is rotated and retired, lost, and damaged."""

import pytest
from django.core.management import CommandError, call_command

from longstone.evidence import commands as evidence
from longstone.evidence import jobs
from longstone.evidence.models import Bundle
from longstone.kernel import keys, ledger, store
from longstone.kernel.actor import Actor
from longstone.kernel.keys import KeyFault
from longstone.kernel.ledger import keeping, proofs, sequencer
from longstone.kernel.ledger.audit import Report, audit
from longstone.kernel.models import Entry
from tests.house import seizing
from verifier import __main__ as verifier
from verifier import note

BY = Actor(id=7, name="PC 7 Example", controller=1)


@pytest.fixture
def hand_out(worker_house, tmp_path):
    """Give a way to hand out a bundle as a file, each of another exhibit of this house."""
    force, now, case = worker_house
    erin = force.actor("exhibits_officer", now)
    numbers = iter(range(1, 9))

    def one(name):
        number = next(numbers)
        exhibit = evidence.seize(by=erin, **seizing(case, now, reference=f"ABC/{number}", seal=f"N{number}"))
        asked = evidence.hand_out(by=erin, at=now, exhibit=exhibit)
        jobs.make_bundle(bundle_id=asked.pk)
        made = Bundle.objects.everything(because="a test").get(pk=asked.pk)
        assert made.state == "ready", made.why_failed
        path = tmp_path / name
        path.write_bytes(b"".join(store.blocks(made.sha256)))
        return path

    return one


def key_file(tmp_path, version):
    path = tmp_path / f"force-{version}.vkey"
    path.write_text(keeping.vkeys()[version])
    return path


def checked(bundle, key):
    return verifier.main([str(bundle), "--key", str(key), "--quiet"])


def sound():
    report = audit(Report(tell=lambda line: None))
    return (report.code, report.faults, report.gaps)


def test_one_key_takes_over_from_another_and_nobody_is_left_behind(hand_out, tmp_path, capsys):
    before = hand_out("before.zip")
    old = key_file(tmp_path, 1)
    call_command("key_rotate", "checkpoint")
    during, new = hand_out("during.zip"), key_file(tmp_path, 2)
    call_command("key_retire", "checkpoint", "1")
    after = hand_out("after.zip")

    assert [checked(bundle, old) for bundle in (before, during, after)] == [0, 0, 1]
    assert [checked(bundle, new) for bundle in (before, during, after)] == [1, 0, 0]
    assert "Publish it beside the old one" in capsys.readouterr().out
    assert sound() == (0, [], [])
    assert list(Entry.objects.filter(event__startswith="key.").order_by("pk").values_list("event", flat=True)) == [
        "key.rotated",
        "key.retired",
    ]
    assert new.read_text() in Entry.objects.get(event="key.rotated").facts


def test_while_one_takes_over_every_checkpoint_is_signed_with_both(fresh_house):
    call_command("key_rotate", "checkpoint")
    sequencer.catch_up()

    signed = note.parse_note(proofs.latest_checkpoint().note.encode())

    assert len(signed.signatures) == 2
    for vkey in keeping.vkeys().values():
        assert note.verify(signed, note.parse_key(vkey))


def test_all_keys_can_be_printed_for_a_witness(fresh_house, capsys):
    call_command("key_rotate", "checkpoint")
    capsys.readouterr()

    call_command("force_key", "--all")
    everyone = capsys.readouterr().out.split()
    call_command("force_key")

    assert everyone == list(keeping.vkeys().values())
    assert capsys.readouterr().out.split() == everyone[-1:]


def path_of(settings, name):
    return settings.LONGSTONE_HOME / "keys" / name


def test_a_lost_signing_key_stops_the_ledger_in_a_sentence_and_a_new_one_takes_over(fresh_house, settings, tmp_path):
    ledger.read("cases", by=BY)
    sequencer.catch_up()
    path_of(settings, "checkpoint.1.key").unlink()
    ledger.read("cases", by=BY)

    with pytest.raises(KeyFault, match="checkpoint, version 1, is lost"):
        sequencer.catch_up()
    assert proofs.latest_checkpoint().size == 1, "nothing acknowledged is lost: the entry waits"
    call_command("key_rotate", "checkpoint")
    call_command("key_retire", "checkpoint", "1")
    sequencer.catch_up()

    assert proofs.latest_checkpoint().size == Entry.objects.count() == 4
    assert sound() == (0, [], []), "what the lost key signed is still verified, with its public half"


def test_a_damaged_signing_key_is_not_taken_for_another(fresh_house, settings):
    import base64

    path = path_of(settings, "checkpoint.1.key")
    raw = bytearray(base64.b64decode(path.read_bytes()))
    raw[3] ^= 1
    path.write_bytes(base64.b64encode(raw))
    ledger.read("cases", by=BY)

    with pytest.raises(KeyFault, match="is damaged"):
        sequencer.catch_up()
    assert not Entry.objects.filter(leaf__isnull=False).exists()


def test_a_lost_sealed_key_is_named_and_a_restored_one_opens_all_again(fresh_house, settings):
    sealed = keys.seal("sealed", "1234", row="exhibit 7")
    path = path_of(settings, "sealed.1.key")
    backup = path.read_bytes()
    path.unlink()

    with pytest.raises(KeyFault, match="sealed, version 1, is lost"):
        keys.unseal("sealed", sealed, row="exhibit 7")
    with pytest.raises(KeyFault, match="sealed, version 1, is lost"):
        keys.seal("sealed", "5678", row="exhibit 8")
    path.write_bytes(backup)
    path.chmod(0o600)
    assert keys.unseal("sealed", sealed, row="exhibit 7").reveal() == "1234"


def test_a_damaged_sealed_key_is_said_and_the_sealed_text_is_not_blamed(fresh_house, settings):
    sealed = keys.seal("sealed", "1234", row="exhibit 7")
    path = path_of(settings, "sealed.1.key")
    path.write_bytes(path.read_bytes()[::-1])

    with pytest.raises(KeyFault, match="is damaged"):
        keys.unseal("sealed", sealed, row="exhibit 7")


def test_a_sealed_key_and_the_newest_signing_key_are_never_retired(fresh_house):
    keys.rotate("sealed")
    for name, version, words in (
        ("sealed", 1, "no version of it is ever retired"),
        ("checkpoint", 1, "has taken over"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("key_retire", name, str(version))


def test_keys_are_kept_by_the_one_who_runs_the_house_alone(fresh_house, now):
    from longstone.kernel.refusals import NotPermitted

    with pytest.raises(NotPermitted, match="command line"):
        keeping.rotate(by=BY, at=now, name="checkpoint")
    assert keys.signing("checkpoint")[0] == 1
