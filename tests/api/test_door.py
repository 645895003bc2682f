"""At the door: a system shows its secret for a token, and its token with each request; two people let it in, and it can be ended at once."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from longstone.kernel.api import limits
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, Refusal, Stale
from longstone.people import commands as people
from longstone.people import rules
from longstone.people.models import System, SystemToken
from longstone.people.queries import actor_of, powers_for_systems
from longstone.site import systems
from tests.api.conftest import SECRET, Program, let_in, speak

FORM = "application/x-www-form-urlencoded"


def knock(system, secret=SECRET, grant="client_credentials", **more):
    told = {"grant_type": grant, "client_id": system.client_id, "client_secret": secret, **more}
    return Client().post("/api/v1/token", urlencode(told), content_type=FORM)


@pytest.fixture
def system(force, now):
    return let_in(force, now, "see every case", "open cases")


def test_a_system_gets_a_token_for_its_secret_and_acts_with_it(system):
    answer = knock(system)

    assert answer.status_code == 200, answer.content
    assert answer.json().keys() >= {"access_token", "expires_in", "token_type"}
    assert answer.json()["expires_in"] == 900
    assert answer.headers["Cache-Control"] == "no-store"
    assert Program(system, answer.json()["access_token"]).get("lists/cases").status_code == 200
    assert Entry.objects.get(event="system.let_in").by_name == str(system)


def test_the_secret_may_come_as_http_basic(system):
    told = base64.b64encode(f"{system.client_id}:{SECRET}".encode()).decode()

    answer = Client().post(
        "/api/v1/token", "grant_type=client_credentials", content_type=FORM, headers={"Authorization": f"Basic {told}"}
    )

    assert answer.status_code == 200


def test_neither_secret_nor_token_is_kept_as_it_is(system):
    token = knock(system).json()["access_token"]
    kept = json.dumps(
        [
            list(System.objects.everything(because="the test looks").values_list("secret")),
            list(SystemToken.objects.values_list("digest")),
        ]
    )
    told = " ".join(Entry.objects.values_list("facts", flat=True))

    assert SECRET not in kept + told
    assert token not in kept + told
    assert rules.digest_of(token) in kept


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"secret": "wrong"}, 401, "invalid_client"), ({"secret": ""}, 401, "invalid_client"),
        ({"client_id": "system-of-nobody"}, 401, "invalid_client"), ({"client_id": "a\x00b"}, 401, "invalid_client"),
        ({"grant": "password"}, 400, "unsupported_grant_type"), ({"grant": ""}, 400, "invalid_request"),
        ({"scope": "everything"}, 400, "invalid_scope"),
    ],
)  # fmt: skip
def test_who_is_not_known_is_turned_away_and_that_is_written_down(system, changed, status, error):
    answer = knock(system, **changed)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert Entry.objects.filter(event="system.turned_away").count() == 1
    assert not SystemToken.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"grant_type=client_credentials&grant_type=x", b"a=%zz", b"\x00", b"{}", "grant_type=é".encode()],
)
def test_whatever_is_sent_to_the_door_is_answered_in_oauths_words(system, body):
    answer = Client().post("/api/v1/token", body, content_type=FORM)

    assert answer.status_code in {400, 401}
    assert answer.json()["error"]


def test_a_secret_in_the_address_is_refused(system):
    answer = Client().post(
        f"/api/v1/token?client_id={system.client_id}&client_secret={SECRET}&grant_type=client_credentials"
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Bearer wrong", "bearer\x00x", "Basic eDp5", "Bearer " + "x" * 5000]
)
def test_without_a_token_that_holds_nothing_opens(system, sent):
    answer = Client().get("/api/v1/lists/cases", headers={"Authorization": sent} if sent else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["refusal"].startswith("Send a token")


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer of-nobody"}])
def test_an_officers_session_opens_nothing_here(force, sign_in, sent):
    assert sign_in(force.staff["supervisor"]).get("/api/v1/lists/cases", headers=sent).status_code == 401


def test_a_token_opens_no_page(system, now):
    told = {"Authorization": f"Bearer {speak(system, now).token}"}

    assert Client().get("/cases/", headers=told).status_code == 302


def test_a_token_ends(system, now):
    program = Program(system, "one-that-is-over")
    people.give_token(by=actor_of(system), at=now, system=system, token=program.token, expires_at=now)

    assert program.get("lists/cases").status_code == 401


def test_a_system_that_was_ended_is_out_at_once(force, system, now):
    program = speak(system, now)
    assert program.get("lists/cases").status_code == 200

    people.end_system(by=force.actor("administrator", now), at=now, system=system, reason="The contract ended")

    assert program.get("lists/cases").status_code == 401
    answer = knock(system)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert "ended" in answer.json()["error_description"]


def test_a_new_secret_ends_the_old_one_and_its_tokens(force, system, now):
    program = speak(system, now)

    people.make_secret(by=force.actor("administrator", now), at=now, system=system, secret="x" * 40)

    assert program.get("lists/cases").status_code == 401
    assert knock(system).status_code == 401
    assert knock(system, secret="x" * 40).status_code == 200


def test_powers_end_on_their_day(system, now):
    assert system.stands(system.ends_on - timedelta(days=1)) == "live"
    assert system.stands(system.ends_on) == "expired"


def test_a_system_with_no_powers_cannot_come_in(force, now):
    ada = force.actor("administrator", now)
    system = people.register_system(by=ada, at=now, name="New", purpose="Nothing yet")
    people.make_secret(by=ada, at=now, system=system, secret=SECRET)

    assert "no powers" in knock(system).json()["error_description"]


def test_a_token_that_is_over_makes_room_for_the_next(system, now):
    speak(system, now - timedelta(minutes=4), token="first")
    with writing("the test"):
        SystemToken.objects.update(expires_at=now - timedelta(seconds=1))

    speak(system, now, token="second")

    assert [one.digest for one in SystemToken.objects.all()] == [rules.digest_of("second")]


def test_who_has_seen_the_secret_cannot_give_the_powers(force, system, now):
    told = {"powers": ["open cases"], "ends_on": now.date() + timedelta(days=9), "per_minute": 60}

    with pytest.raises(NotPermitted, match="Two people let a system in"):
        people.give_powers(by=force.actor("administrator", now), at=now, system=system, seen=system.version, **told)
    with pytest.raises(NotPermitted, match="Two people let a system in"):
        people.make_secret(by=force.actor("records_manager", now), at=now, system=system, secret=SECRET)


def test_the_database_keeps_it_to_two_people(force, system, now):
    with writing("the test"), transaction.atomic(), pytest.raises(IntegrityError, match="two_people_let_a_system_in"):
        System.objects.everything(because="the test tries").update(secret_by=system.powers_by)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"powers": []}, "at least one"), ({"powers": ["keep systems"]}, "cannot be given"), ({"powers": ["fly"]}, "cannot be given"),
        ({"days": 0}, "within a year"), ({"days": 367}, "within a year"), ({"per_minute": 0}, "pace"), ({"per_minute": 6001}, "pace"),
    ],
)  # fmt: skip
def test_powers_are_known_few_and_for_a_year_at_most(force, system, now, changed, sentence):
    told = {"powers": ["open cases"], "days": 30, "per_minute": 60, **changed}
    ends_on = now.date() + timedelta(days=told.pop("days"))

    with pytest.raises(Refusal, match=sentence):
        people.give_powers(
            by=force.actor("records_manager", now), at=now, system=system, seen=system.version, ends_on=ends_on, **told
        )


def test_two_windows_on_one_system(force, system, now):
    told = {"powers": ["open cases"], "ends_on": now.date() + timedelta(days=9), "per_minute": 60}

    with pytest.raises(Stale):
        people.give_powers(by=force.actor("records_manager", now), at=now, system=system, seen=1, **told)


@pytest.mark.parametrize("role", ["detective", "supervisor", "exhibits_officer"])
def test_only_those_who_keep_systems_let_one_in(force, now, role):
    with pytest.raises(NotPermitted, match="Only an administrator"):
        people.register_system(by=force.actor(role, now), at=now, name="Mine", purpose="For me")


def test_a_system_never_has_what_only_people_have():
    assert "see every case" in powers_for_systems()
    assert "move exhibits" not in powers_for_systems()
    assert not powers_for_systems() & rules.ONLY_PEOPLE


def test_a_power_is_held_for_the_systems_own_force_alone(force, other_force, system, now):
    by = actor_of(system)

    assert by.holds("open cases", controller=force.controller.pk)
    assert not by.holds("open cases", controller=other_force.controller.pk)


def test_who_asks_too_often_waits_and_it_is_written_down_once_a_minute(program):
    mine = program("see every case", per_minute=3)

    told = [mine.get("lists/cases") for _ in range(2 * 3 + 1)]  # too many even if a new minute begins between

    slow = [one for one in told if one.status_code == 429]
    assert slow
    assert all(1 <= int(one.headers["Retry-After"]) <= 60 for one in slow)
    assert {one.json()["refusal"] for one in slow} == {systems.TOO_OFTEN}
    assert Entry.objects.filter(event="system.turned_away").count() in {1, 2}


def test_the_door_itself_is_knocked_at_so_often_and_no_more(system, settings):
    settings.LONGSTONE_AT_THE_DOOR = 2

    assert 429 in {knock(system, secret="wrong").status_code for _ in range(2 * 2 + 1)}


def test_a_minute_is_counted_exactly_and_the_next_begins_anew(db):
    at = datetime(2026, 11, 24, 9, 30, 45, tzinfo=UTC)

    told = [limits.waits("a system", per_minute=2, at=at) for _ in range(4)]

    assert told == [(0, False), (0, False), (15, True), (15, False)]
    assert limits.waits("another", per_minute=2, at=at) == (0, False)
    assert limits.waits("a system", per_minute=2, at=at + timedelta(seconds=15)) == (0, False)
