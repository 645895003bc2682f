"""Is this bundle whole, is it what the ledger says, and who signed the ledger? (docs/bundle.md)"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from verifier import contents, note, tree
from verifier.container import BadContainer, Container
from verifier.records import ENTRY, FACTS, HEADER, LINE, MORE, Failed, fit, record
from verifier.report import Report

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALLOWED = re.compile(
    r"bagit\.txt|bag-info\.txt|(tag)?manifest-sha256\.txt|data/(bundle\.json|about\.txt|objects/[0-9a-f]{64}"
    r"|catalogues/[0-9a-f]{64}/manifest\.json|ledger/(entries\.jsonl|checkpoint|consistency/[1-9][0-9]{0,18}))"
)
CHECKPOINT = "data/ledger/checkpoint"
CONSISTENCY = "data/ledger/consistency/"
MIB = 1 << 20
MOST_ENTRIES = 100_000


class CannotCheck(ValueError):
    """The check could not be made; the sentence says what is missing."""


def allowed(path: str) -> bool:
    """Say whether a bundle can hold a file of this path (below its one folder)."""
    return ALLOWED.fullmatch(path) is not None


def check(stream: BinaryIO, *, key: note.Key | None, report: Report | None = None) -> Report:
    """Check a bundle against a key that the caller supplied, or with None only for agreement with itself.

    The stream must be seekable; memory stays flat whatever the size of the copies. Raises Failed naming the item; what
    was in order until then stands in `report`. A key inside the bundle is never looked for.
    """
    report = report or Report()
    try:
        bag = Container(stream)
        report.checks.append(
            f"The file is whole: {len(bag.members)} members, {bag.length} bytes, nothing between them."
        )
        top = _files(bag, report)
        _bag(bag, top, report)
        _ledger(bag, top, key, report)
        contents.check(report)
    except BadContainer as error:
        raise Failed(str(error)) from error
    return report


@contextmanager
def _naming(item: str) -> Iterator[None]:
    """Name the item in which a note, a key or a proof is wrong."""
    try:
        yield
    except (note.BadNote, tree.BadProof) as error:
        raise Failed(f"{item}: {error}") from error


def _files(bag: Container, report: Report) -> str:
    """Read every file once, for its digest, and give the name of the one folder."""
    tops = {name.partition("/")[0] for name in bag.members}
    if len(tops) != 1:
        raise Failed("A bundle holds one folder, and this file does not.")
    top = tops.pop()
    paths = [name[len(top) + 1 :] for name in bag.members]
    if strange := [path or top for path in paths if not allowed(path)]:
        raise Failed(f"{strange[0]} is not a file that a bundle can hold.")
    report.digests = {path: bag.digest(f"{top}/{path}") for path in paths}
    report.sizes = {path: bag.members[f"{top}/{path}"].size for path in paths}
    return top


def lines(digests: dict[str, str], *, data: bool) -> bytes:
    """Write the manifest of the payload, or of the tag files (BagIt 1.0, RFC 8493, 2.1.3 and 2.2.1).

    No path that a bundle can hold has a character that BagIt would have percent-encoded.
    """
    chosen = sorted(n for n in digests if n.startswith("data/") == data and n != contents.MANIFESTS[1])
    return "".join(f"{digests[name]}  {name}\n" for name in chosen).encode()


def _bag(bag: Container, top: str, report: Report) -> None:
    if bag.small(f"{top}/bagit.txt", MIB) != BAGIT:
        raise Failed("bagit.txt has changed.")
    for name, data in zip(contents.MANIFESTS, (True, False), strict=True):
        found, wanted = bag.small(f"{top}/{name}", 64 * MIB), lines(report.digests, data=data)
        if found != wanted:
            raise Failed(f"{_differs(found, wanted)} does not have the digest that {name} gives.")
    report.checks.append("Every file has the digest that the bag's manifests give.")
    header = record(bag.small(f"{top}/data/bundle.json", 16 * MIB), HEADER, "data/bundle.json")
    if header["bag"] != top:
        raise Failed("data/bundle.json names another bag than its folder does.")
    report.header = header


def _differs(found: bytes, wanted: bytes) -> str:
    told = set(found.split(b"\n"))
    return next((line[66:].decode() for line in wanted.splitlines() if line not in told), "A file that is not there")


def _ledger(bag: Container, top: str, key: note.Key | None, report: Report) -> None:
    with _naming(CHECKPOINT):
        report.note = note.parse_note(bag.small(f"{top}/{CHECKPOINT}", MIB))
        report.checkpoint = note.parse_checkpoint(report.note.text)
        _signature(key, report)
    whole = bag.small(f"{top}/data/ledger/entries.jsonl", 32 * MIB)
    report.entries = _entries(whole, report.checkpoint)
    ledger = "signed ledger" if report.signed else "ledger that it brings along"
    report.checks.append(f"All {len(report.entries)} entries are in the {ledger}, word for word.")
    for path in report.digests:
        if path.startswith(CONSISTENCY):
            with _naming(path):
                report.proofs[int(path.rpartition("/")[2])] = note.parse_proof(bag.small(f"{top}/{path}", MIB))


def _signature(key: note.Key | None, report: Report) -> None:
    if report.checkpoint.origin != report.header["origin"]:
        raise Failed(f"{CHECKPOINT} belongs to another ledger than data/bundle.json says.")
    if key is None:
        return
    if not (key.name == report.checkpoint.origin and note.verify(report.note, key)):
        raise Failed(f"{CHECKPOINT} is not signed with the key you supplied ({key.name}).")
    report.signed = True
    report.checks.append(f"The ledger's checkpoint is signed with the key you supplied: {key.name}.")


def _entries(raw: bytes, checkpoint: note.Checkpoint) -> list[dict[str, Any]]:
    found, last = [], -1
    if not raw.endswith(b"\n") or raw.count(b"\n") > MOST_ENTRIES:
        raise Failed("data/ledger/entries.jsonl does not end its last line, or has too many.")
    for number, line in enumerate(raw[:-1].split(b"\n"), start=1):
        what = f"Line {number} of data/ledger/entries.jsonl"
        if len(line) > MIB:
            raise Failed(f"{what} is longer than 1 MiB.")
        told = record(line, LINE, what)
        if told["index"] <= last:
            raise Failed(f"{what} is out of order.")
        last = told["index"]
        found.append(_proved(told, checkpoint, what))
    return found


def _proved(told: dict[str, Any], checkpoint: note.Checkpoint, what: str) -> dict[str, Any]:
    text = told["entry"].encode()
    entry = record(text, ENTRY, f"The entry on {what[0].lower()}{what[1:]}")
    named = f"Entry {entry['id']} (index {told['index']}, {entry['event']})"
    fit(entry["facts"], FACTS.get(entry["event"], {MORE: None}), f"What is told in {named}")
    leaf = tree.leaf_hash(hashlib.sha256(bytes.fromhex(told["salt"]) + text).digest())
    with _naming(f"{named} is not in the signed ledger"):
        proof = [note.unbase64(one) for one in told["proof"]]
        tree.verify_inclusion(leaf, told["index"], checkpoint.size, proof, checkpoint.root)
    return entry


def check_witness(report: Report, witness: note.Key) -> None:
    """Check that a witness whose key the caller supplied has cosigned the checkpoint. Raises Failed."""
    with _naming(CHECKPOINT):
        moments = note.cosigned_at(report.note, witness)
    if not moments:
        raise Failed(f"The witness {witness.name} has not cosigned {CHECKPOINT}.")
    report.checks.append(
        f"The witness {witness.name} cosigned the ledger's checkpoint at {moments[-1]:%Y-%m-%d %H:%M:%S} UTC."
    )


def check_since(report: Report, old: note.Note, key: note.Key | None, given: list[bytes] | None) -> None:
    """Check that the older of two checkpoints begins the newer; the proof may be given or lie in the bundle.

    Raises Failed, or CannotCheck if the old checkpoint is not this ledger's or a proof is absent. RFC 6962, 2.1.2.
    """
    kept, found = note.parse_checkpoint(old.text), report.checkpoint
    if kept.origin != found.origin or (key and not note.verify(old, key)):
        raise CannotCheck("The old checkpoint is another ledger's, or is not signed with the key you supplied.")
    if kept.size == 0:
        raise CannotCheck("The old checkpoint is of an empty ledger, which shows nothing. Use a later one.")
    first, second = sorted((kept, found), key=lambda one: one.size)
    proof = _proof(report, first, second, given)
    spoiled = f", or {CONSISTENCY}{first.size} was spoiled" if proof and given is None else ""
    with _naming(f"The ledger is not the one that you kept a checkpoint of{spoiled}"):
        tree.verify_consistency(first.size, second.size, proof, first.root, second.root)
    report.checks.append(
        f"The ledger only grew from {first.size} to {second.size} entries: what you kept is part of it."
    )


def _proof(report: Report, first: note.Checkpoint, second: note.Checkpoint, given: list[bytes] | None) -> list[bytes]:
    if first.size == second.size:
        return []
    if given is not None:
        return given
    if second is report.checkpoint and first.size in report.proofs:
        return report.proofs[first.size]
    told = f"from {first.size} to {second.size}"
    raise CannotCheck(f"Ask the force for its consistency proof {told} entries, and give it with --proof.")
