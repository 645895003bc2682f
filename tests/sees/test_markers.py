"""The safeguarding marker: a search that meets somebody answers whom to ring before contact, and no more (D21)."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.cases import queries
from longstone.kernel.acting import acting
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.people import commands
from longstone.people.models import Marker, Person
from tests.sees.test_insiders import said

RING = "Ring Safeguarding on 0191 498 0999 before contact."


@pytest.fixture
def kim(actor, now):
    """Give a person whom a marker safeguards."""
    person = commands.record_person(
        by=actor("supervisor"), at=now, family_name="Sheltered", given_names="Kim", safe_contact="01632 960777"
    )
    set_marker(actor, now, person)
    return person


def set_marker(actor, now, person, **changed):
    told = {"team": "Safeguarding", "telephone": "0191 498 0999", "reason": "She hides from a colleague.", **changed}
    return commands.safeguard(by=actor("safeguarding_lead"), at=now, person=person, **told)


@pytest.mark.parametrize("page", ["people:persons", "cases:whom"])
@pytest.mark.parametrize("q", ["Kim Sheltered", "sheltered", "SHELTERED, Kim", "shelterd kim"])
def test_a_search_that_meets_them_answers_whom_to_ring_and_no_more(kim, force, sign_in, page, q):
    browser = sign_in(force.staff["detective"])
    told = said(browser.get(reverse(page), {"q": q}))
    nothing = said(browser.get(reverse(page), {"q": "zzzz zzz"}))

    assert told.count(RING) == 1
    assert "01632" not in told
    assert "SHELTERED" not in told.replace(q, "")
    assert "She hides" not in told
    assert count_of(told) == count_of(nothing)


def count_of(told):
    return told.count("<tr"), "1 to 1" in told, "found." in told


def test_a_part_of_a_name_meets_nobody_so_that_a_name_cannot_be_spelt_out_letter_by_letter(kim, force, sign_in):
    browser = sign_in(force.staff["detective"])

    assert RING not in browser.get(reverse("people:persons"), {"q": "shel"}).content.decode()
    assert RING not in browser.get(reverse("people:persons"), {"q": ""}).content.decode()


@pytest.mark.parametrize(
    "role", ["detective", "supervisor", "exhibits_officer", "records_manager", "professional_standards"]
)
def test_elsewhere_there_is_no_such_person(kim, force, sign_in, role):
    browser = sign_in(force.staff[role])

    for name in ("person", "people:contact", "people:correct", "people:alike", "people:set-marker"):
        assert browser.get(reverse(name, args=[kim.pk])).status_code == 404, name


def test_whoever_holds_the_power_finds_them_and_the_marker(kim, force, sign_in):
    browser = sign_in(force.staff["safeguarding_lead"])

    listed = browser.get(reverse("people:persons"), {"q": "shel"}).content.decode()
    told = browser.get(reverse("person", args=[kim.pk])).content.decode()

    assert "SHELTERED, Kim" in listed
    assert "Safeguarded" in told
    assert "Ring Safeguarding on 0191 498 0999" in told


def test_a_case_does_not_name_them_and_nobody_involves_them(kim, case, force, actor, now, sign_in):
    with acting(actor("safeguarding_lead")), writing("the test"):
        from longstone.cases.models import Involvement

        Involvement.objects.create(controller=force.controller, case=case, person=kim, role="victim", by_name="x")

    assert queries.involved(by=actor("detective"), case=case) == []
    assert "SHELTERED" not in sign_in(force.staff["detective"]).get(reverse("case", args=[case.pk])).content.decode()
    with pytest.raises(NotVisible):
        cases.involve(by=actor("supervisor"), at=now, case=case, person=kim, role="witness")
    told = (
        sign_in(force.staff["supervisor"])
        .get(reverse("cases:involve", args=[case.pk]), {"q": "Kim Sheltered"})
        .content.decode()
    )
    assert RING in told
    assert "SHELTERED" not in told


def test_recording_them_again_answers_whom_to_ring(kim, force, sign_in):
    sent = {"once": str(uuid.uuid4()), "family_name": "Sheltered", "given_names": "Kim", "born_on": "nonsense"}
    page = reverse("people:record")

    told = sign_in(force.staff["detective"]).post(page, {**sent, "born_on": ""}).content.decode()
    assert RING in told
    assert "Is it one of these?" not in told
    assert Person.objects.everything(because="the test counts").count() == 1


def test_the_wall_keeps_them_back_too(kim, actor):
    with acting(actor("detective")):
        assert not Person.objects.everything(because="the queryset forgot").exists()
        assert not Marker.objects.everything(because="the queryset forgot").exists()
    with acting(actor("safeguarding_lead")):
        assert Person.objects.everything(because="the queryset forgot").exists()


def test_a_marker_that_is_lifted_or_over_hides_nobody(kim, actor, now):
    marker = Marker.objects.everything(because="the test looks").get()
    assert not Person.objects.visible_to(actor("detective")).exists()

    with writing("the test"):
        Marker.objects.everything(because="the test lets time pass").update(
            until=now - timedelta(seconds=1), since=now - timedelta(days=1)
        )
    assert Person.objects.visible_to(actor("detective")).exists()
    with writing("the test"):
        Marker.objects.everything(because="the test lets time pass").update(until=None)
    commands.lift_marker(by=actor("safeguarding_lead"), at=now, marker=marker, reason="He has left the force.")
    assert Person.objects.visible_to(actor("detective")).exists()
    with pytest.raises(NotPermitted, match="lifted this marker already"):
        commands.lift_marker(by=actor("safeguarding_lead"), at=now, marker=marker, reason="x")


def test_a_marker_is_set_by_few_once_and_reviewed(kim, actor, now, other_force):
    marker = Marker.objects.everything(because="the test looks").get()
    free = commands.record_person(by=actor("supervisor"), at=now, family_name="Free")

    with pytest.raises(NotPermitted, match="Only the safeguarding lead"):
        commands.safeguard(by=actor("detective"), at=now, person=free, team="x", telephone="1", reason="x")
    with pytest.raises(Refusal, match="a marker on this person already"):
        set_marker(actor, now, kim)
    with pytest.raises(NotPermitted, match="ends before it begins"):
        set_marker(actor, now, free, until=now)
    told = {"team": "Night desk", "telephone": "0191 498 0111", "reason": "Looked at again."}
    marker = commands.review_marker(by=actor("safeguarding_lead"), at=now, marker=marker, **told)
    assert (marker.team, marker.reviewed_by) == ("Night desk", actor("safeguarding_lead").name)
    assert Entry.objects.filter(event="marker.reviewed").count() == 1


def test_another_force_is_told_nothing(kim, other_force, sign_in):
    told = (
        sign_in(other_force.staff["detective"]).get(reverse("people:persons"), {"q": "Kim Sheltered"}).content.decode()
    )

    assert "Ring" not in told
