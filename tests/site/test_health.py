"""Alive, ready, and in numbers: a machine that watches hears the truth, in a sentence, and nothing about a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from longstone.kernel import alarms, ledger, metrics
from longstone.kernel.ledger import outages, sequencer
from longstone.kernel.models import Backup, Entry, Restoration
from longstone.kernel.promises import writing
from longstone.site import watches
from tests.house import PASSWORD


def later(seconds):
    """Make every entry that waits look older than it is."""
    with writing("test"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_entry SET recorded_at = recorded_at - %s, past = true", [timedelta(seconds=seconds)]
        )


def alarm(name):
    return next((one.sentence for one in alarms.open_alarms() if one.name == name), "")


@pytest.fixture
def owned(fresh_house, worker_house):
    """Give a house whose rows the test may age: it is used as their owner."""
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["USER"] = "longstone_owner"
    yield worker_house
    connections["default"].close()


def test_a_house_in_good_order_is_ready(worker_house, client):
    sequencer.catch_up()

    page = client.get("/health/ready")

    assert page.status_code == 200
    assert page.content.decode() == "ready\ndatabase: well\nsequencer: well\nstore: well\ndisk: well\n"


def test_it_is_alive_even_while_the_database_is_gone(fresh_house, client):
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = "no such database"

    assert client.get("/health/live").status_code == 200
    page = client.get("/health/ready")
    assert page.status_code == 503
    assert "database: The database does not answer." in page.content.decode()


def test_entries_that_nobody_numbers_make_it_unready_and_raise_an_alarm(owned, client):
    later(watches.LATE + 5)

    page = client.get("/health/ready")

    assert page.status_code == 503
    assert "Is the sequencer running?" in page.content.decode()
    assert "Is the sequencer running?" in alarm("sequencer late")


def test_what_the_sequencer_says_is_said_on(worker_house, client):
    outages.say(outages.SEQUENCER, "The tree no longer has the root that was signed at size 3.")

    assert "signed at size 3" in client.get("/health/ready").content.decode()
    assert "signed at size 3" in alarm("ledger not signed")


def test_a_store_that_cannot_be_written_to_makes_it_unready(worker_house, client, settings):
    place = Path(settings.LONGSTONE_HOME) / "store"
    place.parent.mkdir(exist_ok=True)
    place.write_text("a file where the folder should be")

    page = client.get("/health/ready")

    assert page.status_code == 503
    assert "store: The disk answered" in page.content.decode()


def test_a_disk_that_fills_up_makes_it_unready_and_raises_an_alarm(worker_house, client, settings):
    settings.LONGSTONE_DISK_LEAST = 1 << 62

    assert "disk: The disk is nearly full" in client.get("/health/ready").content.decode()
    assert "The disk is nearly full" in alarm("disk full")


def test_the_numbers_are_what_prometheus_reads(worker_house, client):
    told = client.get("/metrics").content.decode()

    lines = [line for line in told.splitlines() if not line.startswith("#")]
    assert len(lines) == len({line.split()[0] for line in lines}) > 12
    assert all(len(line.split(" ")) == 2 and float(line.split(" ")[1]) >= 0 for line in lines)
    assert "# TYPE longstone_backup_age_seconds gauge\nlongstone_backup_age_seconds +Inf" in told
    assert float(metrics.value("ledger_waiting_entries")) == Entry.objects.filter(leaf=None).count() > 0


def test_the_numbers_name_nobody(worker_house, client):
    told = client.get("/metrics").content.decode() + client.get("/health/ready").content.decode()

    assert "northshire" not in told.lower()
    assert "officer" not in told.lower()


def test_the_numbers_are_for_this_machine_or_for_the_token(worker_house, client, settings):
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 404
    settings.LONGSTONE_METRICS_TOKEN = "a long word"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer a longer word").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer a long word", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_behind_a_proxy_everybody_is_near_so_only_the_token_counts(worker_house, client, settings):
    settings.LONGSTONE_PROXY = True

    assert client.get("/metrics").status_code == 404


def test_work_that_nobody_does_and_work_that_a_dead_worker_left_raise_alarms(owned):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
        told = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'x', %s::procrastinate_job_status)"
        cursor.execute(told, ["todo"])
        cursor.execute(told, ["doing"])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour'")

    assert "Work has waited for 60 minutes" in alarm("work waits")
    assert "1 pieces of work were left" in alarm("work left")
    assert metrics.value("queue_stalled_jobs") == 1


def test_an_old_backup_and_none_at_all_raise_an_alarm(owned, settings):
    assert alarm("no backup") == ""
    later(27 * 3600)
    assert alarm("no backup").startswith("The house was never backed up.")
    note(age=timedelta(hours=25))
    assert alarm("no backup") == ""
    with writing("test"):
        Backup.objects.update(backup_of=timezone.now() - timedelta(hours=27))
    assert alarm("no backup").startswith("The last backup is too old.")


def note(*, age, amiss=""):
    told = {"ledger_size": 1, "objects_kept": 0, "bytes_kept": 0}
    with writing("test"):
        Backup.objects.create(name=amiss or "n", manifest="m", backup_of=timezone.now() - age, amiss=amiss, **told)


def test_what_a_backup_could_not_copy_is_an_alarm(owned):
    note(age=timedelta(hours=1), amiss="object 1234: the store does not hold it")

    assert "object 1234: the store does not hold it" in alarm("backup amiss")
    assert metrics.value("backup_amiss") == 1


def test_a_restore_stands_on_the_front_page_until_it_is_settled_and_what_was_lost_after_it(owned, client):
    force, *_ = owned
    now = timezone.now()
    with writing("test"):
        one = Restoration.objects.create(kept_size=5, kept_root=b"", backup_of=now - timedelta(days=1))
    client.force_login(force.staff["detective"], backend="longstone.site.sign_in.StaffBackend")
    assert "what was lost is not settled yet" in client.get("/").content.decode()

    settled = {"known_size": 9, "known_root": b"", "lost": 4, "bridged": True, "reconciled_at": now, "note": "x"}
    with writing("test"):
        Restoration.objects.filter(pk=one.pk).update(**settled)
    told = client.get("/").content.decode()

    assert "This house was restored from a backup." in told
    assert "4 entries of the ledger" in told
    assert "not settled" not in told


def test_reading_and_acting_go_on_while_nothing_is_signed(worker_house, client):
    force, *_ = worker_house
    outages.say(outages.SEQUENCER, "Nothing is signed for a reason.")

    assert (
        client.post("/sign-in/login/", {"login": force.staff["detective"].username, "password": PASSWORD}).status_code
        == 302
    )
    ledger.refused("x", by=force.actor("detective", timezone.now()), sentence="y")
    assert "Nothing is signed for a reason." in client.get("/").content.decode()


def test_witnesses_and_inventories_are_measured_once_there_are_any(worker_house):
    from longstone.kernel.ledger.entries import Checkpoint, Cosignature
    from longstone.kernel.store.models import Inventory

    assert metrics.value("witness_behind_entries") is None
    assert metrics.value("inventory_age_seconds") is None
    sequencer.catch_up()
    last, now = Checkpoint.objects.order_by("-size").first(), timezone.now()
    with writing("test"):
        first = Checkpoint.objects.create(size=1, root=b"", note="x")
        Cosignature.objects.create(checkpoint=first, witness="w", line="x", at=now - timedelta(hours=1))
        for holding, count in (("store", 2), ("catalogues", 1)):
            told = {
                "address": "x",
                "expected": 0,
                "expected_bytes": 0,
                "found": 0,
                "found_bytes": 0,
                "at": now - timedelta(hours=2),
            }
            Inventory.objects.create(holding=holding, differences=count, **told)

    assert metrics.value("witness_behind_entries") == last.size - 1
    assert 3500 < metrics.value("witness_age_seconds") < 3700
    assert metrics.value("inventory_differences") == 3
    assert 7100 < metrics.value("inventory_age_seconds") < 7300


def test_work_that_was_given_up_raises_an_alarm_until_it_is_done_again_or_a_week_is_over(owned):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'house.try_list', 'doing')"
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        assert "given up after every try: try list (1 in a week)" in alarm("work given up")
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '8 days'")
        assert not alarm("work given up")
        cursor.execute("UPDATE procrastinate_events SET at = now()")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo'")

    assert not alarm("work given up")
