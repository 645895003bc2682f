"""May this checkpoint be cosigned? Only if a trusted key signed it and it continues the last one (C2SP tlog-witness, add-checkpoint)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier import note, tree

MOST_STEPS = 63
Logs = Mapping[str, Sequence[note.Key]]


class Refused(Exception):
    """The checkpoint is not cosigned: an HTTP status, what is answered, and its content type."""

    def __init__(self, status: int, body: str, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(body)
        self.status, self.body, self.kind = status, body, kind


@dataclass(frozen=True)
class Asked:
    """What a log asks for: that its checkpoint be cosigned, which continues one of the old size."""

    old: int
    proof: list[bytes]
    signed: note.Note
    checkpoint: note.Checkpoint


def parse(body: bytes) -> Asked:
    """Read a request. Raises Refused with 400."""
    head, _, told = body.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    word, _, size = first.decode("ascii", "replace").partition(" ")
    if word != "old" or not note.NUMBER.fullmatch(size) or len(lines) > MOST_STEPS:
        raise Refused(400, "A request begins with the old size and at most 63 lines of proof.\n")
    try:
        proof, signed = note.parse_proof(b"\n".join(lines)), note.parse_note(told)
        return Asked(int(size), proof, signed, note.parse_checkpoint(signed.text))
    except note.BadNote as error:
        raise Refused(400, f"{error}\n") from error


def judge(asked: Asked, logs: Logs, latest: note.Checkpoint | None) -> None:
    """Refuse what may not be cosigned, in the order that the specification gives. `latest` is None for an unknown log."""
    found = asked.checkpoint
    if latest is None:
        raise Refused(404, "This witness does not know that log.\n")
    _signed(asked.signed, logs[found.origin])
    if asked.old > found.size:
        raise Refused(400, "The old size is larger than the checkpoint.\n")
    if asked.old != latest.size:
        raise Refused(409, f"{latest.size}\n", "text/x.tlog.size")
    _continues(asked, latest)


def _signed(signed: note.Note, keys: Sequence[note.Key]) -> None:
    try:
        known = [note.verify(signed, key) for key in keys]
    except note.BadSignature as error:
        raise Refused(403, f"{error}\n") from error
    if not any(known):
        raise Refused(403, "The checkpoint is not signed with a key that this witness trusts for that log.\n")


def _continues(asked: Asked, latest: note.Checkpoint) -> None:
    found = asked.checkpoint
    if found.size == 0 and found.root != hashlib.sha256().digest():
        raise Refused(422, "A log of no entries has the root of the empty tree.\n")
    if asked.old == 0:
        if asked.proof:
            raise Refused(422, "Nothing is to be proved about an empty log.\n")
        return
    try:
        tree.verify_consistency(asked.old, found.size, asked.proof, latest.root, found.root)
    except tree.BadProof as error:
        raise Refused(422, f"{error}\n") from error


def cleaned(asked: Asked, keys: Sequence[note.Key]) -> str:
    """Write the checkpoint's note with the log's own verified signatures alone."""
    mine = [one for one in asked.signed.signatures if any((one.name, one.id) == (key.name, key.id) for key in keys)]
    lines = (f"{note.DASH}{one.name} {base64.b64encode(one.id + one.raw).decode()}\n" for one in mine)
    return f"{asked.signed.text}\n{''.join(lines)}"
