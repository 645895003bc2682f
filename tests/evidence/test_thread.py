"""The thread: an exhibit's bundle is checked by someone who has nothing but the bundle and the force's key."""

import pytest
from django.conf import settings

from longstone.evidence import commands, jobs
from longstone.evidence.models import Bundle
from longstone.kernel import keys, store
from longstone.kernel.ledger import notes
from longstone.kernel.store import staging
from tests.house import seizing
from verifier import __main__ as verifier


@pytest.fixture
def bundle(worker_house):
    """Give a bundle of an exhibit that was seized, copied and handed over."""
    force, now, case = worker_house
    erin, dev = force.actor("exhibits_officer", now), force.actor("detective", now)
    exhibit = commands.seize(by=erin, **seizing(case, now))
    staged = staging.begin(by=erin, at=now, name="image.raw", size=11)
    staging.append(staged, [b"hello ", b"world"], offset=0, at=now)
    commands.receive_copy(by=erin, at=now, exhibit=exhibit, staged=staged.pk)
    commands.offer(by=erin, at=now, exhibit=exhibit, to=force.staff["detective"])
    commands.accept(by=dev, at=now, exhibit=exhibit)
    asked = commands.hand_out(by=erin, at=now, exhibit=exhibit)
    jobs.make_bundle(bundle_id=asked.pk)
    return Bundle.objects.everything(because="the test reads it").get(pk=asked.pk)


@pytest.fixture
def paths(bundle, tmp_path):
    """Give the bundle and the force's key as files."""
    assert bundle.state == "ready", bundle.why_failed
    zipped, vkey = tmp_path / "bundle.zip", tmp_path / "force.vkey"
    zipped.write_bytes(b"".join(store.blocks(bundle.sha256)))
    vkey.write_text(notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))
    return zipped, vkey


def run(*told):
    return verifier.main([str(one) for one in told])


def test_a_bundle_verifies_against_the_forces_key(paths, capsys):
    assert run(paths[0], "--key", paths[1]) == 0

    said = capsys.readouterr().out
    assert "VERIFIED against the key you supplied" in said
    assert "accepted" in said


def test_without_a_key_nothing_is_called_verified(paths, capsys):
    assert run(paths[0]) == 3

    assert "NOT AUTHENTICATED" in capsys.readouterr().out


def test_a_bundle_is_not_verified_by_another_key(paths, tmp_path):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    other = tmp_path / "other.vkey"
    other.write_text(notes.vkey(settings.LONGSTONE_ORIGIN, Ed25519PrivateKey.generate()))

    assert run(paths[0], "--key", other) == 1


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.deep)])
def test_every_changed_byte_is_found(paths, tmp_path, capsys, step):
    whole = paths[0].read_bytes()
    bad = tmp_path / "bad.zip"
    missed = []
    for place in range(0, len(whole), step):
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        bad.write_bytes(changed)
        if run(bad, "--key", paths[1], "--quiet") != 1:
            missed.append(place)

    assert missed == []
    assert "COULD NOT" not in capsys.readouterr().out


@pytest.mark.parametrize("part", [0, 1, 100, 5000])
def test_a_bundle_cut_short_fails(paths, tmp_path, part):
    bad = tmp_path / "bad.zip"
    bad.write_bytes(paths[0].read_bytes()[:part])

    assert run(bad, "--key", paths[1]) == 1


def test_what_is_not_there_cannot_be_checked(paths, tmp_path):
    assert run(tmp_path / "none.zip", "--key", paths[1]) == 2
    assert run(paths[0], "--key", tmp_path / "none.vkey") == 2
    assert run("--nonsense") == 2


def test_another_tool_agrees_that_it_is_a_bag(paths, tmp_path):
    import zipfile

    import bagit

    with zipfile.ZipFile(paths[0]) as opened:
        assert opened.testzip() is None
        opened.extractall(tmp_path / "out")
    top = next((tmp_path / "out").iterdir())

    assert bagit.Bag(str(top)).validate()
