"""Is each entry what its leaf commits to? Entries are streamed; one that does not fit is looked at closely and named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import connection

from longstone.kernel.ledger import canonical, nodes, texts, tree
from longstone.kernel.ledger.audit import blocks
from longstone.kernel.ledger.audit.report import Report
from longstone.kernel.ledger.texts import COLUMNS, Row
from verifier.tree import leaf_hash, node_hash

CLOSELY = f"""SELECT l.commitment, {COLUMNS} FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
WHERE l."index" = %s"""  # noqa: S608 - our own columns
SAYING = f"""SELECT l."index", l.commitment, {COLUMNS} FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id
WHERE event = %s ORDER BY id"""  # noqa: S608 - our own columns


class Leaves:
    """The leaf hashes as they must have been, block by block; what stands in the way of one is reported.

    `stored` has what the tree keeps over the block given last: of each level, the hashes behind each other.
    """

    def __init__(self, report: Report, size: int, root: bytes) -> None:
        self.report, self.size, self.root = report, size, root
        self.erased = {**dict(_erased_again()), **dict(_erased())}
        self.lost, self.stored = list(_lost()), dict[int, bytes]()

    def blocks(self) -> Iterator[list[bytes]]:
        """Give the leaf hashes of each block of numbers."""
        for one in blocks.blocks(self.size):
            self.stored = one.stored
            yield self._block(one.said, one.start, one.end)

    def _block(self, block: texts.Said, start: int, end: int) -> list[bytes]:
        """Check a block all at once, for nearly every block is sound; else place by place."""
        sound = [one for one in block.digests if one is not None]
        if block.numbers != list(range(start, end)) or len(sound) != end - start:
            return self._with_gaps(block, start, end)
        leaves, stored = [sha256(b"\x00" + one).digest() for one in sound], self.stored[0]
        odd = set[int]()
        if block.told != b"".join(sound):
            odd |= {n for n, one in enumerate(sound, start) if stored_at(block.told, n - start) != one}
        if stored != b"".join(leaves):
            odd |= {n for n, leaf in enumerate(leaves, start) if stored_at(stored, n - start) != leaf}
        self.report.sound["entries"] += len(leaves) - len(odd)
        for index in sorted(odd):
            leaves[index - start] = self._closely(index)
        return leaves

    def _with_gaps(self, block: texts.Said, start: int, end: int) -> list[bytes]:
        """Check a block place by place: some number is missing, or given twice, or its entry is not there."""
        held = Counter(n for n, one in zip(block.numbers, block.digests, strict=True) if one is not None)
        for index in (index for index, times in held.items() if times > 1):
            self._twice(index)
        return [self._closely(index) if index in held else self._missing(index) for index in range(start, end)]

    def _twice(self, index: int) -> None:
        """Name every entry with a number that more than one has, but the one that was signed."""
        stored = nodes.stored(0, index, index + 1)
        with connection.cursor() as cursor:
            cursor.execute(CLOSELY, [index])
            for told, _, uuid, *_ in cursor.fetchall():
                if leaf_hash(bytes(told)) != stored:
                    self.report.fault("entry", f"{uuid} (index {index})", "Another entry was signed under this number.")

    def _missing(self, index: int) -> bytes:
        self.report.fault("entry", f"index {index}", "The entry is missing. Its leaf is still in the tree.")
        return nodes.stored(0, index, index + 1) or bytes(32)

    def _closely(self, index: int) -> bytes:
        """Look at one entry from its columns, say what is wrong with it, and give the leaf that was signed."""
        told, row = self._only(index)
        stored = nodes.stored(0, index, index + 1)
        if _is_blank(row):
            return self._blank(row, index, told, stored)
        sound = canonical.commitment(row)
        leaf = self._signed(index, stored, [leaf_hash(told), leaf_hash(sound)])
        sentence = _what(leaf, told=told, sound=sound)
        if sentence:
            self.report.fault("entry", f"{row.uuid} (index {index})", sentence)
        else:
            self.report.sound["entries"] += 1
        return leaf

    def _only(self, index: int) -> tuple[bytes, Row]:
        """Give the entry of a number; of two that stand in one place of the table, the true one, and name the other."""
        with connection.cursor() as cursor:
            cursor.execute(CLOSELY, [index])
            found = [(bytes(told), Row._make(columns)) for told, *columns in cursor.fetchall()]
        first, *others = sorted(found, key=lambda one: canonical.commitment(one[1]) != one[0])
        for _, row in others:
            if row.id == first[1].id:
                self.report.fault("entry", f"{row.uuid} (index {index})", "It stands in another entry's place.")
        return first

    def _blank(self, row: Row, index: int, told: bytes, stored: bytes) -> bytes:
        """Judge an entry of which only the leaf is left: erased, if an entry says so; else somebody blanked it."""
        named, leaf = self.erased.get(str(row.uuid)), self._signed(index, stored, [leaf_hash(told)])
        if named is None and row.event == "entry.lost" and any(first <= index <= last for first, last in self.lost):
            self._lost(row, index, fits=leaf == leaf_hash(told))
        elif named is None:
            self.report.fault(
                "entry", f"{row.uuid} (index {index})", "It is blank, and no entry says that it was erased."
            )
        elif named != (index, told.hex()) or leaf != leaf_hash(told):
            self.report.fault("entry", f"{row.uuid} (index {index})", "It was erased, and is not the entry that was.")
        else:
            self.report.sound["erased entries"] += 1
        return leaf

    def _lost(self, row: Row, index: int, *, fits: bool) -> None:
        """Judge an entry whose text a restore lost, as the ledger itself says: its leaf must be the one that was signed."""
        if fits:
            self.report.sound["entries that a restore lost"] += 1
        else:
            told = "A restore lost it, and its leaf is not the one that was signed."
            self.report.fault("entry", f"{row.uuid} (index {index})", told)

    def _signed(self, index: int, stored: bytes, candidates: list[bytes]) -> bytes:
        """Give the leaf that leads to the stored parent, which is checked on its own, or to the signed root."""
        fitting = (one for one in [stored, *candidates] if one and self._leads(index, one))
        return next(fitting, stored if stored in candidates else candidates[0])

    def _leads(self, index: int, leaf: bytes) -> bool:
        if index == self.size - 1 and not index & 1:  # it has no sibling
            known = {place: nodes.stored(place[0], place[1], place[1] + 1) for place in tree.peaks(self.size)}
            return tree.root(self.size, nodes.Hashes({**known, (0, index): leaf}).fetch) == self.root
        sibling = nodes.stored(0, index ^ 1, (index ^ 1) + 1)
        left, right = (sibling, leaf) if index & 1 else (leaf, sibling)
        return node_hash(left, right) == nodes.stored(1, index >> 1, (index >> 1) + 1)


def streamed(sql: str, params: list[Any]) -> Any:
    """Give a cursor that the server keeps, so that memory stays flat; binary, for most of it is digests."""
    connection.ensure_connection()
    raw: Any = connection.connection
    cursor = raw.cursor(name=f"audit_{abs(hash(sql))}", binary=True)
    cursor.execute(sql, params)
    return cursor


def stored_at(stored: bytes, place: int) -> bytes:
    """Give one of several hashes that stand behind each other."""
    return stored[32 * place : 32 * place + 32]


def saying(event: str) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Give the number and the facts of every entry of an event whose word can be taken: one that was changed says nothing."""
    with connection.cursor() as cursor:
        cursor.execute(SAYING, [event])
        for index, told, *columns in cursor.fetchall():
            row = Row._make(columns)
            if index is None or canonical.commitment(row) == bytes(told):
                yield index, _facts(row)


