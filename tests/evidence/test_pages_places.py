"""Where exhibits are: found by reference and seal, in their stores and lockers, and whose they were taken to be."""

from datetime import timedelta

import pytest
from django.urls import reverse

from longstone.evidence import commands, queries
from longstone.evidence.models import Location
from longstone.evidence.web.registers.exhibits import REGISTER
from longstone.kernel.refusals import NotPermitted, Refusal
from longstone.kernel.register import parse
from tests.house import seizing


def _seen(by):
    """Count what somebody sees in each place."""
    return {place: place.seen for place in queries.locations_counted(by=by)}


def _like(by, text):
    """Give the exhibits that the list finds."""
    source = REGISTER.rows(by=by)
    return source.page(source.settle(parse(REGISTER, {"q": text})), limit=10).rows


@pytest.fixture
def erin(force, now):
    """Give the exhibits officer."""
    return force.actor("exhibits_officer", now)


@pytest.mark.parametrize("role", ["exhibits_officer", "administrator"])
def test_a_location_is_added_for_ones_own_force(force, now, role):
    location = commands.add_location(by=force.actor(role, now), at=now, name="Basement", is_locker=False)

    assert location.controller == force.controller


def test_others_add_no_location_and_no_name_is_used_twice(force, erin, now):
    with pytest.raises(NotPermitted, match="Only exhibits officers"):
        commands.add_location(by=force.actor("detective", now), at=now, name="Mine")
    with pytest.raises(Refusal, match="exists already"):
        commands.add_location(by=erin, at=now, name=force.store.name)
    assert Location.objects.everything(because="the test counts").filter(controller=force.controller).count() == 2


def test_a_location_counts_and_shows_what_lies_there_as_far_as_one_may_see(force, erin, exhibit, now, sign_in):
    commands.store(by=erin, at=now, exhibit=exhibit, location=force.store)
    page = reverse("evidence:location", args=[force.store.pk])

    assert _seen(erin)[force.store] == 1
    assert "ABC/1" in sign_in(force.staff["exhibits_officer"]).get(page).content.decode()
    assert _seen(force.actor("administrator", now))[force.store] == 0
    assert "ABC/1" not in sign_in(force.staff["administrator"]).get(page).content.decode()


@pytest.mark.parametrize("text", ["abc/1", "black", "n0001"])
def test_an_exhibit_is_found_by_reference_description_or_seal(erin, exhibit, text):
    assert _like(erin, text) == [exhibit]


def test_an_exhibit_is_found_by_a_seal_that_was_broken(erin, exhibit, now):
    commands.reseal(by=erin, at=now, exhibit=exhibit, new_seal="N0002", reason="Torn")

    assert _like(erin, "N0001") == [exhibit]


def test_nobody_finds_an_exhibit_of_another_force(other_force, exhibit, now):
    assert not _like(other_force.actor("exhibits_officer", now), "ABC/1")


@pytest.mark.parametrize(("since", "said"), [(-1, "before the seizure"), (1, "in the future")])
def test_whose_it_was_cannot_be_said_of_a_time_before_the_seizure_or_to_come(erin, exhibit, now, since, said):
    with pytest.raises(NotPermitted, match=said):
        commands.correct_owner_role(
            by=erin, at=now, exhibit=exhibit, owner_role="victim", since=now + timedelta(hours=since)
        )


def test_what_was_thought_before_stays_on_the_exhibits_page(force, erin, exhibit, now, sign_in):
    commands.correct_owner_role(by=erin, at=now, exhibit=exhibit, owner_role="victim", since=now)

    told = sign_in(force.staff["exhibits_officer"]).get(reverse("exhibit", args=[exhibit.pk])).content.decode()

    assert "Whose it was taken to be" in told
    assert told.index("<strong>Complainant or victim</strong>") < told.index("<strong>Suspect</strong>")


def test_what_comes_from_an_exhibit_is_listed_on_its_page(force, case, erin, exhibit, now, sign_in):
    commands.seize(by=erin, **seizing(case, now, reference="ABC/1-DEF/1", seal="N0002", parent=exhibit))

    assert (
        "ABC/1-DEF/1"
        in sign_in(force.staff["exhibits_officer"]).get(reverse("exhibit", args=[exhibit.pk])).content.decode()
    )


def test_somebody_who_may_not_take_a_bundle_away_is_offered_no_link_and_is_refused(force, exhibit, erin, now, sign_in):
    from longstone.evidence.jobs import BINDER

    bundle = commands.hand_out(by=erin, at=now, exhibit=exhibit)
    commands.bundle_ready(by=BINDER, at=now, bundle=bundle, name="ABC_1-1.zip", sha256="0" * 64, size=1)
    page, browser = reverse("evidence:download", args=[bundle.pk]), sign_in(force.staff["detective"])

    told = browser.get(reverse("exhibit", args=[exhibit.pk])).content.decode()

    assert "ABC_1-1.zip" in told
    assert page not in told
    assert browser.get(page).status_code == 403
