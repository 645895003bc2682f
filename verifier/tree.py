"""Is this leaf in that tree, and is the old tree the beginning of the new? (RFC 6962, section 2.1)"""

import hashlib

HASH_SIZE = 32


class BadProof(ValueError):
    """A proof does not show what it should; the sentence says where it stops."""


def leaf_hash(data: bytes) -> bytes:
    """Hash the data of a leaf (any length) to 32 bytes: SHA-256 of 0x00 and the data. RFC 6962, 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two 32-byte subtrees to their parent: SHA-256 of 0x01, left, right. RFC 6962, 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> None:
    """Check an audit path (32-byte hashes, leaf's sibling first) of leaf `index` in a tree of `size` leaves.

    Raises BadProof if it does not lead to `root`. RFC 9162, 2.1.3.2 (the same tree as RFC 6962).
    """
    if not 0 <= index < size:
        raise BadProof(f"There is no leaf {index} in a tree of {size}.")
    if any(len(one) != HASH_SIZE for one in (leaf, root, *proof)):
        raise BadProof("A hash of the proof is not 32 bytes.")
    if _lead(leaf, index, size - 1, proof) != root:
        raise BadProof(f"The proof of leaf {index} does not lead to the signed root.")


def _lead(found: bytes, node: int, last: int, proof: list[bytes]) -> bytes:
    """Climb from a leaf along its proof, to the root that they make together."""
    for sibling in proof:
        if last == 0:
            raise BadProof("The proof is longer than the tree is high.")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _skip(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return found if last == 0 else b""


def _skip(node: int, last: int) -> tuple[int, int]:
    """Climb past the levels on which a right-most node has no sibling."""
    while not node & 1 and node:
        node, last = node >> 1, last >> 1
    return node, last


def verify_consistency(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `old` leaves is the beginning of the tree of `new` leaves.

    Raises BadProof otherwise, and for an old tree of no leaves, about which nothing can be shown. RFC 9162, 2.1.4.2.
    """
    if not 0 < old <= new:
        raise BadProof(f"A tree of {old} leaves cannot be shown to begin one of {new}.")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof("Two trees of one size have different roots.")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise BadProof("The consistency proof is empty.")
    _climb(old, new, path, old_root, new_root)


def _climb(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> None:
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    was = now = path[0]
    for one in path[1:]:
        if last == 0:
            raise BadProof("The consistency proof is too long.")
        if node & 1 or node == last:
            was, now = node_hash(one, was), node_hash(one, now)
            node, last = _skip(node, last)
        else:
            now = node_hash(now, one)
        node, last = node >> 1, last >> 1
    if last != 0 or was != old_root or now != new_root:
        raise BadProof("The consistency proof does not join the two roots.")
