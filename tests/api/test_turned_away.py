"""Turned away at the door: counted by where a program really comes from, and written down under the name that it gave."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client

from longstone.kernel.models import Entry
from tests.api.conftest import let_in
from tests.api.test_door import FORM

GRANT = "grant_type=client_credentials"


@pytest.fixture
def system(force, now):
    return let_in(force, now, "open cases")


def told():
    """Give what the ledger holds of programs that were turned away, the newest last."""
    rows = Entry.objects.filter(event="system.turned_away").order_by("pk")
    return [json.loads(one) for one in rows.values_list("facts", flat=True)]


def knock(authorization="Basic eDp5", passed="", asking="127.0.0.1"):
    headers = {"Authorization": authorization} | ({"X-Forwarded-For": passed} if passed else {})
    return Client().post("/api/v1/token", GRANT, content_type=FORM, headers=headers, REMOTE_ADDR=asking)


def basic(*told):
    return f"Basic {base64.b64encode(':'.join(told).encode()).decode()}"


def test_behind_a_proxy_each_program_has_a_count_of_its_own(db, settings):
    settings.LONGSTONE_PROXY, settings.LONGSTONE_AT_THE_DOOR = 1, 2
    noisy = {knock(passed="6.6.6.6, 203.0.113.1").status_code for _ in range(5)}  # two minutes at most lie between

    other = knock(passed="203.0.113.2")

    assert noisy == {401, 429}
    assert other.status_code == 401
    assert {one["address"] for one in told()} == {"203.0.113.1", "203.0.113.2"}
    assert next(one["why"] for one in told() if "often" in one["why"]) == "door 203.0.113.1 asked too often"


def test_one_network_of_ipv6_is_one_at_the_door_and_each_address_is_written_down(db, settings):
    settings.LONGSTONE_AT_THE_DOOR = 2
    asking = [f"2001:db8:0:1::{number}" for number in range(1, 6)]

    answers = {knock(asking=one).status_code for one in asking}

    assert answers == {401, 429}
    assert {one["address"] for one in told()} <= set(asking)


def test_a_program_that_sends_its_secret_as_http_basic_is_named_when_it_is_turned_away(system):
    assert knock(basic(system.client_id, "wrong")).status_code == 401

    assert [(one["client_id"], one["why"]) for one in told()] == [(system.client_id, "invalid_client")]


@pytest.mark.parametrize("sent", ["Basic é", "Basic \xff\xfe", "Basic =", "Basic /w==", "Basic", basic("é", "wrong")])
def test_whatever_is_sent_as_http_basic_is_answered_and_written_down(db, sent):
    answer = knock(sent)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert len(told()) == 1
