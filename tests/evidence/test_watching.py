"""What is kept is verified each night and counted each day, and every difference is named and stands on the front page."""

import io
import json
import os
from datetime import timedelta

import pytest

from longstone.evidence import commands, shelved
from longstone.evidence.jobs import SWEEPER
from longstone.kernel import store
from longstone.kernel.alarms import open_alarms
from longstone.kernel.models import Check, Entry, Inventory, Probe, Staged
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.store import staging, watching
from longstone.kernel.store.contract import Stray
from longstone.kernel.store.disk import Stored, StoreFault
from longstone.kernel.store.reconciling import Expected, Holding, Known, reconciled, share
from tests.evidence.receiving import receive
from tests.faults import found
from tests.house import seizing


@pytest.fixture
def received(worker_house):
    """Give eight copies of one exhibit, each of other bytes."""
    force, now, case = worker_house
    by = force.actor("exhibits_officer", now)
    exhibit = commands.seize(by=by, **seizing(case, now))
    return [receive(by, now, exhibit, os.urandom(5000)) for _ in range(8)]


def kept():
    return next(iter(shelved.holdings()))


def count(now):
    """Count the store; give each difference as its kind and name."""
    made = watching.take_inventory(kept(), by=SWEEPER, at=now)
    named = sorted(made.found_wrong.values_list("kind", "name"))
    assert made.differences == len(named)
    return named


def aged(days, **of):
    """Let checks be older than they are."""
    with writing("the test"):
        for check in Check.objects.filter(**of):
            since, last = check.since - timedelta(days=days), check.verified_at
            Check.objects.filter(pk=check.pk).update(since=since, verified_at=last and last - timedelta(days=days))


def spoil(sha256, change):
    path = store.local(sha256)
    path.chmod(0o600)
    told = bytearray(path.read_bytes())
    change(told)
    path.write_bytes(told)


def flip(told):
    told[1234] ^= 8


def test_a_store_that_agrees_with_the_records_has_no_difference(received, now):
    assert count(now) == []

    made = Inventory.objects.get()
    assert (made.expected, made.expected_bytes, made.found, made.found_bytes) == (8, 40_000, 8, 40_000)
    assert open_alarms() == []


def test_every_kind_of_difference_is_named(received, now):
    gone, short, flipped = (one.sha256 for one in received[:3])
    store.local(gone).unlink()
    spoil(short, lambda told: told.pop())
    spoil(flipped, flip)
    extra = store.put(io.BytesIO(b"who put me here?")).sha256
    (store.current().root / "objects" / "note.txt").write_text("and me?")
    watching.learn(kept())
    aged(400)
    watching.verify(kept(), by=SWEEPER, at=now)
    late = received[3].sha256
    aged(31, sha256=late)

    expected = [
        ("damaged", flipped), ("damaged", short), ("extra", extra), ("late", late), ("missing", gone), ("size", short),
        ("stray", "note.txt"),
    ]  # fmt: skip
    assert count(now) == sorted(expected)
    entry = Entry.objects.filter(event="store.counted").last()
    assert len(json.loads(entry.facts)["named"]) == 7
    found("each kind of difference", "store", 7, 7)


def test_differences_stand_on_the_front_page_until_they_are_gone(received, now):
    path = store.local(received[0].sha256)
    path.rename(path.with_name("hidden"))
    count(now)
    told = [alarm.sentence for alarm in open_alarms()]
    assert told == ["The store differs from the records: 1 missing, 1 out of place. Tell the person who keeps it."]
    since = open_alarms()[0].since
    count(now + timedelta(minutes=1))
    assert open_alarms()[0].since == since  # it is as old as the first inventory that saw it

    path.with_name("hidden").rename(path)

    assert count(now + timedelta(minutes=2)) == []
    assert open_alarms() == []


def test_single_bits_changed_in_sampled_objects_are_found_and_named(received, now):
    flipped = [one.sha256 for one in received[::2]]
    for sha256 in flipped:
        spoil(sha256, flip)
    watching.learn(kept())
    aged(31)

    done = watching.verify(kept(), by=SWEEPER, at=now)

    assert sorted(done.wrong) == sorted(flipped)
    assert done.verified == 4
    assert sorted(Check.objects.filter(state="damaged").values_list("sha256", flat=True)) == sorted(flipped)
    assert [name for kind, name in count(now) if kind == "damaged"] == sorted(flipped)
    assert "4 stored objects could not be verified" in " ".join(alarm.sentence for alarm in open_alarms())
    found("single bit", "stored object", len(flipped), len(done.wrong))


def test_a_night_verifies_a_share_the_longest_unverified_first(received, now, settings):
    settings.LONGSTONE_VERIFY_DAYS = 4
    nights = []
    for _ in range(4):
        before = set(Check.objects.filter(state="verified").values_list("sha256", flat=True))
        watching.verify(kept(), by=SWEEPER, at=now)
        nights.append(set(Check.objects.filter(state="verified").values_list("sha256", flat=True)) - before)
        aged(0.9)

    assert [len(night) for night in nights] == [2, 2, 2, 2]
    assert len(set().union(*nights)) == 8


