"""A case is found by a name that is misspelt, and not by one that is another."""

import pytest

from longstone.cases import commands as cases
from longstone.cases.web.registers.cases import REGISTER
from longstone.kernel.register import listing


@pytest.mark.parametrize(
    ("typed", "count"), [("bakery", 1), ("bakrey", 1), ("Ransomwear", 1), ("bakerry", 1), ("brewery", 0), ("jones", 0)]
)
def test_a_misspelt_word_finds_its_case(force, now, typed, count):
    by = force.actor("detective", now)
    cases.open_case(by=by, at=now, reference="NS/1/26", title="Ransomware at an invented bakery", offence="Hacking")

    assert listing(REGISTER, {"q": typed, "like": "yes"}, by=by).body["count"] == count
