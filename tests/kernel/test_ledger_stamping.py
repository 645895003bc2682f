"""Time stamps: verified on receipt by us, and by openssl; what is silent, lying or a replay is refused and loses nothing."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import outages, sequencer, stamping
from longstone.kernel.models import Checkpoint, Entry, Token
from longstone.kernel.refusals import Refusal
from tests.kernel import authority

BY = Actor(id=7, name="PC 7 Example", controller=1)


@pytest.fixture
def ours(fresh_house, tmp_path):
    root = authority.make(tmp_path / "tsa")
    ledger.read("cases", by=BY, number=1)
    sequencer.catch_up()
    return root


def stamp(settings, url, root, policy=""):
    settings.LONGSTONE_TSA = f"{url} {root} {policy}"
    stamping.stamp(at=datetime.now(UTC))


def test_a_checkpoint_is_stamped_and_openssl_agrees_over_the_bytes_that_we_name(ours, settings, tmp_path):
    with authority.serving(ours.parent) as url:
        stamp(settings, url, ours, authority.POLICY)

    token = Token.objects.get()
    (tmp_path / "token").write_bytes(bytes(token.raw))
    (tmp_path / "text").write_bytes(stamping.stamped_bytes(token.checkpoint))
    told = ["openssl", "ts", "-verify", "-in", tmp_path / "token", "-data", tmp_path / "text", "-CAfile", ours]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr
    lines = token.checkpoint.note.split("\n")
    assert (tmp_path / "text").read_text() == "\n".join(lines[:3]) + "\n"
    assert abs(token.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_token_is_named_in_the_ledger(ours, settings):
    with authority.serving(ours.parent) as url:
        stamp(settings, url, ours)
    sequencer.catch_up()

    entry = Entry.objects.get(event="checkpoint.stamped")
    assert Token.objects.get().sha256 in entry.facts
    assert entry.leaf_index is not None


def test_it_is_stamped_again_only_when_the_time_has_come(ours, settings):
    with authority.serving(ours.parent) as url:
        stamp(settings, url, ours)
        sequencer.catch_up()
        stamp(settings, url, ours)
        assert Token.objects.count() == 1
        settings.LONGSTONE_TSA_MINUTES = 0
        stamp(settings, url, ours)

    assert Token.objects.count() == 2


def refused(settings, url, root, words, policy=""):
    stamp(settings, url, root, policy)
    assert not Token.objects.exists()
    [outage] = outages.lasting()
    assert words in outage.sentence
    assert Checkpoint.objects.count() == 1


def test_an_authority_that_is_silent_is_said_and_stops_nothing(ours, settings):
    refused(settings, "http://127.0.0.1:9/", ours, "There is no answer")
    ledger.read("cases", by=BY)
    sequencer.catch_up()
    assert Checkpoint.objects.count() == 2

    with authority.serving(ours.parent) as url:
        stamp(settings, url, ours)
    assert len(outages.lasting()) == 1, "the silent one is still silent"


def test_an_authority_with_another_root_is_refused(ours, settings, tmp_path):
    other = authority.make(tmp_path / "other")
    with authority.serving(other.parent) as url:
        refused(settings, url, ours, "is not sound")


def test_a_replay_is_refused(ours, settings):
    kept = []
    with authority.serving(ours.parent, tamper=lambda told: kept.append(told) or kept[0]) as url:
        said, now = stamping.Authority(url, stamping._authority([url, str(ours)]).roots, None), datetime.now(UTC)
        stamping.ask(said, b"first", at=now)
        refused(settings, url, ours, "Nonce mismatch")


def test_another_policy_is_refused(ours, settings):
    with authority.serving(ours.parent) as url:
        refused(settings, url, ours, "Policy", policy="1.2.3.4.99")


@pytest.mark.parametrize("tamper", [lambda told: b"", lambda told: told[:-20], lambda told: b"<html>"])
def test_what_is_no_time_stamp_is_refused(ours, settings, tamper):
    with authority.serving(ours.parent, tamper=tamper) as url:
        refused(settings, url, ours, "is not sound")


def test_an_answer_that_is_an_error_is_refused(ours, settings):
    with authority.serving(ours.parent, status=503) as url:
        refused(settings, url, ours, "answered 503")


def test_a_time_far_from_our_own_clock_is_refused(ours, settings):
    with authority.serving(ours.parent) as url:
        settings.LONGSTONE_TSA = f"{url} {ours}"
        stamping.stamp(at=datetime.now(UTC) + timedelta(minutes=30))

    assert "over five minutes from our own clock" in outages.lasting()[0].sentence
    assert not Token.objects.exists()


def test_every_changed_bit_of_a_token_that_openssl_refuses_we_refuse_too(ours, settings):
    with authority.serving(ours.parent) as url:
        stamp(settings, url, ours)
    token, roots = Token.objects.get(), stamping.authorities()[0].roots
    raw, told = bytes(token.raw), stamping.stamped_bytes(token.checkpoint)
    passed = [place for place in range(len(raw)) if _still_sound(raw, place, told, roots)]

    assert len(passed) < 20, "only bytes that no signature covers may change; the digest in the ledger covers these"


def _still_sound(raw, place, told, roots):
    changed = bytearray(raw)
    changed[place] ^= 1
    try:
        stamping.verify(bytes(changed), told, roots=roots, policy=None)
    except stamping.NoStamp:
        return False
    return True


@pytest.mark.parametrize("setting", ["ftp://x root.pem", "http://x", "http://x /nowhere/root.pem", "http://x a b c"])
def test_a_setting_that_cannot_be_used_is_a_sentence(settings, setting):
    settings.LONGSTONE_TSA = setting

    with pytest.raises(Refusal, match="LONGSTONE_TSA"):
        stamping.authorities()