def test_what_would_be_late_tomorrow_is_verified_tonight_whatever_the_share(received, now, settings):
    settings.LONGSTONE_VERIFY_DAYS = 8
    watching.learn(kept())
    aged(7.5)

    assert watching.verify(kept(), by=SWEEPER, at=now).verified == 8


@pytest.mark.parametrize(("count_", "days", "each"), [(0, 30, 0), (1, 30, 1), (30, 30, 1), (31, 30, 2), (100, 1, 100)])
def test_a_share_is_large_enough_for_the_cycle(count_, days, each):
    assert share(count_, timedelta(days=days)) == each


def test_an_object_that_could_not_be_looked_at_is_neither_sound_nor_damaged_and_its_time_runs_on(received, now):
    class Silent:
        address = "nowhere"

        def verify(self, sha256):
            raise StoreFault("The bucket did not answer.")

    holding = Holding("store", Silent(), shelved.copies)

    done = watching.verify(holding, by=SWEEPER, at=now)

    assert (done.verified, done.wrong, len(done.unread)) == (0, [], 1)
    tried = Check.objects.get(sha256=done.unread[0])
    assert (tried.state, tried.verified_at, tried.said) == ("not yet", None, "The bucket did not answer.")
    aged(31)
    assert ("late", done.unread[0]) in count(now)


def test_a_round_that_is_cut_off_keeps_what_it_had_verified(received, now, settings):
    class Stopped(Exception):
        pass

    class Dies:
        address, count = "here", 0

        def verify(self, sha256):
            self.count += 1
            if self.count == 4:
                raise Stopped
            return store.current().verify(sha256)

    settings.LONGSTONE_VERIFY_DAYS = 1
    with pytest.raises(Stopped):
        watching.verify(Holding("store", Dies(), shelved.copies), by=SWEEPER, at=now)

    assert Check.objects.filter(state="verified").count() == 3


def test_bytes_of_an_act_that_was_refused_wait_and_are_no_difference_until_their_upload_is_swept(received, now):
    from django.db import transaction

    by = machine_of(received)
    staged = staging.begin(by=by, at=now, name="image.raw", size=4)
    staging.append(staged, [b"told"], offset=0, at=now)
    with transaction.atomic():
        sha256 = staging.claim(staged.pk, by=by).sha256
        transaction.set_rollback(True)

    assert count(now) == []

    with writing("the test"):
        type(staged).objects.filter(pk=staged.pk).delete()
    assert count(now) == [("extra", sha256)]


def machine_of(received):
    from longstone.people.queries import actor_for

    staff = received[0].exhibit.holder
    return actor_for(staff, at=received[0].received_at)


def test_what_comes_while_it_is_counted_is_no_difference(received, now):
    class Slow:
        address = "here"

        def listing(self):
            found_ = list(store.current().listing())
            yield from found_
            late = receive(machine_of(received), now, received[0].exhibit, b"late")
            yield Stored(late.sha256, late.size)

    watching.take_inventory(Holding("store", Slow(), shelved.copies), by=SWEEPER, at=now)

    assert Inventory.objects.get().differences == 0


def test_bytes_that_were_disposed_of_and_came_back_are_named():
    stone = "a" * 64

    tally = reconciled([], [Stored(stone, 4)], Known(disposed={stone}))

    assert [(one.kind, one.name) for one in tally.differences] == [("disposed", stone)]


def test_counts_and_bytes_are_of_all_that_is_there():
    expected = [Expected("a" * 64, 4, "copy"), Expected("b" * 64, None, "catalogue")]

    tally = reconciled(expected, [Stored("a" * 64, 4), Stored("b" * 64, 9), Stray("x", 1, "lies.")], Known())

    assert (tally.expected, tally.expected_bytes, tally.found, tally.found_bytes) == (2, 4, 3, 14)
    assert [one.kind for one in tally.differences] == ["stray"]


def test_only_the_night_watch_counts(received, force_of_received, now):
    with pytest.raises(NotPermitted, match="night watch"):
        watching.take_inventory(kept(), by=force_of_received, at=now)


@pytest.fixture
def force_of_received(received):
    return machine_of(received)


def test_a_store_that_was_not_counted_for_long_is_an_alarm(received, now):
    assert open_alarms() == []
    with writing("the test"):
        Staged.objects.update(claimed_at=now - timedelta(hours=40))

    assert [alarm.name for alarm in open_alarms()] == ["no inventory"]


def test_a_place_is_called_write_once_only_by_what_was_seen_of_it(received, now):
    address = store.current().address
    assert watching.label(address) == "Not called write-once: it has not been tried yet what it does."

    watching.probe(by=SWEEPER, at=now, store=store.current())
    assert "could be deleted at once" in watching.label(address)

    with writing("the test"):
        Probe.objects.create(address=address, at=now, conditional=True, checksum=True, locked=True)
    assert watching.label(address).startswith("Write-once: it refused")
