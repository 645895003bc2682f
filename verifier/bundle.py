"""Is this bundle whole, is it what the ledger says, and who signed the ledger? (docs/bundle.md)"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from verifier import custody, note, tree
from verifier.container import BadContainer, Container
from verifier.records import ENTRY, FACTS, HEADER, LINE, MORE, Failed, fit, record

__all__ = ["BAGIT", "MANIFESTS", "CannotCheck", "Failed", "Report", "allowed", "check", "check_since", "check_witness"]

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
ALLOWED = re.compile(
    r"bagit\.txt|bag-info\.txt|(tag)?manifest-sha256\.txt|data/(bundle\.json|about\.txt|objects/[0-9a-f]{64}"
    r"|catalogues/[0-9a-f]{64}/manifest\.json|ledger/(entries\.jsonl|checkpoint|consistency/[1-9][0-9]{0,18}))"
)
MIB = 1 << 20
MOST_ENTRIES = 100_000


class CannotCheck(ValueError):
    """The check could not be made; the sentence says what is missing."""


@dataclass
class Report:
    """What was checked, in plain words, and what the bundle is about; filled as the check goes on."""

    checks: list[str] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    steps: list[custody.Step] = field(default_factory=list)
    proofs: dict[int, list[bytes]] = field(default_factory=dict)
    note: note.Note = field(default_factory=lambda: note.Note("", ()))
    checkpoint: note.Checkpoint = field(default_factory=lambda: note.Checkpoint("", 0, b""))
    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    signed: bool = False


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
        report.checks.append(f"The file is whole: {len(bag.members)} members, {bag.length} bytes, nothing between them.")
        top = _files(bag, report)
        _bag(bag, top, report)
        _ledger(bag, top, key, report)
        _contents(report)
    except (BadContainer, note.BadNote, tree.BadProof) as error:
        raise Failed(str(error)) from error
    return report


def _files(bag: Container, report: Report) -> str:
    """Read every file once, for its digest, and give the name of the one folder."""
    tops = {name.partition("/")[0] for name in bag.members}
    if len(tops) != 1:
        raise Failed("A bundle holds one folder, and this file does not.")
    top = tops.pop()
    paths = [name[len(top) + 1 :] for name in bag.members]
    if strange := next((path for path in paths if not allowed(path)), None):
        raise Failed(f"{strange} is not a file that a bundle can hold.")
    report.digests = {path: bag.digest(f"{top}/{path}") for path in paths}
    report.sizes = {path: bag.members[f"{top}/{path}"].size for path in paths}
    return top


def lines(digests: dict[str, str], *, data: bool) -> bytes:
    """Write the manifest of the payload, or of the tag files (BagIt 1.0, RFC 8493, 2.1.3 and 2.2.1).

    No path that a bundle can hold has a character that BagIt would have percent-encoded.
    """
    chosen = sorted(n for n in digests if n.startswith("data/") == data and n != MANIFESTS[1])
    return "".join(f"{digests[name]}  {name}\n" for name in chosen).encode()


def _bag(bag: Container, top: str, report: Report) -> None:
    if bag.small(f"{top}/bagit.txt", MIB) != BAGIT:
        raise Failed("bagit.txt has changed.")
    for name, data in zip(MANIFESTS, (True, False), strict=True):
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
    report.note = note.parse_note(bag.small(f"{top}/data/ledger/checkpoint", MIB))
    report.checkpoint = note.parse_checkpoint(report.note.text)
    _signature(key, report)
    whole = bag.small(f"{top}/data/ledger/entries.jsonl", 32 * MIB)
    report.entries = _entries(whole, report.checkpoint)
    report.checks.append(f"All {len(report.entries)} entries are in the signed ledger, word for word.")
    for name in bag.members:
        if name.startswith(f"{top}/data/ledger/consistency/"):
            report.proofs[int(name.rpartition("/")[2])] = note.parse_proof(bag.small(name, MIB))


def _signature(key: note.Key | None, report: Report) -> None:
    if report.checkpoint.origin != report.header["origin"]:
        raise Failed("data/ledger/checkpoint belongs to another ledger than data/bundle.json says.")
    if key is None:
        return
    if not (key.name == report.checkpoint.origin and note.verify(report.note, key)):
        raise Failed(f"data/ledger/checkpoint is not signed with the key you supplied ({key.name}).")
    report.signed = True
    report.checks.append(f"The ledger's checkpoint is signed with the key you supplied: {key.name}.")


def _entries(raw: bytes, checkpoint: note.Checkpoint) -> list[dict[str, Any]]:
    found, last = [], -1
    if not raw.endswith(b"\n") or raw.count(b"\n") > MOST_ENTRIES:
        raise Failed("data/ledger/entries.jsonl does not end its last line, or has too many.")
    for number, line in enumerate(raw[:-1].split(b"\n"), start=1):
        what = f"Line {number} of data/ledger/entries.jsonl"
        told = record(line[: MIB + 1], LINE, what)  # a line is cut beyond 1 MiB, and then is no JSON
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
    try:
        proof = [note.unbase64(one) for one in told["proof"]]
        tree.verify_inclusion(leaf, told["index"], checkpoint.size, proof, checkpoint.root)
    except (note.BadNote, tree.BadProof) as error:
        raise Failed(f"{named} is not in the signed ledger: {error}") from error
    return entry


def payload_digest(digests: dict[str, str]) -> str:
    """Give SHA-256, in hex, over the sorted `digest  path` lines of every file but the ledger's and the two manifests."""
    chosen = sorted(n for n in digests if not n.startswith("data/ledger/") and n not in MANIFESTS)
    return hashlib.sha256("".join(f"{digests[name]}  {name}\n" for name in chosen).encode()).hexdigest()


