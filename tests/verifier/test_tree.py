"""The tree: the published vectors, and our own proofs against the plain recursion of RFC 6962."""

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.ledger import tree
from verifier.tree import BadProof, leaf_hash, node_hash, verify_consistency, verify_inclusion


def plain(leaves):
    """Work out a root as RFC 6962 2.1 says it, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(plain(leaves[:half]), plain(leaves[half:]))


@given(st.lists(st.integers(1, 9), max_size=8), st.data())
def test_every_proof_of_a_growing_tree_holds(batches, data):
    nodes, leaves = {}, []
    for batch in batches:
        new = [leaf_hash(bytes([len(leaves) + n])) for n in range(batch)]
        nodes.update(tree.append(new, len(leaves), lambda level, index: nodes[(level, index)]))
        leaves += new
    size = len(leaves)

    def fetch(level, index):
        return nodes[(level, index)]

    assert tree.root(size, fetch) == plain(leaves)
    if size:
        index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        verify_inclusion(leaves[index], index, size, tree.inclusion(index, size, fetch), plain(leaves))
        verify_consistency(old, size, tree.consistency(old, size, fetch), plain(leaves[:old]), plain(leaves))
        with pytest.raises(BadProof):
            verify_inclusion(leaf_hash(b"another"), index, size, tree.inclusion(index, size, fetch), plain(leaves))


def decoded(told):
    return base64.b64decode(told) if told else b""


def holds(kind, told):
    proof = [decoded(one) for one in told["proof"] or []]
    try:
        if kind == "inclusion":
            verify_inclusion(decoded(told["leafHash"]), told["leafIdx"], told["treeSize"], proof, decoded(told["root"]))
        else:
            verify_consistency(told["size1"], told["size2"], proof, decoded(told["root1"]), decoded(told["root2"]))
    except BadProof:
        return False
    return True


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_the_published_vectors_are_judged_as_published(shared, kind):
    vectors = sorted((shared / "data/merkle/transparency-dev-merkle/testdata" / kind).rglob("*.json"))

    wrong = [
        path.name
        for path in vectors
        if holds(kind, json.loads(path.read_text())) == json.loads(path.read_text())["wantErr"]
    ]

    assert len(vectors) == 98
    assert wrong == []
