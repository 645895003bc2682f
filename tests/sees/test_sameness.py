"""Two records of one person: found by what they share, merged in the open, and un-merged to exactly what they were."""

import uuid
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstone.cases import commands as cases
from longstone.cases import queries
from longstone.kernel.actor import Actor, Grant
from longstone.kernel.models import Entry
from longstone.kernel.refusals import NotPermitted
from longstone.people import commands, rules, sameness
from longstone.people.models import Organisation, Person, PersonMerge


@pytest.fixture
def sam(actor):
    """Give the supervisor."""
    return actor("supervisor")


def person(by, at, family, given="", born=None, **more):
    return commands.record_person(by=by, at=at, family_name=family, given_names=given, born_on=born, **more)


@pytest.fixture
def two(sam, now):
    """Give two records that sound the same."""
    born = date(1990, 4, 3)
    return person(sam, now, "Smith", "Alex", born), person(sam, now, "Smyth", "Alex", born)


def merge(by, at, record, survivor):
    return commands.merge_persons(
        by=by, at=at, record=record, survivor=survivor, reason="The same date of birth and address."
    )


def snapshot():
    """Give every record as it stands."""
    return [
        [vars_of(one) for one in Person.objects.everything(because="the test compares").order_by("pk")],
        sorted(Organisation.objects.everything(because="the test compares").values_list()),
    ]


def vars_of(one):
    keys = tuple(one.keys.order_by("pk").values_list("kind", "value"))
    parts = tuple(one.involvements.everything(because="the test compares").order_by("pk").values_list())
    return {k: v for k, v in vars(one).items() if k != "_state"}, keys, parts


@pytest.mark.parametrize(
    ("name", "other"),
    [("Smith", "Smyth"), ("Meyer", "Maier"), ("Müller", "Muller"), ("O'Brien", "OBrien"), ("Clark", "Clarke")],
)
def test_names_that_sound_alike_have_one_sound(name, other):
    assert rules.sound(name) == rules.sound(other) != ""


@pytest.mark.parametrize(("name", "told"), [("Robert", "r163"), ("Rupert", "r163"), ("Ashcraft", "a261"), ("Tymczak", "t522"), ("Pfister", "p236"), ("Honeyman", "h555"), ("李", "")])  # fmt: skip
def test_soundex_writes_what_its_definition_says(name, told):
    assert rules.sound(name) == told


def test_candidates_are_found_by_name_by_sound_and_by_spelling_with_the_same_birth(sam, now):
    born = date(1990, 4, 3)
    one = person(sam, now, "Richardson", "Alex", born)
    same = person(sam, now, "Richardson", "Alex")
    sounds = person(sam, now, "Richardsen", "Alex")
    spelt = person(sam, now, "Richadrson", "Jo", born)
    person(sam, now, "Baker", "Kim", born)

    found = sameness.candidates(one, by=sam)

    assert {other.pk for other in found} == {same.pk, sounds.pk, spelt.pk}


def test_what_speaks_for_and_against_is_said(two):
    speaks_for, against = rules.compare(*two)

    assert "The date of birth is the same." in speaks_for
    assert "The names sound the same, and are spelt differently." in speaks_for
    assert against == []


def test_a_merge_is_made_from_two_records_side_by_side_and_reads_follow(two, force, sign_in):
    record, survivor = two
    browser = sign_in(force.staff["supervisor"])
    alike = browser.get(reverse("people:alike", args=[survivor.pk])).content.decode()
    page = reverse("people:merge", args=[record.pk, survivor.pk])
    assert page in alike
    assert "(differs)" in browser.get(page).content.decode()

    browser.post(page, {"once": str(uuid.uuid4()), "reason": "The same address."})

    answer = browser.get(reverse("person", args=[record.pk]))
    assert answer.headers["Location"] == reverse("person", args=[survivor.pk])
    told = browser.get(answer.headers["Location"]).content.decode()
    assert "Also recorded as" in told
    assert "SMITH, Alex" in told
    assert Entry.objects.filter(event="person.merged").count() == 1


def test_involvements_are_shown_from_both_with_where_they_come_from(two, case, sam, now, force, sign_in):
    record, survivor = two
    cases.involve(by=sam, at=now, case=case, person=record, role="witness")
    cases.involve(by=sam, at=now, case=case, person=survivor, role="victim")
    merge(sam, now, record, survivor)

    told = sign_in(force.staff["supervisor"]).get(reverse("person", args=[survivor.pk])).content.decode()

    assert "<strong>Witness</strong>, recorded as SMITH, Alex" in told
    assert "<strong>Victim</strong></li>" in told.replace("\n", "")


def test_how_nobody_may_be_contacted_is_said_of_a_merged_record_too(two, sam, now, force, sign_in):
    record, survivor = two
    told = {"safe_channel": "text", "safe_contact": "01632 960555", "never_contact_by": "the landline"}
    commands.change_safe_contact(by=sam, at=now, person=record, seen=1, **told)
    merge(sam, now, record, survivor)

    told = sign_in(force.staff["supervisor"]).get(reverse("person", args=[survivor.pk])).content.decode()

    assert f"<strong>Never contact by:</strong> the landline (recorded as {record})" in told
    assert "Text 01632 960555" in told