def _facts(row: Row) -> dict[str, Any]:
    try:
        return dict(json.loads(row.facts))
    except (ValueError, TypeError):  # an entry without a number that is none of ours: it will be named when it gets one
        return {}


def _erased() -> Iterator[tuple[str, tuple[int, str]]]:
    """Give what was erased, as far as the entry that says so has a number of its own and is checked like any other."""
    for index, told in saying("entry.erased"):
        if index is not None:
            yield str(told.get("entry")), (told.get("leaf_index", -1), str(told.get("commitment")))


def _lost() -> Iterator[tuple[int, int]]:
    """Give what restores lost, as the ledger's own entries say it, which are checked like any other."""
    for told in _restored():
        yield from ((int(first), int(last)) for first, last in told.get("lost", []))


def _erased_again() -> Iterator[tuple[str, tuple[int, str]]]:
    """Give what had been erased before a restore: the entry that said so may be one of those that were lost."""
    for told in _restored():
        yield from ((one["entry"], (one["leaf_index"], one["commitment"])) for one in told.get("erased", []))


def _restored() -> list[dict[str, Any]]:
    return [told for index, told in saying("ledger.restored") if index is not None]


def _is_blank(row: Row) -> bool:
    return row.facts == "" and not bytes(row.salt)


def _what(leaf: bytes, *, told: bytes, sound: bytes) -> str:
    if told == sound:
        return "" if leaf == leaf_hash(told) else "It is not the entry that was signed under this number."
    if leaf == leaf_hash(sound):
        return "Its commitment was changed; what it says is what was signed."
    if leaf == leaf_hash(told):
        return "What it says was changed since it was signed."
    return "What it says and its commitment were changed since it was signed."
