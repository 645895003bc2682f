"""A clock's next version, or a calendar's, changes what begins and what still runs; what ran before stays as it was."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.kernel.clocks import acts, days, rules, shelf
from longstone.kernel.clocks.rules import Fact, Reads
from tests.clocks.test_following import opened, past, runs_on
from tests.racing import PATIENCE, in_thread, somebody_waits

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CLOCK = shelf.HERE.parents[2] / "cases" / "clocks" / "case_allocated.v1.yaml"


@pytest.fixture
def ours(tmp_path, settings):
    """Give a force's own folder of shelves; what is put there counts once the shelf is read afresh."""
    for name in ("clocks", "holidays"):
        (tmp_path / name).mkdir()
    settings.LONGSTONE_SHELVES = str(tmp_path)
    yield tmp_path
    settings.LONGSTONE_SHELVES = ""
    shelf.forget()


def next_version(ours, *changes):
    """Put the next version of a clock on the force's shelf."""
    told = CLOCK.read_text().replace("version: 1", "version: 2")
    for was, now in changes:
        assert was in told
        told = told.replace(was, now)
    (ours / "clocks" / "case_allocated.v2.yaml").write_text(told)
    shelf.forget()


def standing(case) -> list[tuple[int, str]]:
    return [(one.clock_version, one.how) for one in runs_on(case, "case_allocated")]


def reopened(force, now):
    """Give a case that was closed and opened again: the clock of its allocation runs a second time, and is late."""
    case, sam = opened(force, now - timedelta(days=9)), past(force.actor("supervisor", now))
    cases.close(by=sam, at=now - timedelta(days=8), case=case, outcome="no_further_action", reason="None remains.")
    return cases.reopen(by=sam, at=now - timedelta(days=7), case=case, reason="New evidence.")


def test_what_ran_already_keeps_what_it_began_with_and_its_reason(ours, force, now):
    case, sam = reopened(force, now), past(force.actor("supervisor", now))
    next_version(ours, (", case.reopened]", "]"))

    cases.review(by=sam, at=now, case=case, found="All is well.")
    assert standing(case) == [(1, "stopped"), (1, "")]
    cases.close(by=sam, at=now, case=case, outcome="no_further_action", reason="None remains.")
    cases.reopen(by=sam, at=now, case=case, reason="More evidence.")

    assert standing(case) == [(1, "stopped"), (1, "stopped")]


def test_a_run_ends_by_what_its_own_version_says_and_the_next_begins_by_the_newest(ours, force, now):
    case, sam = reopened(force, now), past(force.actor("supervisor", now))
    next_version(ours, ("ends_on: [case.allocated]", "ends_on: [case.reviewed]"))

    cases.review(by=sam, at=now, case=case, found="All is well.")
    assert standing(case) == [(1, "stopped"), (1, "")]
    cases.allocate(by=sam, at=now, case=case, to=force.staff["detective"])
    assert standing(case) == [(1, "stopped"), (1, "met")]
    cases.close(by=sam, at=now, case=Case.objects.visible_to(sam).get(pk=case.pk), outcome="no_further_action", reason="None remains.")  # fmt: skip
    cases.reopen(by=sam, at=now, case=case, reason="More evidence.")

    assert standing(case) == [(1, "stopped"), (1, "met"), (2, "")]


def test_two_versions_of_one_clock_never_run_at_once():
    facts = [Fact(event, NOON + timedelta(hours=hour), hour) for hour, event in enumerate(["start", "end", "start", "other"], start=1)]  # fmt: skip
    old = Reads(frozenset({"start"}), frozenset({"other"}))
    new = Reads(frozenset({"start"}), frozenset({"end"}))

    found = rules.runs(new, facts, {1: old})

    assert [(one.start.number, one.end and one.end.number) for one in found] == [(1, 4)]


WORKING = [("lasts: 24", "lasts: 5"), ("unit: hours", "unit: working_days\ncalendar: england_and_wales")]


def first_working_day(after):
    calendar = shelf.calendar("england_and_wales")
    day = days.london_day(after) + days.A_DAY
    return days.working_or_next(day, calendar)


def proclaim(ours, *more):
    """Let more days be bank holidays, by the calendar's next version."""
    told = (shelf.HERE / "england_and_wales.v1.yaml").read_text().replace("version: 1", "version: 2")
    told = told.replace("\ndays:\n", "\ndays:\n" + "".join(f"  {day}: A proclaimed holiday\n" for day in more))
    assert "proclaimed" in told
    (ours / "holidays" / "england_and_wales.v2.yaml").write_text(told)
    shelf.forget()


def due(case):
    return [one.due_at for one in runs_on(case, "case_allocated")]


def test_a_new_calendar_moves_what_still_runs_and_tells_nothing_else_of_what_ended(ours, worker_house):
    force, now, _ = worker_house
    next_version(ours, *WORKING)
    acts.catch_up(by=acts.KEEPER, at=now)
    case, over = reopened(force, now), opened(force, now - timedelta(days=9), "NS/10/26")
    sam = past(force.actor("supervisor", now))
    cases.allocate(by=sam, at=now - timedelta(days=8), case=over, to=force.staff["detective"])
    (ended, runs), only = due(case), due(over)

    proclaim(ours, first_working_day(now - timedelta(days=9)), first_working_day(now - timedelta(days=7)))
    assert acts.catch_up(by=acts.KEEPER, at=now) == ["calendar england_and_wales v2"]
    cases.review(by=sam, at=now, case=over, found="All is well.")

    assert due(case)[0] == ended
    assert due(case)[1] > runs
    assert due(over) == only


def test_an_act_entered_late_takes_its_place_in_a_run_that_had_ended(ours, force, now):
    case, sam = opened(force, now - timedelta(days=9)), past(force.actor("supervisor", now))
    cases.allocate(by=sam, at=now, case=case, to=force.staff["detective"])

    cases.allocate(by=sam, at=now - timedelta(days=8, hours=20), case=case, to=force.staff["detective"])

    assert [one.standing(now) for one in runs_on(case, "case_allocated")] == ["met"]


def test_an_act_of_the_moment_in_which_the_clocks_catch_up_is_not_lost(ours, fresh_house, worker_house):
    force, now, case = worker_house
    next_version(ours, *WORKING)
    acts.catch_up(by=acts.KEEPER, at=now)
    case = opened(force, now)
    proclaim(ours, first_working_day(now))
    reached, go_on, sam = threading.Event(), threading.Event(), force.actor("supervisor", now)

    def allocate():
        with transaction.atomic():
            cases.allocate(by=sam, at=now, case=case, to=force.staff["detective"])
            reached.set()
            go_on.wait(PATIENCE)

    threads = [in_thread(allocate)]
    assert reached.wait(PATIENCE)
    threads.append(in_thread(lambda: acts.catch_up(by=acts.KEEPER, at=now)))
    waited = somebody_waits(fresh_house, threads[1])
    go_on.set()
    for thread in threads:
        thread.join()

    assert waited
    assert standing(case) == [(2, "met")]
    assert acts.behind() == []
