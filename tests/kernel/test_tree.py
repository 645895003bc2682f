"""The tree that the ledger grows is RFC 6962's own, however its leaves arrive."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.ledger import tree
from verifier.tree import leaf_hash, node_hash, verify_consistency, verify_inclusion

LEAVES = [leaf_hash(b"%d" % number) for number in range(200)]
BATCHES = st.lists(st.integers(0, 40), min_size=1, max_size=5)


class Store(dict):
    """Nodes by their places; asking for one that is not there is an error."""

    def fetch(self, level, index):
        return self[(level, index)]


def grown(*batches):
    store, size = Store(), 0
    for count in batches:
        store |= tree.append(LEAVES[size : size + count], size, store.fetch)
        size += count
    return store


WHOLE = grown(200)


def naive(leaves):
    """Hash as RFC 6962, 2.1 defines it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive(leaves[:split]), naive(leaves[split:]))


@given(BATCHES)
def test_the_root_is_the_same_however_the_leaves_were_batched(batches):
    store, size = grown(*batches), sum(batches)

    assert tree.root(size, store.fetch) == naive(LEAVES[:size])
    assert dict(store) == dict(grown(size))


@given(st.integers(1, 200), st.data())
def test_every_leaf_can_be_proved_from_the_named_nodes_alone(size, data):
    index = data.draw(st.integers(0, size - 1))
    few = Store({place: WHOLE[place] for place in tree.inclusion_nodes(index, size)})

    proof = tree.inclusion(index, size, few.fetch)

    verify_inclusion(LEAVES[index], index, size, proof, naive(LEAVES[:size]))


@given(st.integers(1, 200), st.data())
def test_every_older_tree_can_be_proved_from_the_named_nodes_alone(new, data):
    old = data.draw(st.integers(1, new))
    few = Store({place: WHOLE[place] for place in tree.consistency_nodes(old, new)})

    proof = tree.consistency(old, new, few.fetch)

    verify_consistency(old, new, proof, naive(LEAVES[:old]), naive(LEAVES[:new]))


def test_a_proof_needs_few_nodes():
    assert len(tree.inclusion_nodes(123_456, 1_000_000)) < 40
    assert len(tree.consistency_nodes(123_456, 1_000_000)) < 60


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_that_is_not_there_has_no_proof(index, size):
    with pytest.raises(ValueError, match=r"There is no leaf"):
        tree.inclusion(index, size, WHOLE.fetch)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5)])
def test_a_larger_tree_begins_no_smaller_one(old, new):
    with pytest.raises(ValueError, match="does not begin"):
        tree.consistency(old, new, WHOLE.fetch)
