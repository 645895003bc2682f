"""Does every node of the tree follow from the leaves? The tree is built again, block by block, beside the one that is stored."""

from __future__ import annotations

from hashlib import sha256

from django.db import connection

from longstone.kernel.ledger import nodes, tree
from longstone.kernel.ledger.audit.blocks import BLOCK
from longstone.kernel.ledger.audit.report import Report
from verifier.tree import node_hash

HEIGHT = BLOCK.bit_length() - 1
BEYOND = """SELECT level, "index" FROM ledger_node WHERE level < 0 OR level > 62
UNION ALL SELECT n.level, n."index" FROM generate_series(0, 62) AS at (level) CROSS JOIN LATERAL (
  (SELECT level, "index" FROM ledger_node WHERE level = at.level AND "index" < 0 LIMIT 1000)
  UNION ALL (SELECT level, "index" FROM ledger_node WHERE level = at.level AND "index" >= (%s::bigint >> at.level) LIMIT 1000)
) AS n ORDER BY level, "index" LIMIT 1000"""
Levels = list[list[bytes]]


class Trees:
    """The tree as it follows from the leaves, of which only the top and the current block are kept in memory."""

    def __init__(self, report: Report) -> None:
        self.report, self.top = report, nodes.Hashes()
        self.start = 0
        self.levels: Levels = [[]]

    def add(self, leaves: list[bytes], stored: dict[int, bytes]) -> None:
        """Build one block's subtrees on its leaves, and compare all with what is stored over it."""
        self.start += len(self.levels[0])
        self.levels = built(leaves)
        self._compare({level: (self.start >> level, row) for level, row in enumerate(self.levels) if row}, stored)
        if len(leaves) == BLOCK and (grown := self._grow_top(self.levels[HEIGHT][0])):
            asked = [(level, index, index + 1) for level, (index, _) in grown.items()]
            self._compare(grown, nodes.stretches(asked))

    def _grow_top(self, leaf: bytes) -> dict[int, tuple[int, list[bytes]]]:
        """Add a whole block to the top of the tree, and give what it completes above it."""
        grown = tree.append([leaf], self.start >> HEIGHT, lambda level, index: self.top[level + HEIGHT, index])
        self.top.update({(level + HEIGHT, index): found for (level, index), found in grown.items()})
        return {level + HEIGHT: (index, [found]) for (level, index), found in grown.items() if level}

    def root(self, size: int) -> bytes:
        """Give the root at a size within the current block."""
        return tree.root(size, self._fetch)

    def _fetch(self, level: int, index: int) -> bytes:
        place = index - (self.start >> level) if level <= HEIGHT else -1
        return self.levels[level][place] if 0 <= place < len(self._level(level)) else self.top[level, index]

    def _level(self, level: int) -> list[bytes]:
        return self.levels[level] if level < len(self.levels) else []

    def _compare(self, ours: dict[int, tuple[int, list[bytes]]], stored: dict[int, bytes]) -> None:
        for level, (low, hashes) in ours.items():
            self.report.sound["nodes"] += len(hashes)
            if stored[level] != b"".join(hashes):
                self._closely(level, low, hashes)

    def _closely(self, level: int, low: int, hashes: list[bytes]) -> None:
        """Name each node that is neither what follows from the leaves nor what follows from the two nodes beneath it."""
        for index, ours in enumerate(hashes, start=low):
            found = nodes.stored(level, index, index + 1)
            if found == ours or (level and found == _over_stored(level, index)):
                continue
            self.report.sound["nodes"] -= 1
            sentence = "The hash was changed." if found else "The hash is missing."
            self.report.fault("node", f"level {level}, index {index}", sentence)


def _over_stored(level: int, index: int) -> bytes:
    left, right = (nodes.stored(level - 1, one, one + 1) for one in (2 * index, 2 * index + 1))
    return node_hash(left, right)


def built(leaves: list[bytes]) -> Levels:
    """Build the complete subtrees over some leaves, level by level."""
    levels, below = [leaves], leaves
    while len(below) > 1:
        pairs = zip(below[::2], below[1::2], strict=False)  # the last of an odd number has no sibling yet
        below = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        levels.append(below)
    return levels


def beyond(report: Report, size: int) -> None:
    """Name the nodes of which a tree of that size has none."""
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, [size])
        for level, index in cursor.fetchall():
            report.fault("node", f"level {level}, index {index}", "A tree of this size has no such node.")
