"""Did the force say that its ledger was restored from a backup, and does that explain a checkpoint that no longer fits? (docs/bundle.md)

A restoration is a signed note. Where the tree has only grown it explains nothing that needs explaining: every kept checkpoint is proved
as ever. Where the tree was forked the force says so itself, under the same key that a dishonest force would rewrite it with: so what
this module says is printed, and never turns a check that failed into one that passed (docs/adr/0006).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifier import note

FORMAT = "longstone-restoration/1"
SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
RANGE = re.compile(r"(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})", re.ASCII)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
BACKUP = re.compile(r"none|[0-9a-f]{64}", re.ASCII)
LINES = 8


@dataclass(frozen=True)
class Restoration:
    """What the force signed of one restore: the tree that was kept, the last one known to have been signed, and what was lost."""

    origin: str
    kept: note.Checkpoint
    known: note.Checkpoint
    lost: tuple[tuple[int, int], ...]
    restored_at: str
    backup: str
    grown: bool

    @property
    def count(self) -> int:
        """How many entries were lost."""
        return sum(last - first + 1 for first, last in self.lost)


def parse(raw: bytes, key: note.Key | None) -> Restoration:
    """Read a restoration's note, and check its signature if a key is given. Raises note.BadNote. (docs/bundle.md)"""
    signed = note.parse_note(raw)
    found = _parse(signed.text)
    if key is not None and not (key.name == found.origin and note.verify(signed, key)):
        raise note.BadNote("The restoration is not signed with the key you supplied.")
    return found


def _parse(text: str) -> Restoration:
    lines = text.split("\n")[:-1]
    if len(lines) != LINES or lines[0] != FORMAT:
        raise note.BadNote("This is not a restoration's note.")
    origin = lines[1]
    told = dict(zip(("kept", "known", "lost", "restored", "backup", "tree"), lines[2:], strict=True))
    values = {name: _after(name, line) for name, line in told.items()}
    if not (MOMENT.fullmatch(values["restored"]) and BACKUP.fullmatch(values["backup"])):
        raise note.BadNote("The restoration does not say when, or from which backup.")
    if values["tree"] not in {"grown", "forked"}:
        raise note.BadNote("The restoration does not say whether the tree has grown or was forked.")
    kept, known = _tree(origin, values["kept"]), _tree(origin, values["known"])
    lost = _ranges(values["lost"], kept.size, known.size)
    return Restoration(origin, kept, known, lost, values["restored"], values["backup"], values["tree"] == "grown")


def _after(name: str, line: str) -> str:
    if not line.startswith(f"{name} "):
        raise note.BadNote(f"The restoration does not say {name} where it must.")
    return line[len(name) + 1 :]


def _tree(origin: str, told: str) -> note.Checkpoint:
    size, _, root = told.partition(" ")
    raw = note.unbase64(root)
    if not SIZE.fullmatch(size) or len(raw) != note.SIZE:
        raise note.BadNote("The restoration does not name a tree's size and root.")
    return note.Checkpoint(origin, int(size), raw)


def _ranges(told: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    if told == "none":
        return ()
    found: list[tuple[int, int]] = []
    for one in told.split(","):
        match = RANGE.fullmatch(one)
        first, last = (int(match[1]), int(match[2])) if match else (1, 0)
        if not max(start, found[-1][1] + 2 if found else 0) <= first <= last < end:
            raise note.BadNote("The restoration's lost entries do not lie between the two trees, in order.")
        found.append((first, last))
    return tuple(found)


def said(one: Restoration) -> str:
    """Say what was restored, in one line for a person."""
    lost = (
        "no entry was lost"
        if not one.lost
        else f"{one.count} of its entries between {one.kept.size} and {one.known.size} were lost"
    )
    how = (
        "The tree has only grown."
        if one.grown
        else "The tree was FORKED: later checkpoints from before that no longer fit."
    )
    return f"The force says that its ledger was restored on {one.restored_at[:10]} {one.restored_at[11:16]} UTC: {lost}. {how}"


def explain(kept: note.Checkpoint, told: list[Restoration]) -> str:
    """Say what the force says of a kept checkpoint that does not fit, or nothing: no word of it makes the check a pass."""
    for one in told:
        covers = one.origin == kept.origin and not one.grown and one.kept.size < kept.size <= one.known.size
        if not covers:
            continue
        named = kept.size == one.known.size and kept.root == one.known.root
        which = "is the very one that it names as lost" if named else "lies among those that it says were lost"
        return (
            f"RESTORED, by the force's own signed word: on {one.restored_at[:10]} its ledger was restored to {one.kept.size} entries, and "
            f"what you kept ({kept.size}) {which}. That is not tampering if it is true; a ledger that was rewritten could say the "
            "same. Ask the force for its backup's record, and the witness for what it saw."
        )
    return ""
