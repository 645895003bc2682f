"""Who is attached to whom in the force's directory: one to one, also in one moment, and never a wrong one's session for longer."""

import psycopg
import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, OperationalError, connection, transaction

from longstone.kernel.refusals import NotPermitted
from longstone.people import commands
from tests.house import make_force
from tests.site.doorstep import sessions, told

ADDRESS = "dev@northshire.example"


@pytest.fixture
def house(fresh_house, now):
    """Give a force whose detective the directory knows, in a house with real commits."""
    force = make_force("northshire", now)
    enter(force, now, ADDRESS)
    return force


def enter(force, now, email):
    commands.enter_in_directory(by=force.actor("administrator", now), at=now, staff=force.staff["detective"], email=email)  # fmt: skip


def test_entering_another_address_ends_the_sessions_of_whoever_was_attached(db, force, now):
    dev = force.staff["detective"]
    commands.sign_in(by=force.actor("detective", now), at=now, staff=dev, address="")
    enter(force, now, ADDRESS)
    assert sessions(dev).count() == 1  # nobody was attached: it is their own
    commands.attach(at=now, staff=dev, provider="northshire", subject="the wrong one")

    enter(force, now, "another@northshire.example")

    assert not sessions(dev).exists()
    assert not SocialAccount.objects.exists()
    assert told("sessions.ended")[-1]["why"] == "The directory knows them by another address now."


ACTS = {
    "attach": lambda at, dev: commands.attach(at=at, staff=dev, provider="northshire", subject="1"),
    "shut out": lambda at, dev: commands.shut_out(at=at, staff=dev, why="They left."),
    "let back": lambda at, dev: commands.let_back(at=at, staff=dev),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_the_directory_does_to_somebody_waits_for_whatever_else_is_done_to_them(house, fresh_house, now, act):
    dev = house.staff["detective"]
    with psycopg.connect(fresh_house) as another:
        another.execute("SELECT 1 FROM people_staff WHERE id = %s FOR NO KEY UPDATE", [dev.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")

        with pytest.raises(OperationalError, match="lock timeout"):
            act(now, dev)


def test_nobody_is_attached_to_two(house, now):
    dev = house.staff["detective"]
    commands.attach(at=now, staff=dev, provider="northshire", subject="1")

    with pytest.raises(NotPermitted, match="attached to somebody already"):
        commands.attach(at=now, staff=dev, provider="northshire", subject="2")
    with transaction.atomic(), pytest.raises(IntegrityError, match="one_attachment_each"):
        SocialAccount.objects.create(user=dev, provider="northshire", uid="2")
