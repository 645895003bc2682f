"""Words behind a wall: looked for by their index, given back as numbers, and taken by what an actor may see."""

import psycopg
import pytest

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.kernel import walls
from longstone.kernel.acting import acting
from tests.server import SERVER


@pytest.fixture
def worded(worker_house):
    """Give a house whose cases have words with an index, as a register would have."""
    force, now, case = worker_house
    with psycopg.connect(SERVER.url("owner", connection_name()), autocommit=True) as owner:
        owner.execute(
            "ALTER TABLE cases_case ADD words text GENERATED ALWAYS AS (lower(reference || ' ' || title)) STORED"
        )
        owner.execute("CREATE INDEX cases_case_words ON cases_case USING gin (words gin_trgm_ops)")
        owner.execute(walls.finder("cases_case").sql)
        yield owner, force, now, case


def connection_name():
    from django.db import connection

    return connection.settings_dict["NAME"]


@pytest.mark.parametrize(("how", "word", "finds"), [("contains", "laptop", True), ("contains", "lap_op", False), ("contains", "%", False), ("contains", "ns/1/26", True), ("trigram_word_similar", "laptob", True), ("trigram_word_similar", "bicycle", False), ("holds_words", "stolen laptop", True)])  # fmt: skip
def test_words_are_found_whole_in_part_and_misspelt(worded, how, word, finds):
    _, force, now, case = worded
    by = force.actor("supervisor", now)

    found = Case.objects.visible_to(by).filter(pk__in=walls.found("cases_case", how, word))

    assert list(found) == ([case] if finds else [])


def test_what_is_found_behind_the_wall_still_passes_it(worded):
    _, force, now, case = worded
    cases.restrict(by=force.actor("supervisor", now), at=now, case=case, reason="x", named=[])

    with acting(force.actor("forensic_examiner", now)):
        rows = Case.objects.everything(because="the queryset forgot")
        assert not rows.filter(pk__in=walls.found("cases_case", "contains", "laptop")).exists()


def test_a_condition_on_a_walled_table_finds_its_index_idle_and_the_finder_uses_it(worded):
    owner, _, _, _ = worded
    asked = "SELECT id FROM cases_case WHERE words LIKE '%laptop%'"
    owner.execute("SET enable_seqscan = off")
    with psycopg.connect(SERVER.url("worker", connection_name())) as worker:
        worker.execute("SET enable_seqscan = off")
        walled = "\n".join(line for (line,) in worker.execute(f"EXPLAIN {asked}"))
    behind = "\n".join(line for (line,) in owner.execute(f"EXPLAIN {asked}"))

    assert "cases_case_words" not in walled
    assert "cases_case_words" in behind
