"""A bundle of a ledger that was restored: the verifier says restored, and believes no word that it would have to."""

from __future__ import annotations

import base64

import pytest

from longstone.kernel.ledger import notes
from tests.verifier.building import KEY, ORIGIN, OTHER, Force
from verifier.tree import leaf_hash


def told(size, root, *, tree="forked", key=KEY, origin=ORIGIN):
    """Sign that a ledger of five entries came back, and one of a size and root was lost."""
    kept, known = (base64.b64encode(one).decode() for one in (b"a" * 32, root))
    lines = ["longstone-restoration/1", origin, f"kept 5 {kept}", f"known {size} {known}", f"lost 5-{size - 1}"]
    lines += ["restored 2026-11-24T08:30:00.000000Z", "backup none", f"tree {tree}"]
    return notes.sign("\n".join(lines) + "\n", name=origin, key=key)


@pytest.fixture
def kept(desk):
    """Give a checkpoint of eight entries that somebody kept, of a history that is no more."""
    lost = notes.sign_checkpoint(origin=ORIGIN, size=8, root=leaf_hash(b"lost"), key=KEY)
    return desk.file("kept", lost)


def test_a_restore_is_said_and_the_bundle_passes(desk):
    code, said = desk.check(Force(restored=(told(8, leaf_hash(b"lost"), tree="grown"),)).zip())

    assert code == 0
    assert "its ledger was restored on 2026-11-24 08:30 UTC: 3 of its entries between 5 and 8 were lost" in said


def test_a_kept_checkpoint_that_no_longer_fits_fails_and_is_explained(desk, kept):
    code, said = desk.check(Force(restored=(told(8, leaf_hash(b"lost")),)).zip(), "--since", kept)

    assert code == 1
    assert "RESTORED, by the force's own signed word" in said
    assert "is the very one that it names as lost" in said


def test_without_that_word_it_just_fails(desk, kept):
    force = Force(consistency=(8,))

    code, said = desk.check(force.zip(), "--since", kept)

    assert code == 1
    assert "RESTORED" not in said


def test_a_restoration_of_another_key_or_another_ledger_is_refused(desk):
    for forged in (told(8, leaf_hash(b"lost"), key=OTHER), told(8, leaf_hash(b"lost"), origin="other.example/ledger")):
        code, said = desk.check(Force(restored=(forged,)).zip())

        assert code == 1
        assert "data/ledger/restorations/1" in said


def test_a_word_about_another_range_explains_nothing(desk, kept):
    code, said = desk.check(Force(consistency=(8,), restored=(told(7, leaf_hash(b"x")),)).zip(), "--since", kept)

    assert code == 1
    assert "RESTORED" not in said
