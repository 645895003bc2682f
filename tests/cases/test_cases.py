"""Cases: corrected and allocated in the open, shared with a basis and an end, closed and reopened as episodes."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from longstone.cases import commands, queries
from longstone.kernel.refusals import NotPermitted, Stale
from longstone.people import commands as people


@pytest.fixture
def sam(force, now):
    """Give the supervisor."""
    return force.actor("supervisor", now)


def correction(case, seen=1):
    return {"case": case, "seen": seen, "title": "A lamp", "offence": "Theft", "marking": "OFFICIAL"}


def test_a_case_is_corrected_by_one_window_and_the_other_is_told(case, sam, now):
    case = commands.correct(by=sam, at=now, **correction(case))

    assert (case.title, case.version) == ("A lamp", 2)
    with pytest.raises(Stale, match="changed this on"):
        commands.correct(by=sam, at=now, **correction(case))
    with pytest.raises(Stale):
        commands.allocate(by=sam, at=now, case=case, to=case.officer, seen=1)


def test_nobody_corrects_a_closed_case(case, sam, now):
    commands.close(by=sam, at=now, case=case, outcome="no_crime", reason="Found")

    with pytest.raises(NotPermitted, match="Reopen it first"):
        commands.correct(by=sam, at=now, **correction(case))


def test_who_has_had_a_case_stays_readable(case, force, sam, now):
    commands.allocate(by=sam, at=now + timedelta(seconds=1), case=case, to=force.staff["supervisor"])

    told = queries.allocations_of(case)

    assert [name for _, name in told] == [str(force.staff["detective"]), str(force.staff["supervisor"])]
    assert told[0][0].valid.upper == told[1][0].valid.lower


def test_a_team_of_another_force_gets_no_case(case, force, other_force, sam, now):
    by = other_force.actor("administrator", now)
    team = people.form_team(by=by, at=now, controller=other_force.controller, name="Theirs")

    with pytest.raises(NotPermitted, match="belongs to another force"):
        commands.allocate(by=sam, at=now, case=case, to=force.staff["detective"], team=team)
    with pytest.raises(NotPermitted, match="belongs to another force"):
        commands.open_case(by=sam, at=now, reference="NS/3/26", title="x", offence="x", team=team)


def sharing(case, other_force, **changed):
    return {"case": case, "to": other_force.controller, "basis": "Linked", "marking": "OFFICIAL", **changed}


def test_a_case_is_shared_with_a_force_once_until_that_share_ends(case, other_force, sam, now):
    commands.share(by=sam, at=now, **sharing(case, other_force))
    with pytest.raises(NotPermitted, match="sees this case already"):
        commands.share(by=sam, at=now, **sharing(case, other_force))

    commands.end_share(by=sam, at=now, case=case, to=other_force.controller)
    commands.share(by=sam, at=now, **sharing(case, other_force))

    assert [bool(one.ended_at) for one in queries.shares_of(by=sam, case=case)] == [False, True]


def test_a_share_that_ends_before_it_begins_is_refused(case, other_force, sam, now):
    with pytest.raises(NotPermitted, match="ends before it begins"):
        commands.share(by=sam, at=now, **sharing(case, other_force, until=now))


def test_the_other_force_does_not_read_with_whom_else_a_case_is_shared(case, other_force, sam, now):
    commands.share(by=sam, at=now - timedelta(seconds=1), **sharing(case, other_force))

    assert queries.shares_of(by=other_force.actor("partner_officer", now), case=case) == []


def test_a_share_is_ended_from_the_cases_page(case, force, other_force, sam, now, sign_in):
    shared = commands.share(by=sam, at=now, **sharing(case, other_force))
    browser, page = sign_in(force.staff["supervisor"]), reverse("cases:end-share", args=[case.pk, shared.pk])
    assert page in browser.get(reverse("case", args=[case.pk])).content.decode()

    browser.post(page, {"once": str(uuid.uuid4())})

    shared.refresh_from_db()
    assert shared.ended_at is not None
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize(
    ("told", "references"),
    [
        ({}, {"NS/1/26", "NS/2/26"}), ({"state": "open"}, {"NS/1/26"}), ({"state": "closed"}, {"NS/2/26"}),
        ({"officer": "mine", "state": "open"}, {"NS/1/26"}), ({"officer": "nobody"}, set()),
    ],
)  # fmt: skip
def test_the_list_shows_all_open_closed_or_ones_own_cases(case, force, sam, now, sign_in, told, references):
    dev = force.actor("detective", now)
    closed = commands.open_case(by=dev, at=now, reference="NS/2/26", title="x", offence="x")
    commands.close(by=sam, at=now, case=closed, outcome="no_crime", reason="Found")

    page = sign_in(force.staff["detective"]).get(reverse("cases:list"), told).content.decode()

    assert {one for one in ("NS/1/26", "NS/2/26") if f">{one}<" in page} == references


def test_a_person_is_found_by_name_and_then_involved(case, force, sam, now, sign_in):
    person = people.record_person(by=sam, at=now, family_name="Invented", given_names="Alex")
    browser, page = sign_in(force.staff["supervisor"]), reverse("cases:involve", args=[case.pk])
    assert "Nobody of that name" in browser.get(page, {"q": "zzz"}).content.decode()
    assert f'value="{person.pk}"' in browser.get(page, {"q": "alex"}).content.decode()

    browser.post(f"{page}?q=alex", {"once": str(uuid.uuid4()), "person": person.pk, "role": "victim"})

    assert [one.person for one in queries.involved(by=sam, case=case)] == [person]


def test_too_many_of_one_name_are_counted_and_not_listed(case, force, sam, now, sign_in):
    for _ in range(21):
        people.record_person(by=sam, at=now, family_name="Invented")

    told = (
        sign_in(force.staff["supervisor"]).get(reverse("cases:involve", args=[case.pk]), {"q": "inv"}).content.decode()
    )

    assert "21 people have that name" in told
    assert 'name="person"' not in told


def test_every_episode_is_told_with_its_outcome_and_reason(case, force, sam, now, sign_in):
    commands.close(by=sam, at=now, case=case, outcome="no_further_action", reason="No line of enquiry remains.")
    commands.reopen(by=sam, at=now, case=case, reason="A new complaint came in.")

    told = sign_in(force.staff["supervisor"]).get(reverse("case", args=[case.pk])).content.decode()

    for words in (
        "Closed: No further action",
        "No line of enquiry remains.",
        "Reopened, episode 2",
        "A new complaint came in.",
    ):
        assert words in told
