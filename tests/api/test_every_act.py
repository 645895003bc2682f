"""Every act that a system may do is done once by one: told by ids alone, recorded under the system's name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from longstone.evidence import catalogue
from longstone.kernel.api import FINDERS, acts
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from longstone.kernel.scoped import Scoped
from longstone.kernel.store import staging
from longstone.people.models import System
from longstone.people.queries import actor_of
from tests.site.world import examined, make_world

SOON = "2126-11-24"
WRITES = {"people.release": 2}  # that they left, and that their sessions ended


@pytest.fixture(scope="module")
def found(django_db_setup, tmp_path_factory):
    """Give what an examination of a small image found, its catalogue in its place."""
    return examined(tmp_path_factory.mktemp("image") / "image.raw")


@pytest.fixture
def world(force, other_force, found, now):
    """Give one of everything."""
    yield make_world(force, other_force, found, now)
    catalogue.close()


def telling(world, other, staged, at):
    """Give what each act is told, in a world where it is lawful."""
    case, person, staff = world.case.pk, world.person.pk, world.force.staff
    return {
        "cases.allocate": {"case": case, "to": staff["supervisor"].pk, "team": world.team.pk, "seen": world.case.version},
        "cases.close": {"case": case, "outcome": "no_crime", "reason": "It was found."},
        "cases.correct": {"case": case, "seen": 1, "title": "New", "offence": "Theft", "marking": "OFFICIAL"},
        "cases.end_share": {"case": case, "to": other.controller.pk},
        "cases.involve": {"case": case, "person": person, "role": "witness", "is_opinion": True},
        "cases.open_case": {"reference": "NS/9/26", "title": "New", "offence": "Theft", "team": None},
        "cases.reopen": {"case": world.closed.pk, "reason": "More was found."},
        "evidence.add_location": {"name": "Locker 9", "is_locker": True},
        "evidence.ask_for_examination": {"copy": staged["copy"]},
        "evidence.correct_owner_role": {"exhibit": world.exhibit.pk, "owner_role": "victim", "since": at.isoformat()},
        "evidence.hand_out": {"exhibit": world.exhibit.pk, "with_copies": False},
        "evidence.receive_copy": {"exhibit": world.exhibit.pk, "staged": staged["other"]},
        "evidence.withdraw_disposal": {"disposal": world.disposal.pk, "reason": "It is needed."},
        "evidence.withhold": {"examination": world.copy.examinations.visible_to(world.force.actor("supervisor", at)).get().pk, "row": 1, "reason": "Privileged"},
        "kernel.place_hold": {"on": {"kind": "person", "id": person}, "reason": "A review"},
        "people.change_safe_contact": {"person": person, "seen": 1, "safe_channel": "", "safe_contact": "", "never_contact_by": "post"},
        "people.correct_person": {"person": person, "seen": 1, "family_name": "Invented", "given_names": "", "born_on": None},
        "people.end_post": {"post": world.post.pk, "to_on": SOON},
        "people.lift_marker": {"marker": world.marker.pk, "reason": "It is over."},
        "people.review_marker": {"marker": world.marker.pk, "team": "A team", "telephone": "01632 960002", "reason": "It stays.", "until": None},
        "people.safeguard": {"person": person, "team": "A team", "telephone": "01632 960002", "reason": "A threat", "until": None},
        "people.form_team": {"controller": world.force.controller.pk, "name": "Another team"},
        "people.record_organisation": {"name": "Invented Mill", "kind": "Business"},
        "people.record_person": {"family_name": "Invented", "born_on": "1990-02-28"},
        "people.release": {"staff": staff["partner_officer"].pk, "left_on": at.date().isoformat()},
    }  # fmt: skip


def upload(system, at, text):
    bytes_ = text.encode()
    staged = staging.begin(by=actor_of(system), at=at, name="found.raw", size=len(bytes_))
    staging.append(staged, [bytes_], offset=0, at=at)
    return str(staged.pk)


@pytest.mark.parametrize("name", sorted(acts()))
def test_a_system_does_it(everything, world, other_force, now, name):
    told = {"exhibit": world.exhibit.pk, "staged": upload(everything.system, now, "for the copy")}
    copy = everything.act("evidence.receive_copy", **told).json()["id"]
    telling_all = telling(world, other_force, {"copy": copy, "other": upload(everything.system, now, "another")}, now)
    before = Entry.objects.filter(by_name=str(everything.system)).count()

    answer = everything.act(name, **telling_all[name])

    assert set(telling_all) == set(acts())
    assert answer.status_code == 200, answer.content
    assert answer.json()["kind"]
    assert Entry.objects.filter(by_name=str(everything.system)).count() == before + WRITES.get(name, 1)


@pytest.mark.parametrize("name", sorted(acts()))
def test_a_system_without_any_of_its_powers_does_not(program, world, other_force, now, name):
    mine = program("keep locations" if name == "evidence.withhold" else "withhold material")
    ids = {"copy": world.copy.pk, "other": upload(mine.system, now, "another")}

    answer = mine.act(name, **telling(world, other_force, ids, now)[name])

    assert answer.status_code in {403, 404}, answer.content
    assert Entry.objects.filter(event="act.refused", by_name=str(mine.system)).count() == 1


def test_every_row_that_an_act_is_told_of_is_found_for_somebody():
    named = {model for act in acts().values() for model in act.rows.values()}

    for model in named - {Scoped}:
        assert model in FINDERS or hasattr(model.objects, "visible_to"), model


def test_a_system_whose_day_has_come_is_out_at_once(everything, now):
    assert everything.get("lists/cases").status_code == 200
    with writing("the test"):
        System.objects.everything(because="the test lets a day come").update(ends_on=now.date() - timedelta(days=1))

    assert everything.get("lists/cases").status_code == 401
