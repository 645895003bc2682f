"""Keys: kept apart, versioned, and never shown."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from longstone.kernel import keys
from longstone.kernel.keys import KeyFault, Secret


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.LONGSTONE_HOME = tmp_path


def test_what_is_sealed_opens_for_its_row_alone():
    keys.ensure("sealed")

    sealed = keys.seal("sealed", "1234", row="exhibit 7")

    assert keys.unseal("sealed", sealed, row="exhibit 7").reveal() == "1234"
    with pytest.raises(KeyFault, match="another row"):
        keys.unseal("sealed", sealed, row="exhibit 8")


def test_an_old_version_still_opens_what_it_sealed():
    keys.ensure("sealed")
    sealed = keys.seal("sealed", "1234", row="x")

    keys.rotate("sealed")

    assert keys.unseal("sealed", sealed, row="x").reveal() == "1234"
    assert keys.seal("sealed", "1234", row="x")[1:5] != sealed[1:5]


def test_a_key_that_others_can_read_is_refused(tmp_path):
    keys.ensure("checkpoint")
    (tmp_path / "keys" / "checkpoint.1.key").chmod(0o644)

    with pytest.raises(KeyFault, match="Others can read"):
        keys.signing("checkpoint")


def test_a_lost_key_is_named(tmp_path):
    keys.ensure("sealed")
    sealed = keys.seal("sealed", "1234", row="x")
    (tmp_path / "keys" / "sealed.1.key").unlink()

    with pytest.raises(KeyFault, match="sealed, version 1, is lost"):
        keys.unseal("sealed", sealed, row="x")


def test_there_is_no_key_by_default():
    with pytest.raises(KeyFault, match="no key checkpoint yet"):
        keys.signing("checkpoint")


def test_a_secret_does_not_show_itself():
    assert "1234" not in f"{Secret('1234')!r} {Secret('1234')}"


def test_a_kms_command_gives_the_keys(tmp_path, monkeypatch):
    script = tmp_path / "kms"
    script.write_text('#!/bin/sh\nif [ "$1" = versions ]; then echo 3; else head -c 32 /dev/zero | base64; fi\n')
    script.chmod(0o755)
    monkeypatch.setenv("LONGSTONE_KMS", str(script))

    version, key = keys.signing("checkpoint")

    assert (version, key.private_bytes_raw()) == (3, bytes(32))


def test_a_folder_that_others_can_read_is_refused(tmp_path):
    keys.ensure("checkpoint")
    (tmp_path / "keys").chmod(0o755)

    with pytest.raises(KeyFault, match="0700"):
        keys.signing("checkpoint")


def test_a_key_file_is_for_us_alone(tmp_path):
    keys.ensure("checkpoint")

    assert (tmp_path / "keys" / "checkpoint.1.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["checkpoint.1.key", "checkpoint.1.pub"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "keys").iterdir())


def test_ensure_makes_a_key_once():
    assert keys.ensure("checkpoint") == keys.ensure("checkpoint") == 1
    assert keys.rotate("checkpoint") == 2
    assert keys.ensure("checkpoint") == 2


def test_many_who_ensure_at_once_make_one_key():
    with ThreadPoolExecutor(8) as hands:
        assert set(hands.map(keys.ensure, ["checkpoint"] * 8)) == {1}

    assert keys.signing("checkpoint")[0] == 1


def test_every_version_verifies_what_it_signed():
    keys.ensure("checkpoint")
    _, old = keys.signing("checkpoint")
    keys.rotate("checkpoint")
    _, new = keys.signing("checkpoint")

    known = keys.verifying("checkpoint")

    known[1].verify(old.sign(b"told"), b"told")
    known[2].verify(new.sign(b"told"), b"told")
    with pytest.raises(InvalidSignature):
        known[1].verify(new.sign(b"told"), b"told")


@pytest.mark.parametrize("left", [b"", b"not base64!", b"AAAA"])
def test_a_damaged_key_is_a_sentence(tmp_path, left):
    keys.ensure("checkpoint")
    (tmp_path / "keys" / "checkpoint.1.key").write_bytes(left)

    with pytest.raises(KeyFault, match="checkpoint, version 1, is damaged"):
        keys.signing("checkpoint")


@pytest.mark.parametrize("name", ["", "../checkpoint", "Check", "a.b", "a\n"])
def test_only_a_plain_name_names_a_key(name):
    with pytest.raises(KeyFault, match="not the name of a key"):
        keys.ensure(name)


@trying(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one folder of keys serves all examples
@given(st.binary(max_size=80))
def test_what_the_house_did_not_seal_does_not_open(told):
    keys.ensure("sealed")

    with pytest.raises(KeyFault):
        keys.unseal("sealed", told, row="x")


def test_one_changed_bit_of_what_is_sealed_is_found():
    keys.ensure("sealed")
    sealed = keys.seal("sealed", "1234", row="x")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(KeyFault):
            keys.unseal("sealed", bytes(changed), row="x")


def test_a_secret_is_not_put_in_a_queue():
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("1234"))


@pytest.mark.parametrize("script", ["exit 1", "echo one two", "echo"])
def test_a_kms_that_does_not_answer_is_a_sentence(tmp_path, monkeypatch, script):
    told = tmp_path / "kms"
    told.write_text(f"#!/bin/sh\n{script}\n")
    told.chmod(0o755)
    monkeypatch.setenv("LONGSTONE_KMS", str(told))

    with pytest.raises(KeyFault):
        keys.signing("checkpoint")


def test_a_key_of_the_kms_is_not_made_here(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGSTONE_KMS", "/bin/true")

    with pytest.raises(KeyFault, match="lives in the KMS"):
        keys.rotate("checkpoint")

    assert not (tmp_path / "keys").exists()
