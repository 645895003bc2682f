"""Alarms: what is wrong stands on the front page, and a watch that cannot look is itself an alarm."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from longstone.kernel import alarms
from longstone.kernel.alarms import Alarm

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def watched(monkeypatch):
    """Give an empty list of watches, to be filled by the test."""
    monkeypatch.setattr(alarms, "_watches", {})
    return alarms.raises_alarms


def broken():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    return []


def test_the_oldest_alarm_comes_first(db, watched):
    @watched
    def late():
        return [Alarm("late", "It is late.", NOON)]

    @watched
    def later():
        return [Alarm("old", "It is old.", NOON - timedelta(days=1))]

    assert [one.name for one in alarms.open_alarms()] == ["old", "late"]


def test_a_watch_that_cannot_look_is_an_alarm_and_the_others_still_answer(db, watched):
    watched(broken)

    @watched
    def works():
        return [Alarm("late", "It is late.", NOON)]

    assert {one.name for one in alarms.open_alarms()} == {"late", "a watch does not answer"}


def test_the_front_page_shows_what_is_wrong(force, sign_in, watched):
    @watched
    def lost():
        return [Alarm("lost", "Two objects are missing.", NOON)]

    page = sign_in(force.staff["detective"]).get("/")

    assert "Two objects are missing." in page.content.decode()


def test_the_front_page_is_quiet_when_nothing_is_wrong(force, sign_in, watched):
    page = sign_in(force.staff["detective"]).get("/")

    assert "Something is wrong" not in page.content.decode()
