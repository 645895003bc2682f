"""Can a limited process that was taken over bring down the one that writes, with what it says in the end?"""

from __future__ import annotations

import pytest

from examiner.catalogue.manifest import input_facts, may_be_fact

HOSTILE = [
    ("landlock", "seven"),
    ("media_size", "-1"),
    ("media_size", "9" * 5000),
    ("part_size:0", "\u0663"),
    ("count_x", ""),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE)
def test_a_number_that_is_none_is_refused(name, value):
    assert not may_be_fact(name, value)


@pytest.mark.parametrize("facts", [{"part_sha256:x": "1"}, {"part_sha256:0": "00"}, {"part_sha256:": ""}, {}])
def test_facts_without_their_fellows_are_left_out(facts):
    assert input_facts(facts)["parts"] == []
