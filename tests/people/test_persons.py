"""Persons and organisations: recorded once, corrected in the open, found again, reached in safety."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.kernel.actor import Grant
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal, Stale
from longstone.kernel.register import parse
from longstone.people import commands, queries
from longstone.people.models import Person
from longstone.people.web.registers.organisations import REGISTER


@pytest.fixture
def sam(force, now):
    """Give the supervisor."""
    return force.actor("supervisor", now)


@pytest.fixture
def person(sam, now):
    """Give a recorded person."""
    return commands.record_person(by=sam, at=now, family_name="Invented", given_names="Alex Jo", never_contact_by="their own phone")  # fmt: skip


def test_a_corrected_name_is_found_under_the_new_name_and_not_the_old(person, sam, now):
    commands.correct_person(
        by=sam, at=now, person=person, seen=1, family_name="Imagined", given_names="Alex", born_on=None
    )

    def found(name):
        return list(queries.persons_like(by=sam, keys={"name": name}))

    assert found("imagined alex") == [person]
    assert found("invented alex") == []


def test_a_date_of_birth_that_is_taken_back_matches_nobody(sam, now):
    person = commands.record_person(by=sam, at=now, family_name="Invented", born_on=date(1990, 1, 2))
    commands.correct_person(by=sam, at=now, person=person, seen=1, family_name="Invented", given_names="", born_on=None)

    assert not queries.persons_like(by=sam, keys={"name and birth": "invented 1990-01-02"}).exists()


def test_today_is_londons_day_also_after_midnight_in_summer(force, now):
    sam = force.actor("supervisor", now)
    by = replace(sam, grants=sam.grants | {Grant("record past acts", frozenset({force.controller.pk}))})
    at = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London

    person = commands.record_person(by=by, at=at, family_name="Newborn", born_on=date(2025, 7, 1))
    told = {"family_name": "Newborn", "given_names": "Jo", "born_on": date(2025, 7, 1)}

    assert commands.correct_person(by=by, at=at, person=person, seen=1, **told).given_names == "Jo"
    with pytest.raises(NotPermitted, match="between 1900 and today"):
        commands.record_person(by=by, at=at, family_name="Unborn", born_on=date(2025, 7, 2))


def test_a_correction_of_what_somebody_else_changed_is_refused(person, sam, now):
    change = {"safe_channel": "", "safe_contact": "", "never_contact_by": ""}
    commands.change_safe_contact(by=sam, at=now, person=person, seen=1, **change)

    with pytest.raises(Stale, match=r"Supervisor Northshire \(no3\) changed this on \d\d/\d\d/\d{4} at \d\d:\d\d"):
        commands.correct_person(by=sam, at=now, person=person, seen=1, family_name="X", given_names="", born_on=None)


def test_another_force_corrects_nothing(person, other_force, now):
    by = other_force.actor("supervisor", now)

    with pytest.raises(NotVisible):
        commands.correct_person(by=by, at=now, person=person, seen=1, family_name="X", given_names="", born_on=None)


@pytest.mark.parametrize("text", ["inv", "ALEX", "alex invented", "INVENTED, Alex"])
def test_a_person_is_found_by_any_part_of_their_name(person, sam, text):
    assert list(queries.persons(by=sam, text=text)) == [person]


def test_a_record_that_looks_the_same_is_shown_before_another_is_made(person, force, sign_in):
    browser, page = sign_in(force.staff["supervisor"]), reverse("people:record")
    typed = {"family_name": "invented", "given_names": "Alex", "once": str(uuid.uuid4())}

    told = browser.post(page, typed).content.decode()

    assert "Is it one of these?" in told
    assert reverse("person", args=[person.pk]) in told
    assert Person.objects.everything(because="the test counts").count() == 1
    assert browser.post(page, {**typed, "another": "on"}).status_code == 302
    assert Person.objects.everything(because="the test counts").count() == 2


def test_how_a_person_must_not_be_reached_stands_first_on_their_page(person, force, sign_in):
    told = sign_in(force.staff["supervisor"]).get(reverse("person", args=[person.pk])).content.decode()

    assert told.index("Never contact by:") < told.index("Change safe contact")


def test_a_persons_page_names_only_the_cases_that_one_may_see(person, force, case, sam, now, sign_in):
    cases.involve(by=sam, at=now, case=case, person=person, role="victim")
    page = reverse("person", args=[person.pk])

    assert case.reference in sign_in(force.staff["supervisor"]).get(page).content.decode()
    told = sign_in(force.staff["partner_officer"]).get(page).content.decode()
    assert case.reference not in told
    assert "recorded in no case that you may see" in told


def test_an_organisation_is_recorded_once_and_for_one_force(force, other_force, sam, now):
    commands.record_organisation(by=sam, at=now, name="Invented Bakery", kind="Business")

    with pytest.raises(Refusal, match="already has an organisation of that name"):
        commands.record_organisation(by=sam, at=now, name="Invented Bakery", kind="Business")
    assert REGISTER.rows(by=sam).count(parse(REGISTER, {"q": "bakery"})).number == 1
    assert REGISTER.rows(by=other_force.actor("supervisor", now)).count(parse(REGISTER, {})).number == 0
