"""A bundle goes out cosigned and stamped, where the force has chosen a witness and a time stamp authority."""

from __future__ import annotations

import contextlib

import pytest
from django.conf import settings as told

from longstone.evidence import commands, jobs
from longstone.evidence.models import Bundle
from longstone.kernel import keys, store
from longstone.kernel.ledger import notes
from longstone.kernel.models import Outage
from tests.house import seizing
from tests.kernel import authority
from tests.witness.conftest import start
from verifier import __main__ as verifier


@pytest.fixture
def chosen(worker_house, settings, tmp_path):
    """Give a house that has chosen a witness and an authority, both at work; yields the witness and the root."""
    root = authority.make(tmp_path / "tsa")
    (tmp_path / "witness").mkdir()
    witness = start(tmp_path / "witness", notes.vkey(told.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))
    settings.LONGSTONE_WITNESS = f"{witness.url} {witness.vkey}"
    with authority.serving(tmp_path / "tsa") as url:
        settings.LONGSTONE_TSA = f"{url} {root}"
        yield witness, root
    with contextlib.suppress(OSError):
        witness.stop()


def handed_out(house, tmp_path):
    """Seize an exhibit, have its bundle made, and give it as files with the force's key."""
    force, now, case = house
    by = force.actor("exhibits_officer", now)
    asked = commands.hand_out(by=by, at=now, exhibit=commands.seize(by=by, **seizing(case, now)))
    jobs.make_bundle(bundle_id=asked.pk)
    made = Bundle.objects.everything(because="the test reads it").get(pk=asked.pk)
    assert made.state == "ready", made.why_failed
    zipped, vkey = tmp_path / "bundle.zip", tmp_path / "force.vkey"
    zipped.write_bytes(b"".join(store.blocks(made.sha256)))
    vkey.write_text(notes.vkey(told.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))
    return zipped, vkey


def test_a_bundle_carries_the_cosignature_and_the_time_stamp(chosen, worker_house, tmp_path, capsys):
    witness, root = chosen
    zipped, vkey = handed_out(worker_house, tmp_path)
    (tmp_path / "witness.vkey").write_text(witness.vkey)

    code = verifier.main(
        [str(zipped), "--key", str(vkey), "--witness", str(tmp_path / "witness.vkey"), "--tsa-root", str(root)]
    )

    said = capsys.readouterr().out
    assert code == 0, said
    assert "cosigned" in said
    assert "time stamp" in said.lower()


def test_a_witness_that_is_gone_keeps_no_bundle_back_and_is_said(chosen, worker_house, tmp_path, capsys):
    witness, _ = chosen
    witness.stop()

    zipped, vkey = handed_out(worker_house, tmp_path)

    assert verifier.main([str(zipped), "--key", str(vkey)]) == 0
    assert Outage.objects.filter(name__contains="witness").exists()