def _contents(report: Report) -> None:
    """Check that the last entry names this payload, these entries and this custody, all of one exhibit."""
    made, others = report.entries[-1], report.entries[:-1]
    for entry in report.entries:
        if (entry["on"]["kind"], entry["on"]["id"]) != ("exhibit", report.header["exhibit"]["id"]):
            raise Failed(f"Entry {entry['id']} is about something else than this exhibit.")
    _handed_out(made, others, report.digests)
    report.checks.append("The ledger says that just these files and these entries were handed out.")
    _copies(others, report)
    _catalogues(others, report)
    report.checks.append(f"All {len(report.header['copies'])} copies are those that the ledger says were received.")
    report.steps = custody.steps_of(report.entries)
    custody.check(report.steps)
    if made["facts"]["custody"] != len(report.steps):
        raise Failed(f"Entry {made['id']} handed out {made['facts']['custody']} steps of custody, not {len(report.steps)}.")
    report.checks.append(f"The custody is unbroken: {len(report.steps)} steps.")


def _handed_out(made: dict[str, Any], others: list[dict[str, Any]], digests: dict[str, str]) -> None:
    if made["event"] != "bundle.made":
        raise Failed(f"The last entry, {made['id']}, is not the one that says what was handed out.")
    listed, found = made["facts"]["entries"], [one["id"] for one in others]
    if listed != found:
        odd = next(iter([*set(listed) ^ set(found), *found]), "none")
        raise Failed(f"The entries are not those that were handed out: see {odd}, which is missing, added or out of order.")
    if made["facts"]["payload"] != payload_digest(digests):
        raise Failed(f"The files of the bundle are not those that entry {made['id']} says were handed out.")


def _copies(entries: list[dict[str, Any]], report: Report) -> None:
    copies = report.header["copies"]
    told = [one["facts"] for one in entries if one["event"] == "copy.received"]
    received = {(one["sha256"], one["size"], one["name"]) for one in told}
    named = {(copy["sha256"], copy["size"], copy["name"]) for copy in copies}
    if odd := next(iter(sorted(received ^ named)), None):
        raise Failed(f"The copy {odd[2]!r} ({odd[0]}) is not both in data/bundle.json and received in the ledger.")
    wanted = {f"data/objects/{copy['sha256']}" if copy["included"] else None: copy for copy in copies}
    objects = {path for path in report.digests if path.startswith("data/objects/")}
    if missing := next(iter(sorted(objects ^ (set(wanted) - {None}))), None):
        raise Failed(f"{missing} is missing, or is a copy that data/bundle.json does not name.")
    for path, copy in wanted.items():
        if copy["path"] != path or (path and _is_not(copy, report, path)):
            raise Failed(f"data/objects/{copy['sha256']} is not the copy that was received.")


def _catalogues(entries: list[dict[str, Any]], report: Report) -> None:
    named = {f"data/catalogues/{told['digest']}/manifest.json" for told in report.header["catalogues"]}
    facts = [one["facts"] for one in entries if one["event"] == "examination.finished"]
    finished = {(one["catalogue"], one["copy"], one.get("files"), one.get("problems")) for one in facts}
    for told in report.header["catalogues"]:
        if (told["digest"], told["copy"], told["files"], told["problems"]) not in finished:
            raise Failed(f"The catalogue {told['digest']} is not one that the ledger says was made.")
    for path in sorted(one for one in report.digests if one.startswith("data/catalogues/")):
        if path not in named or report.digests[path] != path.split("/")[2]:
            raise Failed(f"{path} is not the catalogue that the ledger says was made.")


def check_witness(report: Report, witness: note.Key) -> None:
    """Check that a witness whose key the caller supplied has cosigned the checkpoint. Raises Failed."""
    try:
        moments = note.cosigned_at(report.note, witness)
    except note.BadSignature as error:
        raise Failed(str(error)) from error
    if not moments:
        raise Failed(f"The witness {witness.name} has not cosigned data/ledger/checkpoint.")
    report.checks.append(f"The witness {witness.name} cosigned the ledger's checkpoint at {moments[-1]}.")


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
    try:
        tree.verify_consistency(first.size, second.size, proof, first.root, second.root)
    except tree.BadProof as error:
        raise Failed(f"The ledger is not the one that you kept a checkpoint of: {error}") from error
    report.checks.append(f"The ledger only grew from {first.size} to {second.size} entries: what you kept is part of it.")


def _proof(report: Report, first: note.Checkpoint, second: note.Checkpoint, given: list[bytes] | None) -> list[bytes]:
    if first.size == second.size:
        return []
    if given is not None:
        return given
    if second is report.checkpoint and first.size in report.proofs:
        return report.proofs[first.size]
    told = f"from {first.size} to {second.size}"
    raise CannotCheck(f"Ask the force for its consistency proof {told} entries, and give it with --proof.")
