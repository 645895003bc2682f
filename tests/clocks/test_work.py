"""My work: each officer is told what is theirs, the most pressing first, counted honestly, and nothing that they may not see."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.evidence import commands as evidence
from longstone.evidence.jobs import EXAMINER
from longstone.kernel.models import ClockRun, Entry
from longstone.kernel.store import staging
from longstone.kernel.web.piles import DUE, LATE, WAITING, work
from longstone.people import commands as people
from tests.clocks.test_following import BECAUSE, offered, opened, past
from tests.house import seizing


def told(force, role, at):
    return work(by=force.actor(role, at), at=at)


def whats(found):
    return [(one.word, one.what.split(":")[0]) for one in found.lines]


def test_an_offer_waits_then_presses_then_is_late(force, case, now):
    start = now - timedelta(hours=20)
    offered(force, case, start)
    accept = "Accept or decline ABC/1"

    found = [told(force, "detective", start + timedelta(hours=hours)) for hours in (1, 9, 12)]

    words = [[word for word, what in whats(one) if what == accept] for one in found]
    assert words == [["Waiting"], ["Due soon"], ["Late"]]


def test_late_comes_first_then_what_is_nearly_due_then_what_waits(force, now):
    old = opened(force, now - timedelta(days=40), "NS/1/26")
    opened(force, now - timedelta(hours=20), "NS/2/26")
    offered(force, old, now - timedelta(hours=1))

    found = told(force, "detective", now)

    bands = [one.band for one in found.lines]
    assert bands == sorted(bands)
    assert (found.counted[LATE], found.counted[DUE], found.counted[WAITING]) == (2, 1, 1)
    late = [one.moment for one in found.lines if one.band == LATE]
    assert late == sorted(late)


def test_a_supervisor_is_told_of_their_forces_late_cases_and_can_act_on_them(force, other_force, now):
    case = opened(force, now - timedelta(days=2))

    found = told(force, "supervisor", now)

    (line,) = found.lines
    assert line.url == reverse("cases:allocate", args=[case.pk])
    assert line.more == ("Say why it is late", reverse("clock_explain", args=[runs("case_allocated").pk]))
    assert told(other_force, "supervisor", now).total == 0
    assert told(force, "administrator", now).total == 0


def runs(clock):
    return ClockRun.objects.everything(because=BECAUSE).get(clock=clock)


def test_what_was_late_waits_for_its_reason_and_then_no_longer(force, now):
    case = opened(force, now - timedelta(days=2))
    sam = past(force.actor("supervisor", now))
    cases.allocate(by=sam, at=now, case=case, to=force.staff["detective"])
    assert [what for _, what in whats(told(force, "supervisor", now))] == ["Say why it was late"]

    from longstone.kernel.clocks import acts

    acts.explain_breach(by=sam, at=now, run=runs("case_allocated"), reason="A serious incident.")

    assert told(force, "supervisor", now).total == 0


def test_findings_wait_until_the_officer_says_that_they_read_them(force, exhibit, now):
    erin, dev = force.actor("exhibits_officer", now), force.actor("detective", now)
    staged = staging.begin(by=erin, at=now, name="image.raw", size=1)
    staging.append(staged, [b"x"], offset=0, at=now)
    copy = evidence.receive_copy(by=erin, at=now, exhibit=exhibit, staged=staged.pk)
    asked = evidence.ask_for_examination(by=erin, at=now, copy=copy)
    evidence.begin_examination(by=EXAMINER, at=now, examination=asked)
    evidence.finish_examination(
        by=EXAMINER, at=now, examination=asked, catalogue="c", files=3, problems=0, complete=True
    )

    def read(role):
        return [what for _, what in whats(told(force, role, now)) if what.startswith("Read")]

    assert read("detective") == read("exhibits_officer") == ["Read what was found on ABC/1 of NS/1/26"]
    evidence.read_findings(by=dev, at=now, examination=asked)
    assert (read("detective"), len(read("exhibits_officer"))) == ([], 1)
    assert read("supervisor") == read("administrator") == []


def test_a_disposal_waits_for_the_second_person_alone(force, exhibit, now):
    erin = force.actor("exhibits_officer", now)
    staged = staging.begin(by=erin, at=now, name="image.raw", size=1)
    staging.append(staged, [b"x"], offset=0, at=now)
    copy = evidence.receive_copy(by=erin, at=now, exhibit=exhibit, staged=staged.pk)
    sam = force.actor("supervisor", now)
    evidence.propose_disposal(by=sam, at=now, copy=copy, reason="Not needed", authority="Review")

    assert not [one for one in told(force, "supervisor", now).lines if "disposal" in one.what]
    assert [one.word for one in told(force, "records_manager", now).lines if "disposal" in one.what] == ["Waiting"]


@pytest.mark.parametrize(("days", "word"), [(91, None), (90, "Due soon"), (1, "Due soon"), (0, "Late"), (-30, "Late"), (-91, None)])  # fmt: skip
def test_what_runs_out_is_told_its_holder_and_whoever_keeps_it(force, now, days, word):
    ada = force.actor("administrator", now)
    ends = now.date() + timedelta(days=days)
    people.certify(by=ada, at=now, holder=force.staff["detective"], kind="training", subject="Imaging", from_on=date(2020, 1, 1), to_on=ends)  # fmt: skip

    assert [one.word for one in told(force, "detective", now).lines] == ([word] if word else [])
    assert [one.word for one in told(force, "administrator", now).lines] == ([word] if word else [])
    people.certify(by=ada, at=now, holder=force.staff["detective"], kind="training", subject="Imaging", from_on=now.date(), to_on=None)  # fmt: skip
    assert told(force, "detective", now).total == 0


def test_pages_of_work_hold_everything_once(force, now):
    case = opened(force, now - timedelta(days=40))
    by = past(force.actor("exhibits_officer", now))
    for number in range(1, 8):
        one = evidence.seize(by=by, **seizing(case, now, reference=f"ABC/{number}", seal=f"N{number}"))
        evidence.offer(by=by, at=now - timedelta(hours=number * 3), exhibit=one, to=force.staff["detective"])
    by = force.actor("detective", now)
    whole = work(by=by, at=now, many=50)

    pages = [work(by=by, at=now, start=start, many=4) for start in range(0, whole.total, 4)]

    assert [pk for one in pages for pk in one.ids] == whole.ids
    assert len(set(whole.ids)) == whole.total == len(whole.lines)
    assert {one.total for one in pages} == {whole.total}
    assert work(by=by, at=now, start=10**8, many=4).start == 0


def test_the_front_page_shows_the_work_and_writes_down_what_it_showed(force, now, sign_in):
    opened(force, now - timedelta(days=2))

    page = sign_in(force.staff["supervisor"]).get(reverse("home")).content.decode()

    assert "1 thing waits for you: 1 late." in page
    assert "Allocate the case: NS/9/26, A theft" in page
    read = Entry.objects.get(event="home.read")
    assert f"clockrun {runs('case_allocated').pk}" in read.facts


def test_a_breach_is_explained_on_its_page_and_stands_on_the_things_page(force, now, sign_in):
    case = opened(force, now - timedelta(days=2))
    browser = sign_in(force.staff["supervisor"])
    where = reverse("clock_explain", args=[runs("case_allocated").pk])
    assert "case NS/9/26" in browser.get(where).content.decode()

    browser.post(where, {"reason": "A serious incident.", "once": str(uuid.uuid4())})

    page = browser.get(reverse("case", args=[case.pk])).content.decode()
    assert "A serious incident." in page
    assert "Deadlines" in page


def test_nothing_waits_for_somebody_of_whom_nothing_is_wanted(force, now, sign_in):
    page = sign_in(force.staff["administrator"]).get(reverse("work")).content.decode()

    assert "Nothing waits for you." in page


@pytest.mark.parametrize("asked", ["-1", "x", "9" * 30, "²", ""])
def test_an_odd_page_number_is_the_first(force, now, sign_in, asked):
    opened(force, now - timedelta(days=2))

    page = sign_in(force.staff["supervisor"]).get(reverse("work"), {"from": asked}).content.decode()

    assert "Showing 1 to 1 of 1" in page
