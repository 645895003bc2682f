"""What is typed where a username belongs may be a password: nothing that is kept of it can be guessed at, and it does not stay."""

import hashlib
from datetime import timedelta

from django.db import connection

from longstone.kernel.addresses import network
from longstone.kernel.promises import writing
from longstone.people import admission, commands, jobs
from longstone.people.models import Lock
from tests.house import make_force
from tests.site.doorstep import HOME, knock, told

TYPED = "Winter2026!"


def guessed(*texts):
    """Give what a thief with a fast computer would look for."""
    return {hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts}


def test_the_mark_of_a_typed_password_is_worth_nothing_without_the_houses_secret(db, now, settings):
    at = {"near": HOME, "at": now}
    commands.lock_out(at=now, username=TYPED, address=HOME)

    mark = Lock.objects.get().username

    assert not any(digest in mark for digest in guessed(TYPED, TYPED.casefold()))
    assert admission.locked_until(TYPED, **at)
    settings.SECRET_KEY = "another house's secret"
    assert not admission.locked_until(TYPED, **at)


def test_a_count_of_tries_is_kept_under_no_digest_of_what_was_typed(client, db):
    knock(client, name=TYPED, password="wrong")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entries")
        kept = " ".join(key for (key,) in cursor.fetchall())

    assert "login_failed" in kept
    name = TYPED.casefold()
    assert not any(digest in kept for digest in guessed(*(f"tries for {name} at {place}" for place in (HOME, ""))))


def test_locks_that_have_ended_go_after_a_day(fresh_house, now):
    make_force("northshire", now)
    ended = timedelta(minutes=20)  # as long as a lock lasts, and some more
    for name, ago in (("detective.northshire", timedelta(0)), ("supervisor.northshire", timedelta(days=1)), (TYPED, timedelta(days=1) + ended)):  # fmt: skip
        lock = commands.lock_out(at=now, username=name, address=HOME)
        lock.since, lock.until = lock.since - ago, lock.until - ago
        with writing("the test"):
            lock.save()

    jobs.forget_locks(0)
    jobs.forget_locks(0)

    assert sorted(Lock.objects.values_list("username", flat=True)) == ["detective.northshire", "supervisor.northshire"]
    assert told("locks.forgotten") == [{"count": 1}]


def test_an_officer_is_known_in_their_network_though_their_address_changes(force, now):
    dev, by = force.staff["detective"], force.actor("detective", now)
    commands.sign_in(by=by, at=now, staff=dev, address="2001:db8:1:2::5")
    commands.lock_out(at=now, username=dev.username, address="")  # wherever the name was never used before

    def shut(address):
        return admission.locked_until(dev.username, near=network(address), at=now) is not None

    assert not shut("2001:db8:1:2:aaaa::77")
    assert shut("2001:db8:1:3::5")
    assert shut("")
    assert not admission.known_at(dev.username, network("2001:db8:1:2::5"), at=now + timedelta(days=91))
