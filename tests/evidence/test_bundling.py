"""What the house hands out: a bundle that others' tools can read, whatever its copies are called and whatever fails on the way."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile

import bagit
import psycopg
import pytest
from django.conf import settings

from longstone.evidence import commands, jobs
from longstone.evidence.models import Bundle
from longstone.kernel import keys, store
from longstone.kernel.ledger import notes
from longstone.kernel.models import Entry
from longstone.kernel.store import staging
from tests.faults import found
from tests.house import seizing
from tests.kernel.test_bundle_faults import can_trace
from verifier import bundle as bundles
from verifier import note

NAMES = [
    "line\r\nbreak%0A%.raw",
    "caf\u00e9.raw",
    "cafe\u0301.raw",
    "../../etc/passwd",
    "\u202egpj.exe",
    "-rf *;`id`",
    "'\"<>|:\\?",
]


@pytest.fixture
def exhibit(worker_house):
    """Give an exhibit, the one who booked it in, and the moment."""
    force, now, case = worker_house
    erin = force.actor("exhibits_officer", now)
    return commands.seize(by=erin, **seizing(case, now)), erin, now


def receive(exhibit, name, raw):
    held, by, now = exhibit
    staged = staging.begin(by=by, at=now, name=name, size=len(raw))
    staging.append(staged, [raw], offset=0, at=now)
    return commands.receive_copy(by=by, at=now, exhibit=held, staged=staged.pk)


def ask(exhibit):
    held, by, now = exhibit
    return commands.hand_out(by=by, at=now, exhibit=held)


def found_again(asked):
    return Bundle.objects.everything(because="the test reads it").get(pk=asked.pk)


def hand_out(exhibit):
    asked = ask(exhibit)
    jobs.make_bundle(bundle_id=asked.pk)
    return found_again(asked)


def bytes_of(made):
    assert made.state == "ready", made.why_failed
    return b"".join(store.blocks(made.sha256))


def verified(made):
    key = note.parse_key(notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))
    return bundles.check(io.BytesIO(bytes_of(made)), key=key)


def test_a_second_bundle_of_an_exhibit_verifies_like_the_first(exhibit):
    receive(exhibit, "image.raw", b"hello world")

    first, second = hand_out(exhibit), hand_out(exhibit)

    assert verified(first).signed
    assert verified(second).signed
    assert len(verified(second).entries) > len(verified(first).entries)


def test_copies_of_any_name_can_be_handed_out_and_no_name_touches_a_path(exhibit, tmp_path):
    names = [receive(exhibit, name, f"bytes {number}".encode()).name for number, name in enumerate(NAMES)]

    made = hand_out(exhibit)

    report = verified(made)
    assert [copy["name"] for copy in report.header["copies"]] == names
    with zipfile.ZipFile(io.BytesIO(bytes_of(made))) as opened:
        assert all(
            set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/")
            for name in opened.namelist()
        )
        opened.extractall(tmp_path)
    graph = json.loads((tmp_path / report.header["bag"] / "data" / "case.jsonld").read_text("utf-8"))
    told = [one["uco-core:name"] for one in graph["@graph"] if one["@type"] == "uco-observable:File"]
    assert told == names
    assert len(set(names)) == len(NAMES)


def test_other_tools_agree_that_it_is_a_bag_and_find_a_changed_byte(exhibit, tmp_path):
    receive(exhibit, "image.raw", b"hello world")
    with zipfile.ZipFile(io.BytesIO(bytes_of(hand_out(exhibit)))) as opened:
        opened.extractall(tmp_path)
    top = next(tmp_path.iterdir())

    assert bagit.Bag(str(top)).validate()
    assert bagit.Bag(str(top)).validate(fast=True)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", manifest], cwd=top, check=True)

    changed = next((top / "data" / "objects").iterdir())
    changed.write_bytes(b"hello w0rld")
    assert subprocess.run(["sha256sum", "-c", "--status", "manifest-sha256.txt"], cwd=top, check=False).returncode == 1
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(top)).validate()
    changed.write_bytes(b"hello")
    with pytest.raises(bagit.BagValidationError, match="Payload-Oxum"):
        bagit.Bag(str(top)).validate(fast=True)


def erase(address, event):
    """Take an entry's facts and salt away, as the eraser does."""
    with psycopg.connect(address.replace("longstone_worker", "app"), autocommit=True) as admin:
        admin.execute("UPDATE ledger_entry SET facts = '', salt = '', on_label = '' WHERE event = %s", [event])


