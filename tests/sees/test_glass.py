"""Broken glass: a case that is not theirs is opened in need, for a while, in the open, and reviewed by a second person."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from longstone.cases import commands, queries
from longstone.cases.models import Case, Glass
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.people import commands as people
from tests.house import seizing

WHY = "A victim of this case is on the telephone."


@pytest.fixture
def team(force, now, case):
    """Give the case a team with a number."""
    by = force.actor("administrator", now)
    team = people.form_team(
        by=by, at=now, controller=force.controller, name="Cyber crime unit", telephone="0191 498 0000"
    )
    commands.allocate(by=force.actor("supervisor", now), at=now, case=case, to=force.staff["supervisor"], team=team)
    return team


@pytest.fixture
def shut(actor, team, case, victim, now):
    """Give the case closed: the supervisor's, and so not the detective's."""
    case.refresh_from_db()
    return commands.close(
        by=actor("supervisor"), at=now, case=case, outcome="no_further_action", reason="No line remains."
    )


def broken(force, now, case, role="detective"):
    return commands.break_glass(by=force.actor(role, now), at=now, case=case.pk, reason=WHY)


def test_a_name_at_three_in_the_morning_tells_whom_to_ring_and_how_to_open_the_closed_case(
    shut, victim, force, sign_in
):
    browser = sign_in(force.staff["detective"])

    person = browser.get(reverse("person", args=[victim.pk])).content.decode()
    assert "This case is closed." in person
    assert "Ring Cyber crime unit on 0191 498 0000." in person
    assert reverse("cases:glass", args=[shut.pk]) in person
    found = browser.get(reverse("cases:whom"), {"q": "invented alex"}).content.decode()
    assert "Ring Cyber crime unit on 0191 498 0000." in found
    page = browser.get(reverse("case", args=[shut.pk]), follow=True)
    assert "Ring Cyber crime unit on 0191 498 0000." in page.content.decode()
    assert "Stolen laptop" not in person + found + page.content.decode()


def test_the_glass_opens_the_case_from_its_page_and_every_look_is_marked(shut, force, sign_in):
    browser, page = sign_in(force.staff["detective"]), reverse("case", args=[shut.pk])

    answer = browser.post(reverse("cases:glass", args=[shut.pk]), {"once": str(uuid.uuid4()), "reason": WHY})
    told = browser.get(answer.headers["Location"]).content.decode()
    browser.get(reverse("cases:list"))

    assert answer.headers["Location"] == page
    assert "Stolen laptop" in told
    assert "You see this through broken glass until" in told
    glass = Glass.objects.everything(because="the test looks").get()
    reads = Entry.objects.filter(event__in=["case.read", "cases.read"], by_id=force.staff["detective"].pk).order_by(
        "id"
    )
    assert [json.loads(one.facts).get("glass") for one in reads] == [[glass.pk], [glass.pk]]


def test_the_supervisor_is_told_at_once_on_the_front_page(shut, force, now, sign_in):
    broken(force, now, shut)

    told = sign_in(force.staff["supervisor"]).get(reverse("home")).content.decode()
    assert f"Detective Northshire (no1) opened case {shut.reference}, which was closed to them: review it" in told
    assert "1 thing waits for you: 1 to be done now." in told
    assert WHY in told
    assert "which was closed to them" not in sign_in(force.staff["detective"]).get(reverse("home")).content.decode()


def test_a_closed_case_is_read_and_not_changed_through_the_glass(shut, force, now, sign_in):
    supervisor, officer = force.actor("supervisor", now), force.actor("exhibits_officer", now)
    commands.restrict(by=supervisor, at=now, case=shut, reason="x", named=[])
    broken(force, now, shut, role="exhibits_officer")

    with pytest.raises(NotPermitted, match="you can read it, not change it"):
        commands.correct(by=officer, at=now, case=shut, seen=4, title="x", offence="x", marking="OFFICIAL")
    told = sign_in(force.staff["exhibits_officer"]).get(reverse("case", args=[shut.pk])).content.decode()
    assert "You can read it, not change it." in told
    assert f'class="govuk-button" href="{reverse("cases:reopen", args=[shut.pk])}"' not in told


def test_what_hangs_on_a_closed_case_is_not_changed_through_the_glass_either(exhibit, case, force, now):
    from longstone.evidence import commands as evidence

    supervisor = force.actor("supervisor", now)
    other = evidence.seize(by=supervisor, **seizing(case, now, reference="ABC/9", seal="N0009"))
    commands.close(by=supervisor, at=now, case=case, outcome="no_crime", reason="x")
    case.refresh_from_db()
    commands.restrict(by=supervisor, at=now, case=case, reason="x", named=[])
    broken(force, now, case, role="exhibits_officer")

    with pytest.raises(NotPermitted, match="you can read it, not change it"):
        evidence.hand_out(by=force.actor("exhibits_officer", now), at=now, exhibit=other)


def test_an_open_case_can_be_worked_through_the_glass(case, restricted, victim, force, now):
    broken(force, now, case, role="exhibits_officer")
    from longstone.evidence import commands as evidence

    assert evidence.seize(by=force.actor("exhibits_officer", now), **seizing(case, now)).pk


def test_the_glass_holds_for_a_shift_and_no_longer(shut, force, now):
    glass = broken(force, now, shut)
    assert glass.until - glass.since == timedelta(hours=8)
    by = force.actor("detective", now)
    assert Case.objects.visible_to(by).filter(pk=shut.pk).exists()

    with writing("the test"):
        Glass.objects.everything(because="the test lets time pass").update(until=now - timedelta(seconds=1))

    assert not Case.objects.visible_to(by).filter(pk=shut.pk).exists()


def test_a_second_person_reviews_it_and_a_challenge_shuts_the_case_at_once(shut, force, now, sign_in):
    glass = broken(force, now, shut)
    page = reverse("cases:review-glass", args=[glass.pk])
    sent = {"once": str(uuid.uuid4()), "finding": "challenged", "note": "No call came in."}

    assert sign_in(force.staff["supervisor"]).post(page, sent).status_code == 302

    by = force.actor("detective", now)
    assert not Case.objects.visible_to(by).filter(pk=shut.pk).exists()
    assert not queries.glass_to_review(by=force.actor("supervisor", now)).exists()
    assert Entry.objects.filter(event="glass.reviewed").count() == 1
    with pytest.raises(NotPermitted, match="reviewed already"):
        commands.review_glass(
            by=force.actor("professional_standards", now), at=now, glass=glass, finding="approved", note="x"
        )


def test_an_approved_glass_holds_on(shut, force, now):
    glass = broken(force, now, shut)
    commands.review_glass(by=force.actor("supervisor", now), at=now, glass=glass, finding="approved", note="It was so.")

    assert Case.objects.visible_to(force.actor("detective", now)).filter(pk=shut.pk).exists()


def test_nobody_reviews_their_own_glass_and_the_database_says_so_too(case, force, now, other_force):
    commands.restrict(by=force.actor("supervisor", now), at=now, case=case, reason="x", named=[])
    people.appoint(
        by=force.actor("administrator", now),
        at=now,
        staff=force.staff["records_manager"],
        role="supervisor",
        from_on=now.date(),
    )
    glass = broken(force, now, case, role="records_manager")
    by = force.actor("records_manager", now)

    with pytest.raises(NotPermitted, match="somebody else must review"):
        commands.review_glass(by=by, at=now, glass=glass, finding="approved", note="x")
    from django.db import IntegrityError, transaction

    with writing("the test"), pytest.raises(IntegrityError, match="glass_is_reviewed_by_another"), transaction.atomic():
        Glass.objects.everything(because="the test tries").update(
            reviewed_by=by.id, reviewed_at=now, finding="approved"
        )


@pytest.mark.parametrize("role", ["forensic_examiner", "administrator", "partner_officer"])
def test_who_may_not_break_the_glass_does_not_learn_that_there_is_a_case(case, restricted, force, now, sign_in, role):
    browser = sign_in(force.staff[role])

    assert browser.get(reverse("case", args=[case.pk])).status_code == 404
    assert browser.get(reverse("cases:glass", args=[case.pk])).status_code == 404
    with pytest.raises(NotVisible):
        broken(force, now, case, role=role)


def test_of_a_secret_case_nobody_learns_and_no_glass_opens_it(case, force, now, sign_in):
    supervisor = force.actor("supervisor", now)
    commands.restrict(by=supervisor, at=now, case=case, reason="x", named=[], secret=True)
    browser = sign_in(force.staff["exhibits_officer"])

    assert browser.get(reverse("case", args=[case.pk])).status_code == 404
    assert "NS/1/26" not in browser.get(reverse("cases:whom"), {"q": "NS/1/26"}).content.decode().replace(
        'value="NS/1/26"', ""
    )
    with pytest.raises(NotVisible):
        broken(force, now, case, role="exhibits_officer")


def test_another_force_learns_of_no_case_and_breaks_no_glass(case, restricted, other_force, now, sign_in):
    assert sign_in(other_force.staff["detective"]).get(reverse("cases:glass", args=[case.pk])).status_code == 404
    with pytest.raises(NotVisible):
        broken(other_force, now, case)


def test_no_glass_is_broken_without_a_reason(case, restricted, force, now):
    with pytest.raises(Refusal, match="Say why"):
        commands.break_glass(by=force.actor("exhibits_officer", now), at=now, case=case.pk, reason="  ")


def test_a_restriction_names_who_sees_and_is_lifted_for_a_reason(case, force, now):
    supervisor, ria = force.actor("supervisor", now), force.actor("records_manager", now)
    assert Case.objects.visible_to(ria).exists()
    commands.restrict(by=supervisor, at=now, case=case, reason="x", named=[])
    assert not Case.objects.visible_to(ria).exists()
    commands.restrict(by=supervisor, at=now, case=case, reason="x", named=[force.staff["records_manager"]])
    assert Case.objects.visible_to(ria).exists()
    commands.restrict(by=supervisor, at=now, case=case, reason="x", named=[])
    assert not Case.objects.visible_to(ria).exists()

    with pytest.raises(NotPermitted, match="Only a supervisor"):
        commands.lift_restriction(by=force.actor("detective", now), at=now, case=case, reason="x")
    commands.lift_restriction(by=supervisor, at=now, case=case, reason="It is over.")
    assert Case.objects.visible_to(ria).exists()


def test_a_team_is_let_in_whole(case, team, force, now):
    by = force.actor("supervisor", now)
    people.appoint(
        by=force.actor("administrator", now),
        at=now,
        staff=force.staff["partner_officer"],
        role="detective",
        from_on=now.date(),
        team=team,
    )
    case.refresh_from_db()
    commands.restrict(by=by, at=now, case=case, reason="x", named=[], team=team)

    assert Case.objects.visible_to(force.actor("partner_officer", now)).exists()
    assert not Case.objects.visible_to(force.actor("records_manager", now)).exists()
