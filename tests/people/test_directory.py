"""Who is attached to whom in the force's directory: one to one, also in one moment, and never a wrong one's session for longer."""

from allauth.socialaccount.models import SocialAccount

from longstone.people import commands
from tests.site.doorstep import sessions, told

ADDRESS = "dev@northshire.example"


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
