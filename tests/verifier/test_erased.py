"""An entry that was erased is still in the ledger, tells nothing, and is never passed over in silence."""

import io
import json

import pytest

from longstone.kernel.ledger import notes
from tests.verifier.building import ERIN, KEY, ORIGIN, Force, entries, entry, pack, unpack
from verifier import bundle, note
from verifier.records import Failed

VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))
NOTED = entry(6, "exhibit.noted", ERIN, note="Something about somebody")
STORY = [*entries()[:5], NOTED, *entries()[5:]]
FORCE = Force(story=STORY, erased=(5,))


def failure(whole):
    with pytest.raises(Failed) as failed:
        bundle.check(io.BytesIO(whole), key=VKEY)
    return str(failed.value)


def changed(**changes):
    """Change what is told of the erased entry."""
    files = unpack(FORCE.zip())
    lines = [json.loads(line) for line in files["data/ledger/entries.jsonl"].splitlines()]
    told = "".join(
        json.dumps(
            {**line, **(changes if "commitment" in line else {})},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        + "\n"
        for line in lines
    )
    return failure(pack({**files, "data/ledger/entries.jsonl": told.encode()}))


def test_the_rest_is_verified_and_the_erased_entry_is_named_as_not_checked(desk):
    code, said = desk.check(FORCE.zip())

    assert code == 0
    assert "Something about somebody" not in said
    assert "1 more are in it too; the force erased what they said" in said
    assert f"not checked  what entry {NOTED['id']} said: the force erased it" in said


def test_nothing_of_it_is_left_in_the_bundle():
    assert b"Something about somebody" not in FORCE.zip()
    assert b"exhibit.noted" not in FORCE.zip()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"commitment": "0" * 64}, "which was erased, is not in the signed ledger"),
        ({"index": 22}, "which was erased, is not in the signed ledger"),
        ({"id": "0" * 8 + "-0000-0000-0000-" + "f" * 12}, "The entries are not those that were handed out"),
        ({"salt": "0" * 64}, "does not have the form"),
        ({"commitment": 1}, "does not have the form that it must have, at commitment"),
    ],
)
def test_what_is_left_of_it_cannot_be_changed(changes, said):
    assert said in changed(**changes)


def test_a_step_of_custody_that_was_erased_leaves_a_gap_that_is_named():
    assert "Step 2 of the custody is missing" in failure(Force(erased=(3,), made={"custody": 3}).zip())


def test_a_bundle_whose_last_entry_was_erased_shows_nothing():
    assert "is not the one that says what was handed out" in failure(Force(erased=(6,)).zip())
    assert "tells of nothing that was not erased" in failure(Force(story=[], erased=(0,)).zip())
