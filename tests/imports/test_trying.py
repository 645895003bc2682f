"""What a trial finds does not depend on which column asked first, nor on how long what tells rows apart is."""

from __future__ import annotations

import pytest

from longstone.kernel.imports.definition import Column, definitions
from longstone.kernel.imports.trying import Trial
from tests.imports.specimens import as_csv, good
from tests.imports.test_cells import planted

LONG = "NS/" + "4" * 500


@pytest.fixture
def long_keys(tmp_path, settings):
    """Let the force's own definition take case references of any length."""
    (tmp_path / "imports").mkdir()

    def change(told):
        told["version"], told["columns"][1]["longest"] = 2, 1000

    planted(tmp_path / "imports", change)
    settings.LONGSTONE_SHELVES = str(tmp_path)
    definitions.cache_clear()
    yield
    settings.LONGSTONE_SHELVES = ""
    definitions.cache_clear()


def test_rows_that_only_a_long_key_tells_apart_are_tried_and_their_twins_found(long_keys, importing):
    found = [[good(number, importing.store)[0], LONG, *good(number, importing.store)[2:]] for number in (0, 1, 1)]

    sent = importing.send(as_csv(found))

    assert (sent.state, sent.faulty) == ("tried", 3)
    keys = [row.key for row in importing.rows(sent, "faulty")]
    assert keys[0] != keys[1] == keys[2]
    assert importing.rows(sent, "faulty")[2].faults[0][1].startswith("Line 3 has the same")


def test_two_columns_that_name_one_kind_of_thing_each_find_it_by_their_own_words(importing):
    sent, told = importing.send(as_csv([good(0, importing.store)])), {"heading": "Who", "help": "Who it is."}
    more = {"kind": "reference", "of": "evidence.location", "missing": "Add it."}
    by_name = Column(argument="one", by=["name"], **told, **more)
    by_number = Column(argument="other", by=["id"], **told, **more)
    trial = Trial(sent, by=importing.by, at=importing.now)

    number = str(importing.force.store.pk)

    assert trial._find(by_name, number) is None
    assert trial._find(by_number, number) == importing.force.store
