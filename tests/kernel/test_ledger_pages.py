"""The pages of holds and erasures: who may act, and what becomes of it."""

import uuid

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from longstone.kernel import holds
from longstone.kernel.models import Entry, Erasure, Hold
from longstone.kernel.promises import writing
from longstone.people import commands as people
from longstone.people.models import Staff
from tests.house import installer
from tests.server import SERVER


def post(browser, where, **told):
    return browser.post(where, {"once": str(uuid.uuid4()), **told})


def manager(force, now, name):
    by = installer(force.controller)
    staff = people.take_on(
        by=by, at=now, controller=force.controller, username=name, name=f"{name} Records", collar=f"R{name}", initials="RR",
        password="x" * 12,
    )  # fmt: skip
    people.appoint(by=by, at=now, staff=staff, role="records_manager", from_on=now.date())
    return staff


@pytest.fixture
def entry(force, now):
    """Give an entry about a person, with a number as if the sequencer had given it; the web's role could not."""
    person = people.record_person(by=force.actor("detective", now), at=now, family_name="Invented")
    with writing("test"):
        made = Entry.objects.create(
            uuid=uuid.uuid4(), event="person.recorded", controller=str(force.controller.pk), by_id=99, by_name="PC 99", at=now,
            facts='{"a":1}', salt=b"s" * 32, on_kind="person", on_id=str(person.pk), on_label="Invented",
        )  # fmt: skip
    with psycopg.connect(SERVER.url("app", connection.settings_dict["NAME"]), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")  # the entry is not committed yet
        superuser.execute("INSERT INTO ledger_leaf VALUES (0, %s, %s)", [made.pk, b"c" * 32])
        yield made
        superuser.execute("DELETE FROM ledger_leaf")


def test_a_supervisor_places_a_hold_from_a_case_and_lifts_it_again(force, case, sign_in):
    browser = sign_in(force.staff["supervisor"])
    place = reverse("hold_new", args=["case", case.pk])
    assert place in browser.get(reverse("case", args=[case.pk])).content.decode()

    assert post(browser, place, reason="An appeal is open.").status_code == 302

    assert not holds.held([("case", str(case.pk))])
    shown = browser.get(reverse("holds")).content.decode()
    assert "An appeal is open." in shown
    lift = reverse("hold_lift", args=[Hold.objects.everything(because="a test").get().pk])
    assert lift in shown
    assert post(browser, lift, reason="The appeal was dismissed.").status_code == 302
    assert holds.held([("case", str(case.pk))])
    assert "holds nothing back" in browser.get(reverse("holds")).content.decode()


def test_an_officer_without_the_power_is_told_so_and_places_nothing(force, case, sign_in):
    browser = sign_in(force.staff["detective"])
    place = reverse("hold_new", args=["case", case.pk])

    assert "does not let you place or lift a hold" in browser.get(place).content.decode()
    post(browser, place, reason="x")

    assert not Hold.objects.everything(because="a test").exists()
    assert browser.get(reverse("holds")).status_code == 403
    assert browser.get(reverse("erasures")).status_code == 403


def test_another_force_finds_no_hold_and_no_erasure(force, other_force, case, sign_in, now, entry):
    placed = holds.place_hold(by=force.actor("supervisor", now), at=now, on=case, reason="x")
    browser = sign_in(other_force.staff["supervisor"])

    assert browser.get(reverse("hold_lift", args=[placed.pk])).status_code == 404
    assert browser.get(reverse("hold_new", args=["case", case.pk])).status_code == 404
    assert browser.get(reverse("hold_new", args=["nothing", 1])).status_code == 404
    assert case.reference not in browser.get(reverse("holds")).content.decode()


def test_one_proposes_and_another_approves_by_their_own_sign_in(force, now, entry, sign_in):
    one, two = manager(force, now, "one"), manager(force, now, "two")
    browser = sign_in(one)
    told = {"entry": str(entry.uuid), "ground": "court_order", "reason": "The court ordered it."}
    assert "Order of a court" in browser.get(reverse("erasure_new")).content.decode()
    assert post(browser, reverse("erasure_new"), **told).status_code == 302
    proposed = Erasure.objects.everything(because="a test").get()
    approve = reverse("erasure_approve", args=[proposed.pk])

    assert "Two people erase" in browser.get(approve).content.decode()
    post(browser, approve)
    proposed.refresh_from_db()
    assert proposed.approved is None

    browser = sign_in(two)
    assert approve in browser.get(reverse("erasures")).content.decode()
    assert post(browser, approve).status_code == 302
    proposed.refresh_from_db()
    assert (proposed.approved, proposed.decided_by_id) == (True, two.pk)
    assert f"approved by {two}" in browser.get(reverse("erasures")).content.decode()


def test_a_refusal_of_an_erasure_says_why(force, now, entry, sign_in):
    one, two = manager(force, now, "one"), manager(force, now, "two")
    post(sign_in(one), reverse("erasure_new"), entry=str(entry.uuid), ground="court_order", reason="x")
    proposed = Erasure.objects.everything(because="a test").get()

    post(sign_in(two), reverse("erasure_refuse", args=[proposed.pk]), why="The order names another record.")

    assert "The order names another record." in sign_in(two).get(reverse("erasures")).content.decode()


@pytest.mark.parametrize("told", [{"entry": "x"}, {"ground": "because"}, {"reason": ""}])
def test_what_is_filled_in_wrongly_is_said_and_kept(force, now, entry, sign_in, told):
    browser = sign_in(manager(force, now, "one"))
    whole = {"entry": str(entry.uuid), "ground": "court_order", "reason": "The court ordered it.", **told}

    answer = post(browser, reverse("erasure_new"), **whole)

    assert answer.status_code == 200
    assert "Error:" in answer.content.decode()
    assert not Erasure.objects.everything(because="a test").exists()
    assert Staff.objects.filter(username="one").exists()


def test_who_opens_a_held_case_sees_the_hold_and_only_its_keeper_why(force, case, now, sign_in):
    holds.place_hold(by=force.actor("supervisor", now), at=now, on=case, reason="An appeal is open.")
    page = reverse("case", args=[case.pk])

    officer = sign_in(force.staff["detective"]).get(page).content.decode()
    keeper = sign_in(force.staff["supervisor"]).get(page).content.decode()

    assert "On hold since" in officer
    assert "An appeal is open." not in officer
    assert "Place a hold" not in officer
    assert "An appeal is open." in keeper
    assert "Lift the hold on case" in keeper


def test_a_records_manager_finds_an_entry_from_the_page_of_the_case(force, case, now, sign_in):
    browser = sign_in(manager(force, now, "first"))
    listed = reverse("entries", args=["case", case.pk])
    assert listed in browser.get(reverse("case", args=[case.pk])).content.decode()
    opened = Entry.objects.get(event="case.opened")

    shown = browser.get(listed).content.decode()

    proposing = f"{reverse('erasure_new')}?entry={opened.uuid}"
    assert proposing in shown
    assert f'value="{opened.uuid}"' in browser.get(proposing).content.decode()
