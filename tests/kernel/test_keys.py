"""Keys: kept apart, versioned, and never shown."""

import pytest

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
