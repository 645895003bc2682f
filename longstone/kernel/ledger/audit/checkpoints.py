"""Is each checkpoint what the tree says, and signed by the house? And do its witnesses and time stamps fit it?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection

from longstone.kernel import keys
from longstone.kernel.ledger import nodes, stamping, tree, witnessing
from longstone.kernel.ledger.audit.leaves import saying, streamed
from longstone.kernel.ledger.audit.report import Report
from longstone.kernel.ledger.entries import Cosignature, Token
from verifier import note

STREAM = "SELECT size, root, note FROM ledger_checkpoint ORDER BY size"
LARGEST_FIRST = r"""SELECT note FROM ledger_checkpoint ORDER BY
  CASE WHEN split_part(note, E'\n', 2) ~ '^[0-9]{1,18}$' THEN split_part(note, E'\n', 2)::bigint ELSE 0 END DESC"""


class Checkpoints:
    """The checkpoints in the order of their sizes, each checked when the tree has grown to it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.known = keys.verifying("checkpoint")

    def last(self) -> note.Checkpoint:
        """Give the largest checkpoint that the house signed: how large the ledger is.

        One whose signature was spoiled still counts if the stored tree has its root: it is named where it is checked.
        """
        signed = self._last_signed()
        with connection.cursor() as cursor:
            cursor.execute("SELECT size, root FROM ledger_checkpoint WHERE size > %s ORDER BY size DESC", [signed.size])
            standing = ((size, bytes(root)) for size, root in cursor.fetchall() if _stands(size, bytes(root)))
            size, root = next(standing, (signed.size, signed.root))
        return note.Checkpoint(signed.origin, size, root)

    def _last_signed(self) -> note.Checkpoint:
        with connection.cursor() as cursor:
            cursor.execute(LARGEST_FIRST)
            while found := cursor.fetchone():
                said = self._read(found[0])
                if said and not self._wrong_signature(found[0]):
                    return said
        return note.Checkpoint(settings.LONGSTONE_ORIGIN, 0, hashlib.sha256().digest())

    def stream(self) -> Iterator[tuple[int, bytes, str]]:
        """Give size, root and note of each."""
        with streamed(STREAM, []) as cursor:
            while some := cursor.fetchmany(1000):
                yield from some

    def check(self, size: int, root: bytes, told: str, expected: bytes | None) -> None:
        """Check one checkpoint, with the root that follows from the entries (None if there are fewer)."""
        sentence = self._wrong(size, root, told, expected)
        if sentence:
            self.report.fault("checkpoint", f"size {size}", sentence)
        else:
            self.report.sound["checkpoints"] += 1

    def _wrong(self, size: int, root: bytes, told: str, expected: bytes | None) -> str:
        said = self._read(told)
        if said is None:
            return "Its note is damaged."
        if wrong := self._wrong_signature(told):
            return wrong
        if (said.origin, said.size, said.root) != (settings.LONGSTONE_ORIGIN, size, root):
            return "Its columns do not say what was signed."
        return "" if root == expected else "Its root does not follow from the entries."

    def _read(self, told: str) -> note.Checkpoint | None:
        try:
            return note.parse_checkpoint(note.parse_note(told.encode()).text)
        except note.BadNote:
            return None

    def _wrong_signature(self, told: str) -> str:
        """Say what is wrong with the signatures: each line must be one of the house's keys, and fit."""
        found = note.parse_note(told.encode())
        for one in found.signatures:
            key = self._ids.get(one.id) if one.name == settings.LONGSTONE_ORIGIN else None
            if key is None:
                return "It is signed with a key that is none of the house's."
            try:
                key.verify(one.raw, found.text.encode())
            except InvalidSignature:
                return "Its signature does not fit."
        return ""

    @cached_property
    def _ids(self) -> dict[bytes, Ed25519PublicKey]:
        name = settings.LONGSTONE_ORIGIN
        return {note.key_id(name, note.ED25519, one.public_bytes_raw()): one for one in self.known.values()}


def _stands(size: int, root: bytes) -> bool:
    """Say whether the stored nodes make this root at this size."""
    try:
        return 0 < size < 1 << 62 and tree.root(size, nodes.hashes(tree.peaks(size)).fetch) == root
    except nodes.Missing:
        return False


def cosignatures(report: Report) -> None:
    """Check every witness's cosignature, as far as the witness's key is known."""
    known = {one.key.name: one.key for one in witnessing.witnesses()}
    for one in Cosignature.objects.select_related("checkpoint").order_by("pk").iterator(1000):
        if one.witness in known:
            _cosignature(report, one, known[one.witness])
        else:
            report.gap(f"cosignatures of {one.witness}: its key is not among LONGSTONE_WITNESS.")


def _cosignature(report: Report, one: Cosignature, key: note.Key) -> None:
    try:
        whole = note.parse_note((one.checkpoint.note + one.line).encode())
        sound = one.at in note.cosigned_at(whole, key)
    except note.BadNote:
        sound = False
    if sound:
        report.sound["cosignatures"] += 1
    else:
        report.fault("cosignature", f"of {one.witness} at size {one.checkpoint_id}", "It does not fit the checkpoint.")


def tokens(report: Report) -> None:
    """Check every time stamp: against its digest in the ledger, and against its authority's root if that is known."""
    promised = {str(told.get("sha256")): told for _, told in saying("checkpoint.stamped")}
    known = {one.url: one for one in stamping.authorities()}
    for one in Token.objects.select_related("checkpoint").order_by("pk").iterator(100):
        told = promised.pop(hashlib.sha256(bytes(one.raw)).hexdigest(), None)
        _token(report, one, told, known.get(one.authority))
    for sha256, told in promised.items():
        report.fault(
            "token", f"{sha256} at size {told.get('size')}", "The ledger names it, and it is missing or was changed."
        )


def _token(report: Report, one: Token, told: dict[str, Any] | None, authority: stamping.Authority | None) -> None:
    item = f"{one.sha256} at size {one.checkpoint_id}"
    columns = {"sha256": one.sha256, "authority": one.authority, "size": one.checkpoint_id, "time": one.at.isoformat()}
    if told is None or any(told.get(name) != value for name, value in columns.items()):
        report.fault("token", item, "It is not the one that the ledger names.")
    elif authority is None:
        report.gap(
            f"time stamps of {one.authority}: its root is not in LONGSTONE_TSA. Their digests are in the ledger."
        )
    elif sentence := _unsound(one, authority):
        report.fault("token", item, sentence)
    else:
        report.sound["time stamps"] += 1


def _unsound(one: Token, authority: stamping.Authority) -> str:
    try:
        said = stamping.verify(
            bytes(one.raw), stamping.stamped_bytes(one.checkpoint), roots=authority.roots, policy=authority.policy
        )
    except stamping.NoStamp as wrong:
        return wrong.sentence
    return "" if said == one.at else "It says another time than its row."
