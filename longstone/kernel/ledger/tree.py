"""How does the tree grow, and what proves a leaf? RFC 6962, kept as the hashes of complete subtrees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from verifier.tree import node_hash

Place = tuple[int, int]
Fetch = Callable[[int, int], bytes]


def append(leaves: Sequence[bytes], size: int, fetch: Fetch) -> dict[Place, bytes]:
    """Work out the complete subtrees that new leaf hashes add to a tree of a size, level by level."""
    made: dict[Place, bytes] = {}
    level, start, row = 0, size, list(leaves)
    while row:
        made.update(zip(((level, index) for index in range(start, start + len(row))), row, strict=True))
        if start & 1:
            start, row = start - 1, [fetch(level, start - 1), *row]
        pairs = zip(row[::2], row[1::2], strict=False)  # the last of an odd number has no sibling yet
        level, start, row = level + 1, start >> 1, [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return made


def peaks(size: int) -> list[Place]:
    """Name the complete subtrees of which a tree of a size consists, from the left."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def root(size: int, fetch: Fetch) -> bytes:
    """Give the root of the tree of a size."""
    return _over(0, size, fetch) if size else sha256().digest()


def _over(start: int, end: int, fetch: Fetch) -> bytes:
    """Hash the leaves from start to end, where start is a multiple of the largest power beneath the width."""
    width = end - start
    level = width.bit_length() - 1
    if width == 1 << level:
        return fetch(level, start >> level)
    middle = start + (1 << level)
    return node_hash(_over(start, middle, fetch), _over(middle, end, fetch))


def _split(start: int, end: int) -> int:
    return start + (1 << ((end - start - 1).bit_length() - 1))


def inclusion(index: int, size: int, fetch: Fetch) -> list[bytes]:
    """Prove that leaf `index` is in the tree of a size: the sibling hashes from the leaf up (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            proof.append(_over(middle, end, fetch))
            end = middle
        else:
            proof.append(_over(start, middle, fetch))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, fetch: Fetch) -> list[bytes]:
    """Prove that the tree of `old` leaves begins the tree of `new` leaves (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {old} leaves does not begin a tree of {new}.")
    return [] if old in {0, new} else _subproof(old, 0, new, True, fetch)  # noqa: FBT003 - RFC 6962's own b


def _subproof(old: int, start: int, end: int, whole: bool, fetch: Fetch) -> list[bytes]:  # noqa: FBT001
    if old == end - start:
        return [] if whole else [_over(start, end, fetch)]
    middle = _split(start, end)
    if old <= middle - start:
        return [*_subproof(old, start, middle, whole, fetch), _over(middle, end, fetch)]
    right = _subproof(old - (middle - start), middle, end, False, fetch)  # noqa: FBT003
    return [*right, _over(start, middle, fetch)]


def inclusion_nodes(index: int, size: int) -> list[Place]:
    """Name the subtrees of which an inclusion proof is made, so that they can be fetched at once."""
    return _asked(lambda fetch: inclusion(index, size, fetch))


def consistency_nodes(old: int, new: int) -> list[Place]:
    """Name the subtrees of which a consistency proof is made, so that they can be fetched at once."""
    return _asked(lambda fetch: consistency(old, new, fetch))


def _asked(work: Callable[[Fetch], object]) -> list[Place]:
    """Do the work on hashes of nothing, to learn which it asks for."""
    places: list[Place] = []

    def note(level: int, index: int) -> bytes:
        places.append((level, index))
        return bytes(32)

    work(note)
    return places