def test_undone_both_records_are_exactly_what_they_were(two, case, sam, now, force, sign_in):
    record, survivor = two
    cases.involve(by=sam, at=now, case=case, person=record, role="witness")
    before = snapshot()
    merge(sam, now, record, survivor)

    sign_in(force.staff["supervisor"]).post(
        reverse("people:unmerge", args=[record.pk]), {"once": str(uuid.uuid4()), "reason": "Two people."}
    )

    assert snapshot() == before
    assert sameness.one_person(survivor) == [survivor.pk]
    assert [one.person_id for one in queries.cases_of(by=sam, person=record)] == [record.pk]
    kept = PersonMerge.objects.get()
    assert (kept.why_undone, kept.undone_by) == ("Two people.", sam.name)


NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzåéßłñ' -", min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, min_size=2, max_size=5),
    steps=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=8),
)
def test_whatever_is_merged_and_un_merged_again_leaves_everything_as_it_was(sam, now, names, steps):
    people = [person(sam, now, name, "Alex") for name in names]
    before = snapshot()

    for one, other, undo in steps:
        record, survivor = people[one % len(people)], people[other % len(people)]
        try:
            if undo:
                commands.unmerge_persons(by=sam, at=now, record=record, reason="x")
            else:
                merge(sam, now, record, survivor)
        except NotPermitted:
            continue
        assert all(
            sameness.survivor_of(Person(pk=sameness.survivor_of(p))) is None for p in people if sameness.survivor_of(p)
        )
    assert snapshot() == before
    for one in people:
        if sameness.survivor_of(one):
            commands.unmerge_persons(by=sam, at=now, record=one, reason="x")

    assert snapshot() == before
    assert all(sameness.one_person(one) == [one.pk] for one in people)


def test_no_circle_and_no_chain_can_be_made(two, sam, now):
    one, other = two
    third = person(sam, now, "Smithe", "Alex")
    merge(sam, now, one, other)

    for record, survivor, why in [(one, third, "merged already"), (other, one, "itself merged|Other records"), (third, one, "itself merged"), (other, third, "Other records are merged"), (third, third, "not merged with itself")]:  # fmt: skip
        with pytest.raises(NotPermitted, match=why):
            merge(sam, now, record, survivor)
    merge(sam, now, third, other)
    assert sorted(sameness.one_person(one)) == sorted([one.pk, other.pk, third.pk])


def test_records_of_two_forces_are_not_merged(two, sam, other_force, force, now):
    theirs = person(other_force.actor("supervisor", now), now, "Smith", "Alex")
    both = frozenset({force.controller.pk, other_force.controller.pk})
    regional = Actor(
        sam.id, sam.name, sam.controller, frozenset({Grant("see people", both), Grant("merge records", both)})
    )

    with pytest.raises(NotPermitted, match="records of two forces"):
        merge(regional, now, two[0], theirs)


def test_only_those_who_may_merge_do(two, actor, now):
    with pytest.raises(NotPermitted, match="Ask a supervisor"):
        merge(actor("detective"), now, *two)


def test_a_marker_on_either_record_hides_both_once_they_are_merged(two, actor, sam, now):
    record, survivor = two
    merge(sam, now, record, survivor)
    told = {"team": "Safeguarding", "telephone": "0191 498 0999", "reason": "x"}
    marker = commands.safeguard(by=actor("safeguarding_lead"), at=now, person=record, **told)

    assert not Person.objects.visible_to(sam).exists()
    commands.lift_marker(by=actor("safeguarding_lead"), at=now, marker=marker, reason="x")
    commands.safeguard(by=actor("safeguarding_lead"), at=now, person=survivor, **told)
    assert not Person.objects.visible_to(sam).exists()


def test_an_insider_of_a_case_sees_it_from_neither_record(two, case, actor, sam, now, force):
    record, survivor = two
    cases.involve(by=sam, at=now, case=case, person=record, role="suspect")
    merge(sam, now, record, survivor)
    by = actor("professional_standards")
    cases.record_connection(by=by, at=now, case=case, staff=force.staff["supervisor"], how="relative", reason="x")

    assert queries.cases_of(by=sam, person=survivor) == queries.cases_of(by=sam, person=record) == []
    assert queries.closed_to(by=sam, person=survivor) == []


def test_organisations_are_merged_and_un_merged_as_persons_are(sam, now, force, sign_in):
    one = commands.record_organisation(by=sam, at=now, name="Invented Bakery", kind="Business")
    other = commands.record_organisation(by=sam, at=now, name="Invented Bakery Ltd", kind="Business")
    before = snapshot()
    browser = sign_in(force.staff["supervisor"])
    page = reverse("people:merge-organisations", args=[other.pk, one.pk])
    assert page in browser.get(reverse("people:organisations-alike", args=[one.pk])).content.decode()

    browser.post(page, {"once": str(uuid.uuid4()), "reason": "One shop."})
    assert browser.get(reverse("organisation", args=[other.pk])).headers["Location"] == reverse(
        "organisation", args=[one.pk]
    )
    assert "Also recorded as" in browser.get(reverse("organisation", args=[one.pk])).content.decode()
    browser.post(
        reverse("people:unmerge-organisations", args=[other.pk]), {"once": str(uuid.uuid4()), "reason": "Two shops."}
    )

    assert browser.get(reverse("organisation", args=[other.pk])).status_code == 200
    assert snapshot() == before
