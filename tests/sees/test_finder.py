"""Words behind a wall: looked for by their index, given back as numbers, and taken by what an actor may see."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.kernel import walls
from longstone.kernel.acting import acting
from longstone.kernel.scoped import Scoped
from longstone.people import commands as people
from tests.server import SERVER


@pytest.mark.parametrize(("how", "word", "finds"), [("contains", "laptop", True), ("contains", "lap_op", False), ("contains", "%", False), ("contains", "ns/1/26", True), ("trigram_word_similar", "laptob", True), ("trigram_word_similar", "bicycle", False), ("holds_words", "stolen laptop", True)])  # fmt: skip
def test_words_are_found_whole_in_part_and_misspelt(case, how, word, finds):
    assert walls.found("cases_case", how, word) == ([case.pk] if finds else [])


def test_what_is_found_behind_the_wall_still_passes_it(case, restricted, actor):
    with acting(actor("forensic_examiner")):
        rows = Case.objects.everything(because="the queryset forgot")
        found = walls.found("cases_case", "contains", "laptop")

        assert found == [case.pk]
        assert not rows.filter(pk__one_of=found).exists()


def test_words_that_more_than_a_few_hold_are_left_to_the_wall_itself(case, actor, now, monkeypatch):
    monkeypatch.setattr(walls, "FEW", 1)
    cases.open_case(by=actor("supervisor"), at=now, reference="NS/2/26", title="Another laptop", offence="Theft")

    assert walls.found("cases_case", "contains", "laptop") is None
    assert walls.found("cases_case", "contains", "another") is not None


def test_every_table_whose_words_lie_behind_a_wall_has_a_finder_and_says_so(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        walled = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE '%_found'")
        finders = {name.removesuffix("_found") for (name,) in cursor.fetchall()}
    worded = {
        one._meta.db_table: issubclass(one, Scoped) and one.walled
        for one in apps.get_models()
        if any(field.name == "words" for field in one._meta.fields)
    }

    assert {name for name, said in worded.items() if said} == walled & set(worded) == finders & set(worded)


def test_a_condition_on_a_walled_table_finds_its_index_idle_and_the_finder_uses_it(worker_house):
    asked = "SELECT id FROM cases_case WHERE words LIKE '%laptop%'"
    name = connection.settings_dict["NAME"]
    with psycopg.connect(SERVER.url("worker", name)) as worker, psycopg.connect(SERVER.url("owner", name)) as owner:
        worker.execute("SET enable_seqscan = off")
        owner.execute("SET enable_seqscan = off")
        walled = "\n".join(line for (line,) in worker.execute(f"EXPLAIN {asked}"))
        behind = "\n".join(line for (line,) in owner.execute(f"EXPLAIN {asked}"))

    assert "cases_case_words" not in walled
    assert "cases_case_words" in behind


def test_a_name_is_found_in_a_list_of_cases_as_far_as_one_sees_both(case, victim, actor, force, now, sign_in):
    client = sign_in(force.staff["supervisor"])

    assert b"NS/1/26" in client.get("/cases/", {"q": "Invented"}).content
    assert b"NS/1/26" in client.get("/cases/", {"q": "Inventad"}).content

    told = {"team": "A team", "telephone": "01632 960002", "reason": "A threat"}
    people.safeguard(by=actor("safeguarding_lead"), at=now, person=victim, **told)
    answer = client.get("/cases/", {"q": "Invented"})

    assert b"NS/1/26" not in answer.content
    assert b"Ring A team on 01632 960002 before contact." in answer.content
