"""What tests of signing in do at the door."""

from __future__ import annotations

import json
from datetime import timedelta

from django.urls import reverse

from longstone.kernel.models import Entry
from longstone.people import commands, factors
from longstone.people.models import SignedIn
from tests.house import PASSWORD
from tests.site.app import SECRET, code_of

HOME = "198.51.100.7"


def knock(client, name="detective.northshire", password=PASSWORD, address=HOME, **headers):
    """Try a name and a password from an address."""
    return client.post(
        reverse("account_login"), {"login": name, "password": password}, REMOTE_ADDR=address, headers=headers
    )


def told(event):
    """Give what the ledger holds of an event, the newest last."""
    return [json.loads(one) for one in Entry.objects.filter(event=event).order_by("pk").values_list("facts", flat=True)]


def with_app(force, now, role="detective"):
    """Give somebody an authenticator app and recovery codes; gives the codes."""
    staff, by = force.staff[role], force.actor(role, now)
    commands.add_app(by=by, at=now, staff=staff, secret=SECRET, code=code_of(SECRET))
    return commands.make_recovery_codes(by=by, at=now, staff=staff)


def step(client, code, address=HOME):
    """Show a second factor after the password."""
    return client.post(reverse("mfa_authenticate"), {"code": code}, REMOTE_ADDR=address)


def inside(client):
    """Say whether a browser is signed in."""
    return client.get(reverse("home")).status_code == 200


def sessions(staff):
    """Give where somebody is signed in."""
    return SignedIn.objects.filter(staff=staff, ended_at=None)


def later(staff, **ago):
    """Let time pass in somebody's sessions: say how long ago which of their moments was."""
    from longstone.kernel.promises import writing

    with writing("the test"):
        for one in sessions(staff):
            for name, minutes in ago.items():
                setattr(one, name, getattr(one, name) - timedelta(minutes=minutes))
            one.save()


__all__ = ["HOME", "SECRET", "code_of", "factors", "inside", "knock", "later", "sessions", "step", "told", "with_app"]