def test_an_exhibit_of_which_something_was_erased_is_handed_out_and_says_so(fresh_house, exhibit):
    receive(exhibit, "image.raw", b"hello world")
    hand_out(exhibit)

    erase(fresh_house, "bundle.asked")

    assert len(verified(hand_out(exhibit)).erased) == 1


def test_a_bundle_that_would_not_verify_is_refused_in_a_sentence(fresh_house, exhibit):
    receive(exhibit, "image.raw", b"hello world")
    hand_out(exhibit)

    erase(fresh_house, "exhibit.seized")

    made = hand_out(exhibit)
    assert made.state == "failed"
    assert "would not pass its own check. The bundle tells no custody at all" in made.why_failed


def test_a_damaged_copy_is_not_handed_out(exhibit):
    copy = receive(exhibit, "image.raw", b"hello world")
    path = store.local(copy.sha256)
    path.chmod(0o600)
    path.write_bytes(b"hello w0rld")

    made = hand_out(exhibit)

    assert made.state == "failed"
    assert f"The stored bytes of {copy.sha256} have changed" in made.why_failed
    assert not Entry.objects.filter(event="bundle.made").exists()


JOB = """
import django, sys
django.setup()
from longstone.evidence import jobs
jobs.make_bundle(bundle_id=int(sys.argv[1]))
"""
FAULTS = [
    ("fsync:signal=KILL:when=1", "preparing"), ("link,linkat:signal=KILL:when=1", "preparing"), ("write:signal=KILL:when=2", "preparing"),
    ("fsync:error=EIO:when=1", "failed"), ("write:error=ENOSPC:when=1+", "failed"), ("link,linkat:error=ENOSPC:when=1", "failed"),
]  # fmt: skip


def break_job(address, asked, fault):
    """Run the job in a process of its own, and break one of its calls."""
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "LONGSTONE_ROLE": "worker",
        "LONGSTONE_HOME": str(settings.LONGSTONE_HOME),
    }
    env |= {"DJANGO_SETTINGS_MODULE": "longstone.site.settings", "LONGSTONE_TEST": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    calls = fault.partition(":")[0]
    strace = ["strace", "-f", "-q", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={fault}"]
    return subprocess.run(
        [*strace, sys.executable, "-c", JOB, str(asked.pk)], env=env, capture_output=True, check=False
    )


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("strace") or not can_trace(), reason="strace is not here, or may not trace: faults need it."
)
def test_a_bundle_whose_making_was_broken_is_not_ready_and_is_made_again(fresh_house, exhibit):
    receive(exhibit, "image.raw", b"hello world" * 1000)
    wrong = []
    for fault, state in FAULTS:
        asked = ask(exhibit)
        broken = break_job(fresh_house, asked, fault)
        left = found_again(asked)
        wrong += [(fault, left.state, left.why_failed, broken.stderr[-500:])] * (
            left.state != state or left.sha256 != ""
        )
        jobs.make_bundle(bundle_id=asked.pk)  # the worker's next try, or nothing if it was refused in a sentence
        again = found_again(asked) if state == "preparing" else hand_out(exhibit)
        assert verified(again).signed

    found(
        "EIO, ENOSPC or kill while the house makes a bundle", "the house's job", len(FAULTS), len(FAULTS) - len(wrong)
    )
    assert wrong == []
