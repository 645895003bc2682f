"""The tree's arithmetic agrees with everybody else's."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.ledger import tree as grown
from verifier.tree import BadProof, leaf_hash, verify_consistency, verify_inclusion

VECTORS = Path("data/merkle/transparency-dev-merkle/testdata")


def hashes(told):
    return [base64.b64decode(one) for one in told or []]


def judged(check, *told):
    try:
        check(*told)
    except BadProof:
        return False
    return True


@pytest.mark.shared
def test_all_inclusion_vectors_are_judged_rightly(shared):
    wrong, count = [], 0
    for path in sorted((shared / VECTORS / "inclusion").rglob("*.json")):
        one, count = json.loads(path.read_text()), count + 1
        leaf, root = hashes([one["leafHash"], one["root"]])
        if (
            judged(verify_inclusion, leaf, one["leafIdx"], one["treeSize"], hashes(one["proof"]), root)
            is one["wantErr"]
        ):
            wrong.append(path)

    assert (wrong, count) == ([], 98)


@pytest.mark.shared
def test_all_consistency_vectors_are_judged_rightly(shared):
    wrong, count = [], 0
    for path in sorted((shared / VECTORS / "consistency").rglob("*.json")):
        one, count = json.loads(path.read_text()), count + 1
        old, new = hashes([one["root1"], one["root2"]])
        if judged(verify_consistency, one["size1"], one["size2"], hashes(one["proof"]), old, new) is one["wantErr"]:
            wrong.append(path)

    assert (wrong, count) == ([], 98)


def test_an_empty_tree_is_the_beginning_of_nothing():
    with pytest.raises(BadProof, match="cannot be shown"):
        verify_consistency(0, 4, [], b"\x00" * 32, b"\x00" * 32)


@given(st.integers(1, 200), st.data())
def test_a_proof_holds_for_its_own_leaf_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) if size > 1 else st.just(size))
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    nodes = grown.append(leaves, 0, lambda level, place: nodes[(level, place)])
    root = grown.root(size, lambda *place: nodes[place])

    proof = grown.inclusion(index, size, lambda *place: nodes[place])

    verify_inclusion(leaves[index], index, size, proof, root)
    assert not judged(verify_inclusion, leaf_hash(b"another"), index, size, proof, root)
    assert not judged(verify_inclusion, leaves[index], other, size, proof, root)
    assert not judged(verify_inclusion, leaves[index], index, size, [*proof, root], root)
