"""The shelf of clocks is read strictly, and names only what the house has."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from docs.writers import ROOT
from longstone.kernel.clocks import shelf
from longstone.kernel.clocks.days import Calendar
from longstone.kernel.scoped import Scoped
from longstone.kernel.shelves import BadShelf
from longstone.kernel.states import Event
from longstone.people.queries import roles

MODELS = {model._meta.model_name: model for model in apps.get_models()}
COUNTED = [one for one in shelf.versions().values() if not one.due_on]


@pytest.fixture
def own(tmp_path, settings):
    """Give a force's own shelves; they are forgotten afterwards."""
    settings.LONGSTONE_SHELVES = str(tmp_path)
    (tmp_path / "clocks").mkdir()
    (tmp_path / "holidays").mkdir()
    shelf.forget()
    yield tmp_path
    settings.LONGSTONE_SHELVES = ""
    shelf.forget()


def recorded() -> list[re.Pattern[str]]:
    """Find every event that some command records; what is worked out as it runs may be any word."""
    found = []
    for path in (ROOT / "longstone").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"record", "_record"}:  # fmt: skip
                found += _pattern(node.args[0])
    return found


def _pattern(node: ast.expr) -> list[re.Pattern[str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.compile(re.escape(node.value))]
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(str(one.value)) if isinstance(one, ast.Constant) else "[a-z_]+" for one in node.values)
        return [re.compile("".join(parts))]
    return []


def states_of(kind: str) -> set[str]:
    """Name the states that one kind of thing can reach, as clocks call them."""
    from tests.test_house import FLOWS

    moves = [m for m in apps.get_models() if issubclass(m, Event) and m._meta.get_field("row").related_model is MODELS[kind]]  # fmt: skip
    words = {f"{kind}.{state}" for flow in FLOWS.values() for state in flow.words}
    return words if moves else set()


@pytest.mark.parametrize("clock", shelf.versions().values(), ids=lambda one: one.id)
def test_a_clock_counts_on_a_kind_of_thing_and_tells_roles_that_there_are(clock):
    assert clock.of in MODELS
    assert set(clock.tells) <= set(roles())
    assert clock.due_on is None or MODELS[clock.of]._meta.get_field(clock.due_on)
    assert clock.due_on or issubclass(MODELS[clock.of], Scoped)


@pytest.mark.parametrize("clock", COUNTED, ids=lambda one: one.id)
def test_a_clock_counts_only_by_what_some_act_does(clock):
    known = recorded()

    for event in clock.events:
        told = any(one.fullmatch(event) for one in known)
        assert told or event in states_of(clock.of), f"{clock.id}: nothing ever says {event}."


@pytest.mark.parametrize("clock", [one for one in COUNTED if one.page], ids=lambda one: one.id)
def test_the_page_on_which_it_is_done_is_there(clock):
    try:
        assert reverse(clock.page, args=[1])
    except NoReverseMatch:
        pytest.fail(f"{clock.id} names the page {clock.page}, which is not there.")


SOUND = """id: own_clock
version: 1
title: Ours
of: case
starts_on: [case.opened]
ends_on: [case.closed]
lasts: 3
unit: working_days
calendar: united_kingdom
warn_hours: 24
tells: [supervisor]
source: "Our own policy of 2026"
reason_needed: true
"""
BROKEN = [
    ("reason_needed", "reason_neded", "reason_neded"),
    ("lasts: 3\n", "", "name starts_on, ends_on, lasts and unit"),
    ("lasts: 3", "lasts: 0", "greater than or equal to 1"),
    ('"Our own policy of 2026"', '""', "at least 10 characters"),
    ("calendar: united_kingdom\n", "", "name the calendar"),
    ("calendar: united_kingdom", "calendar: atlantis", "calendar"),
    ("warn_hours: 24", "warn_hours: 24\nwarn_hours: 25", "stand twice"),
    ("warn_hours: 24", "pauses_on: [case.closed]\nwarn_hours: 24", "must be resumed"),
    ("warn_hours: 24", "due_on: opened_at\nwarn_hours: 24", "not both"),
    ("id: own_clock", "id: another", "Name the file so"),
    ("version: 1", "version: 2", "Name the file so"),
    ("tells: [supervisor]", "tells: []", "tells"),
]


def test_a_forces_own_clock_is_read_from_its_folder(own):
    (own / "clocks" / "own_clock.v1.yaml").write_text(SOUND)

    found = shelf.clocks()["own_clock"]

    assert found.how_long == "3 working days (the United Kingdom)"
    assert "case.opened" in shelf.events("case")
    assert len(shelf.clocks()) > 5


@pytest.mark.parametrize(("was", "now", "said"), BROKEN)
def test_a_clock_that_is_not_sound_is_refused_with_its_file_and_its_fault(own, was, now, said):
    assert was in SOUND
    (own / "clocks" / "own_clock.v1.yaml").write_text(SOUND.replace(was, now))

    with pytest.raises(BadShelf, match=r"own_clock\.v1\.yaml") as told:
        shelf.clocks()

    assert said in str(told.value)


def test_a_forces_own_version_takes_the_place_of_ours(own):
    ours = (ROOT / "longstone/cases/clocks/case_review.v1.yaml").read_text()
    (own / "clocks" / "case_review.v2.yaml").write_text(ours.replace("version: 1", "version: 2").replace("28", "14", 1))

    assert shelf.clocks()["case_review"].lasts == 14
    assert shelf.clock("case_review", 1).lasts == 28


def test_the_same_version_on_two_shelves_is_refused(own):
    ours = (ROOT / "longstone/cases/clocks/case_review.v1.yaml").read_text()
    (own / "clocks" / "case_review.v1.yaml").write_text(ours)

    with pytest.raises(BadShelf, match="two shelves"):
        shelf.clocks()


def later(last: str) -> str:
    """Give the calendar of England and Wales with another end, as the next version."""
    ours = (Path(shelf.HERE) / "england_and_wales.v1.yaml").read_text()
    return ours.replace("version: 1", "version: 2").replace("last_day: 2028-12-31", f"last_day: {last}")


def test_a_calendar_that_is_extended_takes_the_place_of_ours(own):
    more = '  2029-01-01: "New Year\'s Day"\n'
    (own / "holidays" / "england_and_wales.v2.yaml").write_text(later("2029-12-31") + more)

    found = shelf.calendar("england_and_wales")

    assert isinstance(found, Calendar)
    assert f"{found.last_day}" == "2029-12-31"
    assert f"{shelf.calendar('united_kingdom').last_day}" == "2028-12-31"


@pytest.mark.parametrize("last", ["2027-12-31"])
def test_a_holiday_outside_what_a_calendar_says_it_knows_is_refused(own, last):
    (own / "holidays" / "england_and_wales.v2.yaml").write_text(later(last))

    with pytest.raises(BadShelf, match="lies outside"):
        shelf.holidays()


def test_a_holiday_on_a_weekend_is_refused(own):
    (own / "holidays" / "england_and_wales.v2.yaml").write_text(later("2028-12-31") + '  2028-12-30: "A Saturday"\n')

    with pytest.raises(BadShelf, match="substitute day"):
        shelf.holidays()
