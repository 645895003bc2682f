"""The whole thread on a bucket, encrypted: received, examined, bundled, verified, counted and disposed of, as in a folder."""

import hashlib

import pytest

from longstone.evidence import commands, jobs, shelved
from longstone.evidence.jobs import SWEEPER
from longstone.evidence.models import Bundle, Examination
from longstone.kernel import keys, store
from longstone.kernel.models import Check, Inventory, ObjectKey, Tombstone
from longstone.kernel.store.disk import StoreFault
from longstone.kernel.store.encrypted import Encrypted
from longstone.kernel.store.posix import Posix
from longstone.kernel.store.s3 import S3
from longstone.people import commands as people
from tests.evidence.receiving import receive
from tests.house import installer, seizing

IMAGE = b"no file system " * 10_000


@pytest.fixture(params=["", "store"], ids=["plain", "encrypted"])
def on_swift(request, swift_place, worker_house, settings, monkeypatch):
    """Let a house keep its bytes in a bucket of Swift."""
    told = swift_place.new_bucket()
    settings.LONGSTONE_STORE = f"s3://{told.name}?endpoint={told.endpoint}&region={told.region}"
    settings.LONGSTONE_STORE_KEY_NAME, settings.LONGSTONE_DISPOSAL_HOURS = request.param, 0
    monkeypatch.setenv("LONGSTONE_STORE_KEY", told.key)
    monkeypatch.setenv("LONGSTONE_STORE_SECRET", told.secret)
    keys.ensure("store")
    return worker_house


@pytest.fixture
def copy(on_swift):
    """Give a copy that was received, examined and bundled."""
    force, now, case = on_swift
    officer = force.actor("exhibits_officer", now)
    exhibit = commands.seize(by=officer, **seizing(case, now))
    copy = receive(officer, now, exhibit, IMAGE)
    examination = commands.ask_for_examination(by=officer, at=now, copy=copy)
    jobs.examine(examination_id=examination.pk)
    jobs.make_bundle(bundle_id=commands.hand_out(by=officer, at=now, exhibit=exhibit).pk)
    return copy


def test_a_bucket_serves_the_thread_from_the_counter_to_the_bundle(copy, settings):
    made = Bundle.objects.everything(because="the test").get()
    done = Examination.objects.everything(because="the test").get()

    assert (done.state, made.state) == ("finished", "ready"), (done.why_failed, made.why_failed)
    assert hashlib.sha256(b"".join(store.blocks(copy.sha256))).hexdigest() == copy.sha256
    assert list((settings.LONGSTONE_HOME / "staging").iterdir()) == []


def test_a_bucket_is_verified_and_counted(copy, settings):
    settings.LONGSTONE_VERIFY_DAYS = 1

    jobs.verify_share(timestamp=0)
    jobs.count_store(timestamp=0)

    assert set(Check.objects.values_list("state", flat=True)) == {"verified"}
    assert [one.differences for one in Inventory.objects.all()] == [0, 0]


def test_what_is_disposed_of_leaves_the_bucket_and_every_copy_on_this_machine(copy, on_swift, settings):
    force, now, _ = on_swift
    by = {"by": installer(force.controller), "at": now}
    people.appoint(**by, staff=force.staff["detective"], role="supervisor", from_on=now.date())
    told = {"reason": "The review is done.", "authority": "Schedule 4.2"}

    proposed = commands.propose_disposal(by=force.actor("supervisor", now), at=now, copy=copy, **told)
    commands.approve_disposal(by=force.actor("detective", now), at=now, disposal=proposed)
    commands.dispose(by=SWEEPER, at=now, disposal=proposed)
    jobs.dispose_due(timestamp=0)

    assert set(Tombstone.objects.values_list("bytes_are", flat=True)) == {"removed"}
    assert (list(store.current().listing()), ObjectKey.objects.exists()) == ([], False)
    with pytest.raises(store.Disposed):
        store.open(copy.sha256)
    folders = [settings.LONGSTONE_HOME / name for name in ("copies", "scratch", "staging")]
    assert [path for folder in folders if folder.exists() for path in folder.iterdir()] == []


def test_the_setting_says_where_the_bytes_lie(fresh_house, settings, tmp_path, monkeypatch):
    assert store.current().address == str(settings.LONGSTONE_HOME / "store")
    assert isinstance(store.current(), Posix)

    settings.LONGSTONE_STORE = str(tmp_path / "elsewhere")
    assert store.current().address == str(tmp_path / "elsewhere")

    settings.LONGSTONE_STORE_KEY_NAME = "store"
    assert isinstance(store.current(), Encrypted)
    assert store.current().address == f"{tmp_path / 'elsewhere'}, encrypted"

    settings.LONGSTONE_STORE_KEY_NAME = ""
    settings.LONGSTONE_STORE = "s3://evidence?endpoint=https://s3.force.example&region=eu-west-2"
    with pytest.raises(StoreFault, match="key is not given"):
        store.current()
    monkeypatch.setenv("LONGSTONE_STORE_KEY", "house")
    monkeypatch.setenv("LONGSTONE_STORE_SECRET", "a secret of the test")
    assert isinstance(store.current(), S3)
    assert [one.name for one in shelved.holdings()] == ["store", "catalogues"]


def test_an_encrypted_house_without_its_key_takes_nothing_in(worker_house, settings):
    force, now, case = worker_house
    settings.LONGSTONE_STORE_KEY_NAME = "never-made"
    by = force.actor("exhibits_officer", now)
    exhibit = commands.seize(by=by, **seizing(case, now))

    with pytest.raises(keys.KeyFault, match="no key never-made"):
        receive(by, now, exhibit, b"told")

    assert list(store.current().listing()) == []
