"""Is this bundle whole, is it what the ledger says, and who signed the ledger? (docs/bundle.md)"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from verifier import bag, contents, note, restoration, stamp, tree
from verifier.container import BadContainer, Container
from verifier.records import ENTRY, ERASED, FACTS, LINE, MORE, Failed, canonical, fit, record
from verifier.report import Report

CHECKPOINT = "data/ledger/checkpoint"
CONSISTENCY, PROOFS, TOKENS = "data/ledger/consistency/", "data/ledger/proofs/", "data/ledger/tokens/"
RESTORATIONS = "data/ledger/restorations/"
MIB = 1 << 20
MOST_ENTRIES = 100_000


def check(stream: BinaryIO, *, key: note.Key | None, report: Report | None = None) -> Report:
    """Check a bundle against a key that the caller supplied, or with None only for agreement with itself.

    The stream must be seekable; memory stays flat whatever the size of the copies. Raises Failed naming the item; what
    was in order until then stands in `report`. A key inside the bundle is never looked for.
    """
    report = report or Report()
    try:
        opened = Container(stream)
        report.checks.append(
            f"The file is whole: {len(opened.members)} members, {opened.length} bytes, nothing between them."
        )
        top = bag.check(opened, report)
        _ledger(opened, top, key, report)
        contents.check(report, opened.small(f"{top}/data/case.jsonld", 64 * MIB))
    except BadContainer as error:
        raise Failed(str(error)) from error
    return report


@contextmanager
def naming(item: str) -> Iterator[None]:
    """Name the item in which a note, a key, a proof or a time stamp is wrong."""
    try:
        yield
    except (note.BadNote, tree.BadProof, stamp.BadStamp) as error:
        raise Failed(f"{item}: {error}") from error


def _ledger(opened: Container, top: str, key: note.Key | None, report: Report) -> None:
    signed = opened.small(f"{top}/{CHECKPOINT}", MIB)
    with naming(CHECKPOINT):
        report.note = note.parse_note(signed)
        report.checkpoint = note.parse_checkpoint(report.note.text)
        _signature(key, report)
    whole = opened.small(f"{top}/data/ledger/entries.jsonl", 32 * MIB)
    proofs = {path for path in report.digests if path.startswith(PROOFS)}
    for number, line in enumerate(_lines(whole), start=1):
        told = _line(line, f"Line {number} of data/ledger/entries.jsonl", report)
        if "commitment" in told:
            _erased(told, report)
        else:
            proofs.discard(_own_proof(told, _proved(told, number, report), signed, report))
    if proofs:
        raise Failed(f"{min(proofs)} is the proof of no entry in this bundle.")
    ledger = "signed ledger" if report.signed else "ledger that it brings along"
    report.checks.append(f"All {len(report.entries)} entries are in the {ledger}, word for word.")
    if report.erased:
        report.checks.append(f"{len(report.erased)} more are in it too; the force erased what they said.")
    _beside(opened, top, key, report)


def _signature(key: note.Key | None, report: Report) -> None:
    if report.checkpoint.origin != report.header["origin"]:
        raise Failed(f"{CHECKPOINT} belongs to another ledger than data/bundle.json says.")
    if key is None:
        return
    if not (key.name == report.checkpoint.origin and note.verify(report.note, key)):
        raise Failed(f"{CHECKPOINT} is not signed with the key you supplied ({key.name}).")
    report.signed = True
    report.checks.append(f"The ledger's checkpoint is signed with the key you supplied: {key.name}.")


def _lines(raw: bytes) -> list[bytes]:
    if not raw.endswith(b"\n") or raw.count(b"\n") > MOST_ENTRIES:
        raise Failed("data/ledger/entries.jsonl does not end its last line, or has too many.")
    return raw[:-1].split(b"\n")


def _line(line: bytes, what: str, report: Report) -> dict[str, Any]:
    """Read a line, of an entry or of what erasure left of one."""
    if len(line) > MIB:
        raise Failed(f"{what} is longer than 1 MiB.")
    told = canonical(line, what)
    fit(told, ERASED if isinstance(told, dict) and "commitment" in told else LINE, what)
    if told["index"] <= report.last:
        raise Failed(f"{what} is out of order.")
    report.last = told["index"]
    return dict(told)


def _proved(told: dict[str, Any], number: int, report: Report) -> dict[str, Any]:
    """Read an entry, and show that it is in the tree."""
    text = told["entry"].encode()
    entry = record(text, ENTRY, f"The entry on line {number} of data/ledger/entries.jsonl")
    named = f"Entry {entry['id']} (index {told['index']}, {entry['event']})"
    fit(entry["facts"], FACTS.get(entry["event"], {MORE: None}), f"What is told in {named}")
    _included(named, hashlib.sha256(bytes.fromhex(told["salt"]) + text).digest(), told, report)
    report.entries.append(entry)
    report.ids.append(entry["id"])
    return entry


def _erased(told: dict[str, Any], report: Report) -> None:
    """Show that an entry is in the tree of which nothing is left but its commitment and the id under which it is listed."""
    _included(f"Entry {told['id']}, which was erased,", bytes.fromhex(told["commitment"]), told, report)
    report.erased.append(told["id"])
    report.ids.append(told["id"])


def _included(named: str, commitment: bytes, told: dict[str, Any], report: Report) -> None:
    with naming(f"{named} is not in the signed ledger"):
        proof = [note.unbase64(one) for one in told["proof"]]
        found, leaf = report.checkpoint, tree.leaf_hash(commitment)
        tree.verify_inclusion(leaf, told["index"], found.size, proof, found.root)


def _own_proof(told: dict[str, Any], entry: dict[str, Any], signed: bytes, report: Report) -> str:
    """Check that the entry's proof for other programs says the same: it can be derived, so it has one spelling."""
    path = f"{PROOFS}{entry['id']}.tlog-proof"
    opening = bytes.fromhex(told["salt"]) + told["entry"].encode()
    wanted = note.tlog_proof(opening, told["index"], told["proof"], signed)
    if report.digests.get(path) != hashlib.sha256(wanted).hexdigest():
        raise Failed(f"{path} is missing, or is not the proof of that entry.")
    return path


def _beside(opened: Container, top: str, key: note.Key | None, report: Report) -> None:
    """Read what nothing else in the bundle binds, since it shows itself: proofs of growth, time stamps, restorations."""
    for path in sorted(report.digests):
        with naming(path):
            if path.startswith(CONSISTENCY):
                proof = note.parse_proof(opened.small(f"{top}/{path}", MIB))
                report.proofs[int(path.rpartition("/")[2])] = proof
            if path.startswith(TOKENS):
                token = stamp.parse(opened.small(f"{top}/{path}", MIB))
                stamp.check_imprint(token, report.note.text.encode())
                report.stamps[path] = token
            if path.startswith(RESTORATIONS):
                _restored(opened.small(f"{top}/{path}", MIB), key, report)


def _restored(raw: bytes, key: note.Key | None, report: Report) -> None:
    """Say that the force restored its ledger; signed by it alone, this turns no check that fails into one that passes."""
    found = restoration.parse(raw, key)
    if found.origin != report.checkpoint.origin:
        raise note.BadNote("It is about another ledger.")
    report.restored.append(found)
    report.checks.append(restoration.said(found))
