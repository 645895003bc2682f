"""What must hold of every deadline, whatever starts it, pauses it or ends it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from longstone.kernel.clocks import shelf
from longstone.kernel.clocks.days import LONDON, begins, london_day, months_after
from longstone.kernel.clocks.rules import (
    BREACHED,
    MET,
    MET_LATE,
    PAUSED,
    RUNNING,
    STOPPED,
    Fact,
    Reads,
    Run,
    Terms,
    due,
    elapsed,
    remaining,
    runs,
    state,
)

UNITS = ["minutes", "hours", "working_days", "calendar_days", "months"]
FIRST, LAST = datetime(2016, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)
NEAR_A_CHANGE = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2025, 10, 26, 1, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 29, tzinfo=UTC)]  # fmt: skip
anywhere = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)).map(lambda at: at.replace(tzinfo=UTC))
nearby = st.builds(lambda at, minutes: at + timedelta(minutes=minutes), st.sampled_from(NEAR_A_CHANGE), st.integers(-3000, 3000))  # fmt: skip
moments = anywhere | nearby
spans = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))
READS = Reads(frozenset({"start"}), frozenset({"end"}), frozenset({"stop"}), frozenset({"pause"}), frozenset({"go on"}))
EVENTS = ["start", "end", "stop", "pause", "go on", "something else"]


@st.composite
def terms(draw):
    unit = draw(st.sampled_from(UNITS))
    named = [*([] if unit == "working_days" else [None]), "england_and_wales", "united_kingdom"]
    name = draw(st.sampled_from(named)) if unit in UNITS[2:] else None
    return Terms(draw(st.integers(1, 12)), unit, shelf.calendar(name) if name else None)


@st.composite
def pauses(draw, start):
    told, at = [], start
    for _ in range(draw(st.integers(0, 3))):
        begun = at + draw(spans)
        at = begun + draw(spans)
        told.append((begun, at))
    return tuple(told)


@given(terms(), moments, spans)
def test_what_starts_later_is_never_due_earlier(told, start, later):
    assert due(told, start) <= due(told, start + later)


@given(terms(), moments)
def test_what_takes_longer_is_never_due_earlier(told, start):
    assert start < due(told, start) <= due(Terms(told.lasts + 1, told.unit, told.calendar), start)


@given(terms(), moments, st.data())
def test_a_pause_never_brings_a_deadline_nearer(told, start, data):
    stood = data.draw(pauses(start))

    assert due(told, start, stood) >= due(told, start)


@given(terms(), moments, st.data())
def test_a_pause_moves_hours_by_itself_and_days_by_no_more_than_the_days_it_touches(told, start, data):
    begun = start + data.draw(spans)
    ended = begun + data.draw(spans)
    assume(begun < due(told, start))

    moved = due(told, start, [(begun, ended)]) - due(told, start)

    if told.unit in UNITS[:2]:
        assert moved == ended - begun
    else:
        touched = (london_day(ended) - london_day(begun)).days
        assert moved <= timedelta(days=touched + 16)  # a week with Christmas in it, and the days it is moved over
        assert touched or not moved


@given(terms(), moments, st.data())
def test_a_pause_after_the_deadline_changes_nothing(told, start, data):
    moment = due(told, start)
    after = moment + data.draw(spans)

    assert due(told, start, [(after, after + timedelta(days=3))]) == due(told, start, [(after, None)]) == moment


@given(terms(), moments)
def test_while_it_stands_paused_nothing_is_due_and_nothing_is_late(told, start):
    run = Run(Fact("start", start), ((start + timedelta(seconds=1), None),))

    assert due(told, start, run.pauses) is None
    assert remaining(told, run, start + timedelta(days=900)) is None
    assert state(told, run, start + timedelta(days=900)) == PAUSED


@given(terms(), moments)
def test_it_runs_until_the_very_moment_and_is_breached_from_then_on(told, start):
    moment, run = due(told, start), Run(Fact("start", start))

    assert state(told, run, moment - timedelta(microseconds=1)) == RUNNING
    assert state(told, run, moment) == state(told, run, moment + timedelta(days=400)) == BREACHED
    assert remaining(told, run, moment) == timedelta()


@given(terms(), moments, spans, st.sampled_from(["met", "stopped"]))
def test_how_it_ended_is_never_changed_by_time(told, start, later, how):
    run = Run(Fact("start", start), (), Fact("end", start + later), how)
    wanted = STOPPED if how == "stopped" else MET_LATE if start + later >= due(told, start) else MET

    assert state(told, run, start + later) == state(told, run, start + timedelta(days=4000)) == wanted
    assert elapsed(run, start + timedelta(days=4000)) == later


@given(terms().filter(lambda one: one.unit in UNITS[:2]), moments, st.data())
def test_what_has_passed_and_what_is_left_make_up_the_whole_when_it_is_counted_as_it_passes(told, start, data):
    stood = data.draw(pauses(start))
    run = Run(Fact("start", start), stood)
    at = max([start, *(end for _, end in stood)])
    assume(at < due(told, start, stood))
    whole = due(Terms(told.lasts, told.unit), start) - start

    assert elapsed(run, at) + remaining(told, run, at) == whole


@given(terms(), moments)
def test_a_moment_is_the_same_in_any_zone(told, start):
    assert due(told, start.astimezone(LONDON)) == due(told, start)


@given(terms().filter(lambda one: one.unit in UNITS[2:]), moments)
def test_days_end_at_londons_midnight(told, start):
    moment = due(told, start).astimezone(LONDON)

    assert (moment.hour, moment.minute, moment.second) == (0, 0, 0)


@given(moments, st.integers(1, 60))
def test_a_month_has_no_day_beyond_its_last(start, many):
    day = london_day(start)
    later = months_after(day, many)

    assert later.day <= day.day
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == many
    assert later.day == day.day or months_after(later.replace(day=1), 1).toordinal() - later.toordinal() == 1


@given(st.lists(st.tuples(st.sampled_from(EVENTS), moments), max_size=20))
def test_runs_follow_each_other_whatever_happens_in_whatever_order(told):
    facts = [Fact(event, at, number) for number, (event, at) in enumerate(told)]

    found = runs(READS, facts)

    assert found == runs(READS, reversed(facts))
    assert all(one.end and one.end.at <= other.start.at for one, other in pairwise(found))
    assert all(one.start.event == "start" and (one.end is None or one.end.at >= one.start.at) for one in found)
    for one in found:
        edges = [one.start.at, *(edge for stood in one.pauses for edge in stood if edge)]
        assert edges == sorted(edges)
        assert all(end is not None for _, end in one.pauses[:-1])


@given(st.lists(st.tuples(st.sampled_from(EVENTS), moments), max_size=12), moments)
def test_nothing_that_happens_later_changes_a_run_that_has_ended(told, cut):
    facts = [Fact(event, at, number) for number, (event, at) in enumerate(told)]

    then = runs(READS, [one for one in facts if one.at <= cut])
    ended = [one for one in then if one.end]

    assert runs(READS, facts)[: len(ended)] == ended


def test_what_both_ends_and_starts_begins_the_next_run_at_once():
    reads = Reads(frozenset({"opened", "reviewed"}), frozenset({"reviewed"}), frozenset({"closed"}))
    at = [begins(london_day(FIRST) + timedelta(days=n)) for n in range(4)]
    facts = [Fact("opened", at[0], 1), Fact("reviewed", at[1], 2), Fact("reviewed", at[2], 3), Fact("closed", at[3], 4)]

    found = runs(reads, facts)

    assert [(one.start.number, one.end.number, one.how) for one in found] == [(1, 2, MET), (2, 3, MET), (3, 4, STOPPED)]
