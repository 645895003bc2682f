"""The clocks follow what is done, in the act's own transaction, and say nothing that did not happen."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from longstone.cases import commands as cases
from longstone.evidence import commands as evidence
from longstone.evidence.jobs import EXAMINER
from longstone.kernel import erasures
from longstone.kernel.actor import Actor, Grant
from longstone.kernel.alarms import open_alarms
from longstone.kernel.clocks import acts, days, following, shelf
from longstone.kernel.ledger import sequencer
from longstone.kernel.models import ClockFact, ClockFollowed, ClockRun, Entry
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.store import staging
from tests.house import installer, seizing

BECAUSE = "the test looks"


def runs_on(row: Any, clock: str) -> list[ClockRun]:
    found = ClockRun.objects.everything(because=BECAUSE)
    return list(found.filter(on_kind=row._meta.model_name, on_id=row.pk, clock=clock).order_by("started_at", "pk"))


def past(actor: Actor) -> Actor:
    """Let somebody enter what is past, as an import does."""
    more = Grant("record past acts", frozenset({actor.force}))
    return Actor(actor.id, actor.name, actor.controller, actor.grants | {more}, actor.teams)


def opened(force, at: datetime, reference: str = "NS/9/26"):
    by = past(force.actor("detective", at))
    return cases.open_case(by=by, at=at, reference=reference, title="A theft", offence="Theft")


def offered(force, case, at: datetime):
    by = past(force.actor("exhibits_officer", at))
    exhibit = evidence.seize(by=by, **seizing(case, at))
    return evidence.offer(by=by, at=at, exhibit=exhibit, to=force.staff["detective"])


def test_a_case_that_is_opened_must_be_allocated_and_reviewed(case, now):
    (allocated,), (review,) = runs_on(case, "case_allocated"), runs_on(case, "case_review")

    assert allocated.due_at == now + timedelta(hours=24)
    assert allocated.standing(now) == "running"
    assert allocated.standing(now + timedelta(hours=24)) == "breached"
    assert review.due_at == days.begins(days.london_day(now) + timedelta(days=29))


def test_an_act_ends_the_clock_that_waits_for_it_and_is_tied_to_it(force, case, now):
    cases.allocate(by=force.actor("supervisor", now), at=now, case=case, to=force.staff["detective"])

    (run,) = runs_on(case, "case_allocated")

    assert (run.how, run.standing(now), run.ended_at) == ("met", "met", now)
    assert run.ended.entry.event == "case.allocated"


def test_a_review_begins_the_next_and_closing_stops_what_runs(force, case, now):
    sam, later = past(force.actor("supervisor", now)), now + timedelta(days=3)

    cases.review(by=sam, at=now + timedelta(days=1), case=case, found="Statements are due.")
    cases.close(by=sam, at=later, case=case, outcome="no_further_action", reason="None remains.")
    cases.reopen(by=sam, at=later + timedelta(days=9), case=case, reason="New evidence.")

    assert [one.how for one in runs_on(case, "case_review")] == ["met", "stopped", ""]
    assert [one.how for one in runs_on(case, "case_allocated")] == ["stopped", ""]
    assert case.reviews.get().found == "Statements are due."


def test_nobody_reviews_their_own_case_nor_a_closed_one(force, case, now):
    sam = force.actor("supervisor", now)
    with pytest.raises(NotPermitted, match="Only a supervisor"):
        cases.review(by=force.actor("detective", now), at=now, case=case, found="Fine.")
    cases.allocate(by=sam, at=now, case=case, to=force.staff["supervisor"])
    with pytest.raises(NotPermitted, match="your own case"):
        cases.review(by=sam, at=now, case=case, found="Fine.")


def test_an_offer_that_is_declined_falls_away_and_the_next_is_counted_anew(force, case, now):
    exhibit = offered(force, case, now - timedelta(hours=20))
    dev = force.actor("detective", now)

    evidence.decline(by=dev, at=now, exhibit=exhibit, reason="Not mine.")
    erin = force.actor("exhibits_officer", now)
    evidence.offer(by=erin, at=now, exhibit=exhibit, to=force.staff["detective"])
    evidence.accept(by=dev, at=now, exhibit=exhibit)

    first, second = runs_on(exhibit, "exhibit_accepted")
    assert (first.how, second.how) == ("stopped", "met")
    assert (first.standing(now), second.standing(now)) == ("stopped", "met")
    assert [one.pk for one in ClockRun.objects.everything(because=BECAUSE).unexplained()] == [first.pk]


def test_an_examination_is_counted_by_the_moves_of_its_machine(force, exhibit, now):
    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="image.raw", size=1)
    staging.append(staged, [b"x"], offset=0, at=now)
    copy = evidence.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)

    asked = evidence.ask_for_examination(by=by, at=now, copy=copy)
    evidence.begin_examination(by=EXAMINER, at=now, examination=asked)
    evidence.examination_interrupted(by=EXAMINER, at=now, examination=asked)
    evidence.begin_examination(by=EXAMINER, at=now, examination=asked)
    evidence.examination_failed(by=EXAMINER, at=now, examination=asked, why="It is damaged.")

    assert [one.how for one in runs_on(asked, "examination_begun")] == ["met", "met"]
    assert [one.how for one in runs_on(asked, "examination_finished")] == ["stopped"]


def test_what_fails_leaves_no_trace_on_any_clock(force, case, now):
    before = ClockFact.objects.count()

    with pytest.raises(NotPermitted):
        cases.allocate(by=force.actor("detective", now), at=now, case=case, to=force.staff["detective"])

    assert ClockFact.objects.count() == before


def test_an_act_entered_late_takes_its_place_in_time(force, now):
    start = now - timedelta(days=5)
    case = opened(force, start)
    sam = past(force.actor("supervisor", now))
    cases.allocate(by=sam, at=now, case=case, to=force.staff["detective"])
    assert runs_on(case, "case_allocated")[0].standing(now) == "met late"

    cases.allocate(by=sam, at=start + timedelta(hours=2), case=case, to=force.staff["detective"])

    assert [one.standing(now) for one in runs_on(case, "case_allocated")] == ["met"]


def test_a_run_that_shows_never_to_have_begun_is_undone_and_said_nowhere(force, now):
    case = opened(force, now - timedelta(days=5))
    sam = past(force.actor("supervisor", now))
    cases.review(by=sam, at=now, case=case, found="All is well.")

    cases.close(by=sam, at=now - timedelta(days=1), case=case, outcome="no_further_action", reason="Entered late.")

    assert [one.how for one in runs_on(case, "case_review")] == ["stopped", "undone"]
    assert not ClockRun.objects.everything(because=BECAUSE).due_before(now + timedelta(days=99)).filter(on_kind="case")


def test_every_run_that_is_kept_is_what_its_facts_say(force, case, now):
    exhibit = offered(force, case, now)
    kept = [(one.pk, one.due_at, one.ended_at, one.how) for one in ClockRun.objects.everything(because=BECAUSE).order_by("pk")]  # fmt: skip

    with writing("the test"):
        for row in (case, exhibit):
            following.recount(following.kind_of(row), {row.pk: row.controller_id})

    assert kept == [(one.pk, one.due_at, one.ended_at, one.how) for one in ClockRun.objects.everything(because=BECAUSE).order_by("pk")]  # fmt: skip


LIES = [
    "UPDATE kernel_clockrun SET started_at = started_at - interval '1 day'",
    "UPDATE kernel_clockrun SET on_id = on_id + 1",
    "UPDATE kernel_clockrun SET ended_at = now(), how = 'met'",
    "UPDATE kernel_clockrun SET ended_id = started_id, ended_at = started_at + interval '1 hour', how = 'met'",
    "UPDATE kernel_clockrun SET due_at = NULL",
    "UPDATE kernel_clockrun SET why_late = 'No reason'",
]
NOT_ALLOWED = ["UPDATE kernel_clockfact SET at = now()", "DELETE FROM kernel_clockfact", "DELETE FROM kernel_clockrun"]


@pytest.mark.parametrize("lie", LIES)
def test_the_database_keeps_a_run_from_saying_what_did_not_happen(case, lie):
    with writing("the test"), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lie)


@pytest.mark.parametrize("lie", NOT_ALLOWED)
def test_what_happened_is_never_changed_and_nothing_is_removed(case, lie):
    from django.db import ProgrammingError

    with writing("the test"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:  # fmt: skip
        cursor.execute(lie)


@pytest.fixture
def breach(force, case, now):
    """Give an offer that is eight hours late."""
    exhibit = offered(force, case, now - timedelta(hours=20))
    (run,) = runs_on(exhibit, "exhibit_accepted")
    return run


def test_why_something_was_late_is_said_once_with_two_times(force, breach, now):
    by = force.actor("exhibits_officer", now)

    acts.explain_breach(by=by, at=now, run=breach, reason=" The officer was in court. ")

    breach.refresh_from_db()
    assert (breach.why_late, breach.explained_by, breach.explained_at) == ("The officer was in court.", by.name, now)
    assert breach.explanation_recorded_at is not None
    assert Entry.objects.get(event="breach.explained").by_id == by.id
    with pytest.raises(NotPermitted, match="has said already"):
        acts.explain_breach(by=by, at=now, run=breach, reason="Another.")


def test_what_is_not_late_is_not_explained(force, case, now):
    (run,) = runs_on(case, "case_allocated")

    with pytest.raises(NotPermitted, match="not late"):
        acts.explain_breach(by=force.actor("supervisor", now), at=now, run=run, reason="In case.")


def test_a_breach_needs_a_reason_in_words(force, breach, now):
    with pytest.raises(NotPermitted, match="Say why it was late"):
        acts.explain_breach(by=force.actor("exhibits_officer", now), at=now, run=breach, reason="  ")


def test_a_breach_is_explained_only_by_those_who_see_the_thing_and_may(force, other_force, breach, now):
    with pytest.raises(NotVisible):
        acts.explain_breach(by=other_force.actor("exhibits_officer", now), at=now, run=breach, reason="Busy.")
    with pytest.raises(NotVisible):
        acts.explain_breach(by=force.actor("administrator", now), at=now, run=breach, reason="Busy.")


def test_an_erasure_is_due_a_month_after_it_was_proposed_and_its_end_ends_the_clock(worker_house):
    force, now, _ = worker_house
    sequencer.catch_up()
    entry = Entry.objects.filter(event="case.opened").latest("id")
    ria = force.actor("records_manager", now)
    rob = Actor(990, "Another", ria.controller, ria.grants)

    erasure = erasures.propose(by=ria, at=now, entry=entry.uuid, ground="court_order", reason="Ordered.")

    (run,) = runs_on(erasure, "erasure_decided")
    assert run.due_at == days.begins(days.months_after(days.london_day(now), 1) + days.A_DAY)
    erasures.refuse(by=rob, at=now, proposed=erasure, why="The order was lifted.")
    assert runs_on(erasure, "erasure_decided")[0].standing(now) == "met"


def test_a_clock_new_on_its_shelf_counts_by_what_happened_before_it(worker_house):
    _, now, case = worker_house
    acts.catch_up(by=acts.KEEPER, at=now)
    wanted = [(one.clock, one.due_at) for one in ClockRun.objects.everything(because=BECAUSE).order_by("clock")]
    forgotten()

    new = acts.catch_up(by=acts.KEEPER, at=now)

    assert "case case.opened" in new
    assert wanted == [(one.clock, one.due_at) for one in ClockRun.objects.everything(because=BECAUSE).order_by("clock")]
    assert ClockFact.objects.filter(on_kind="case", on_id=case.pk, event="case.opened").count() == 1
    assert acts.behind() == []


def forgotten() -> None:
    """Let the house be as it was before there were clocks."""
    import psycopg

    from tests.server import SERVER

    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(SERVER.url("owner", name), autocommit=True) as owner:
        owner.execute("TRUNCATE kernel_clockrun, kernel_clockfact, kernel_clockfollowed")


def test_nobody_but_the_keeper_lets_the_clocks_catch_up(force, now):
    with pytest.raises(NotPermitted, match="Only the clock keeper"):
        acts.catch_up(by=force.actor("supervisor", now), at=now)


@pytest.fixture
def short(tmp_path, settings, now):
    """Give a house whose bank holidays of England and Wales end tomorrow."""
    last = (now + timedelta(days=1)).date()
    ours = (shelf.HERE / "england_and_wales.v1.yaml").read_text().splitlines()
    known = [line for line in ours if not line.startswith("  20") or line[2:12] <= f"{last}"]
    told = "\n".join(known).replace("version: 1", "version: 2").replace("2028-12-31", f"{last}")
    settings.LONGSTONE_SHELVES = str(tmp_path)
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "england_and_wales.v2.yaml").write_text(told)
    shelf.forget()
    yield tmp_path
    settings.LONGSTONE_SHELVES = ""
    shelf.forget()


def test_a_calendar_that_runs_out_stops_no_act_and_is_an_alarm_until_it_is_mended(short, force, exhibit, now, settings):
    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="image.raw", size=1)
    staging.append(staged, [b"x"], offset=0, at=now)
    copy = evidence.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)

    asked = evidence.ask_for_examination(by=by, at=now, copy=copy)

    (run,) = runs_on(asked, "examination_finished")
    assert run.due_at is None
    assert "Add the missing years" in run.cannot_count
    alarms = {one.name: one.sentence for one in open_alarms()}
    assert "are known only to" in alarms["calendar of England and Wales"]
    assert alarms["a clock cannot count"].startswith("1 deadlines have no day")
    settings.LONGSTONE_SHELVES = ""
    shelf.forget()
    acts.count_again(by=acts.KEEPER, at=now, kind="examination", things=[asked.pk], since=acts.WHAT_RUNS)
    assert runs_on(asked, "examination_finished")[0].due_at is not None


def test_calendars_that_reach_far_enough_are_no_alarm(db):
    assert not [one for one in open_alarms() if "calendar" in one.name or "clock" in one.name]


def test_only_what_a_clock_counts_by_is_kept(force, now):
    assert installer(force.controller)
    assert not ClockFact.objects.exclude(event__in=[e for one in shelf.versions().values() for e in one.events])
    assert ClockFollowed.objects.count() == 0
