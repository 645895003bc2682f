"""The read log of a person: who has read anything of them, when, under which power and why; and that looking there is recorded."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.kernel import ledger
from longstone.kernel.models import Entry
from longstone.people import commands, reads


def log(sign_in, force, person, role="data_protection_officer", **asked):
    return sign_in(force.staff[role]).get(reverse("person_reads", args=[person.pk]), asked)


def test_every_kind_of_look_is_told_with_its_power_and_its_reason(case, victim, force, now, sign_in):
    sign_in(force.staff["supervisor"]).get(reverse("people:persons"), {"q": "alex"})
    sign_in(force.staff["supervisor"]).get(reverse("person", args=[victim.pk]))
    cases.restrict(by=force.actor("supervisor", now), at=now, case=case, reason="x", named=[])
    cases.break_glass(by=force.actor("exhibits_officer", now), at=now, case=case.pk, reason="She rang at night.")
    sign_in(force.staff["exhibits_officer"]).get(reverse("case", args=[case.pk]))

    told = log(sign_in, force, victim).content.decode()

    for words in ("A search or list of persons, looking for “alex”", "Their page", "A case they are in", "See people", "Break the glass", "She rang at night.", "Supervisor Northshire", "Exhibits_Officer Northshire"):  # fmt: skip
        assert words in told


def test_a_search_over_all_rooms_that_met_them_is_told_and_one_that_did_not_is_not(victim, force, sign_in):
    for words in ("alex", "nobody such"):
        sign_in(force.staff["supervisor"]).get("/search/", {"q": words})

    told = log(sign_in, force, victim).content.decode()

    assert "A search for anything, looking for “alex”" in told
    assert "nobody such" not in told


def test_looking_at_the_log_is_itself_a_read_that_the_log_tells(victim, force, sign_in):
    log(sign_in, force, victim)

    entry = Entry.objects.filter(event="who has read.read").get()
    assert json.loads(entry.facts)["persons"] == [str(victim.pk)]
    assert "Data_Protection_Officer Northshire" in log(sign_in, force, victim).content.decode()


def test_what_was_read_of_others_does_not_stand_there(victim, actor, force, now, sign_in):
    other = commands.record_person(by=actor("supervisor"), at=now, family_name="Somebody", given_names="Else")
    sign_in(force.staff["supervisor"]).get(reverse("person", args=[other.pk]))

    assert "Nobody has read anything" in log(sign_in, force, victim).content.decode()


@pytest.mark.parametrize("role", ["detective", "supervisor", "records_manager", "administrator", "safeguarding_lead"])
def test_nobody_else_reads_it(victim, force, sign_in, role):
    assert log(sign_in, force, victim, role=role).status_code == 403
    assert reads.reads_of([victim.pk], by=force.actor(role, victim.recorded_at)) == []


def test_another_forces_officer_finds_no_such_person(victim, other_force, sign_in):
    sign_in(other_force.staff["data_protection_officer"])

    assert log(sign_in, other_force, victim).status_code == 404


def test_the_log_goes_on_from_page_to_page(victim, force, actor, sign_in):
    for number in range(60):
        ledger.read("person", by=actor("detective"), on=victim, page=f"look {number}")

    first, second = (log(sign_in, force, victim, **asked).content.decode() for asked in ({}, {"from": "50"}))

    assert "look 59" in first
    assert "look 5<" not in first
    assert "Older" in first
    assert "look 5<" in second
    assert "Newer" in second


def test_a_merged_records_reads_are_told_too(actor, force, now, sign_in):
    sam = actor("supervisor")
    one, other = (
        commands.record_person(by=sam, at=now, family_name=name, given_names="Alex") for name in ("Smith", "Smyth")
    )
    ledger.read("person", by=sam, on=one, page="before they were found to be one")
    commands.merge_persons(by=sam, at=now, record=one, survivor=other, reason="x")

    assert "before they were found to be one" in log(sign_in, force, other).content.decode()


def test_the_log_is_asked_by_its_index(victim, actor):
    ledger.read("person", by=actor("detective"), on=victim)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {reads.READS}", [[victim.pk], [], 50, 0])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "people_reads" in plan


@pytest.mark.parametrize(
    "facts", ["", "{}", '{"persons":"x"}', '{"persons":["x","-1","99999999999999999999"]}', '{"persons":null,"ids":{}}']
)
def test_an_entry_that_names_nobody_is_no_fault_of_the_index(db, facts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_read('persons.read', '', '', %s)", [facts])
        assert cursor.fetchone() == (None,)
