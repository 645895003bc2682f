"""Is this bundle whole, is it what the ledger says, and who signed the ledger? (docs/bundle.md)"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from verifier import custody, note, tree
from verifier.container import BadContainer, Container

FORMAT = "longstone-bundle/1"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
ENTRY_KEYS = {"at", "by", "controller", "event", "facts", "id", "on", "past", "recorded_at"}


class Failed(ValueError):
    """Something in the bundle is not as it must be; the sentence names it."""


class CannotCheck(ValueError):
    """The check could not be made; the sentence says what is missing."""


@dataclass
class Report:
    """What was checked, in plain words, and what the bundle is about."""

    checks: list[str] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    steps: list[custody.Step] = field(default_factory=list)
    checkpoint: note.Checkpoint | None = None
    signed: bool = False


def canonical(raw: bytes, what: str) -> Any:
    """Read canonical JSON (sorted keys, no spaces, UTF-8) and refuse any other spelling. Raises Failed."""
    try:
        told = raw.decode("utf-8")
        value = json.loads(told)
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise Failed(f"{what} is not canonical JSON.") from error
    if again != told:
        raise Failed(f"{what} is not in its canonical form.")
    return value


def check(stream: BinaryIO, *, key: note.Key | None) -> Report:
    """Check a bundle against a key that the caller supplied, or only for consistency.

    Raises Failed naming the item. A key inside the bundle is never looked for.
    """
    try:
        return _check(stream, key)
    except (BadContainer, note.BadNote, tree.BadProof, custody.BadCustody) as error:
        raise Failed(str(error)) from error
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise Failed(f"The bundle's records do not have the form they must have ({error}).") from error


def _check(stream: BinaryIO, key: note.Key | None) -> Report:
    report = Report()
    bag = Container(stream)
    report.checks.append(f"The container is whole: {len(bag.members)} files, {bag.length} bytes.")
    top, digests = _digests(bag)
    _manifests(bag, top, digests)
    report.checks.append("Every file has the digest that the manifests give.")
    report.header = _header(bag, top)
    signed = note.parse_note(bag.small(f"{top}/data/ledger/checkpoint", note.LIMIT))
    report.checkpoint = note.parse_checkpoint(signed.text)
    report.signed = _signature(signed, key, report)
    entries = _entries(bag, top, report.checkpoint)
    report.checks.append(f"All {len(entries)} entries are in the ledger that was signed.")
    _contents(entries, report.header, top, digests)
    report.steps = custody.steps_of(entries)
    custody.check(report.steps)
    _length(entries, report.steps)
    report.checks.append(f"The custody is unbroken: {len(report.steps)} steps.")
    return report


def _digests(bag: Container) -> tuple[str, dict[str, str]]:
    tops = {name.split("/")[0] for name in bag.members}
    if len(tops) != 1:
        raise Failed("A bundle holds one folder, and this file does not.")
    top = tops.pop()
    return top, {name.removeprefix(f"{top}/"): bag.digest(name) for name in bag.members}


def lines(digests: dict[str, str], *, data: bool) -> bytes:
    """Write the manifest of the payload, or of the tag files (BagIt 1.0, RFC 8493, 2.1.3)."""
    chosen = sorted(n for n in digests if n.startswith("data/") == data and n != MANIFESTS[1])
    return "".join(f"{digests[name]}  {name}\n" for name in chosen).encode()


def _manifests(bag: Container, top: str, digests: dict[str, str]) -> None:
    if bag.small(f"{top}/bagit.txt", 1000) != BAGIT:
        raise Failed("bagit.txt has changed.")
    for name, data in zip(MANIFESTS, (True, False), strict=True):
        found = bag.small(f"{top}/{name}")
        if found != lines(digests, data=data):
            raise Failed(f"{_differs(found, digests, data=data)} does not have the digest that {name} gives.")


def _differs(found: bytes, digests: dict[str, str], *, data: bool) -> str:
    told = set(found.decode("utf-8", "replace").splitlines())
    wanted = lines(digests, data=data).decode().splitlines()
    return next((line[66:] for line in wanted if line not in told), "A file that is listed but not there")


def _header(bag: Container, top: str) -> dict[str, Any]:
    header = canonical(bag.small(f"{top}/data/bundle.json"), "data/bundle.json")
    if header["format"] != FORMAT or header["bag"] != top:
        raise Failed("data/bundle.json names another format or another bundle.")
    return dict(header)


def _signature(signed: note.Note, key: note.Key | None, report: Report) -> bool:
    checkpoint = report.checkpoint
    if checkpoint is None or checkpoint.origin != report.header["origin"]:
        raise Failed("The checkpoint belongs to another ledger than the bundle says.")
    if len(signed.signatures) != 1 and key is None:
        report.checks.append(f"The checkpoint carries {len(signed.signatures)} signatures.")
    if key is None:
        return False
    if not note.verify(signed, key):
        raise Failed(f"data/ledger/checkpoint is not signed with the key you supplied ({key.name}).")
    report.checks.append(f"The ledger was signed with the key you supplied: {key.name}.")
    return True


def _entries(bag: Container, top: str, checkpoint: note.Checkpoint) -> list[dict[str, Any]]:
    raw = bag.small(f"{top}/data/ledger/entries.jsonl")
    if not raw.endswith(b"\n"):
        raise Failed("data/ledger/entries.jsonl does not end its last line.")
    found, last = [], -1
    for number, line in enumerate(raw[:-1].split(b"\n"), start=1):
        told = canonical(line, f"Line {number} of data/ledger/entries.jsonl")
        if told["index"] <= last or set(told) != {"entry", "index", "proof", "salt"}:
            raise Failed(f"Line {number} of data/ledger/entries.jsonl is out of order, or says more than it may.")
        last = told["index"]
        found.append(_proved(told, checkpoint, number))
    return found


def _proved(told: dict[str, Any], checkpoint: note.Checkpoint, number: int) -> dict[str, Any]:
    text, salt = told["entry"].encode(), told["salt"]
    entry = canonical(text, f"The entry on line {number}")
    if len(salt) != 64 or bytes.fromhex(salt).hex() != salt or set(entry) != ENTRY_KEYS:  # noqa: PLR2004
        raise Failed(f"The entry on line {number} does not have the form of an entry.")
    leaf = tree.leaf_hash(hashlib.sha256(bytes.fromhex(salt) + text).digest())
    proof = [note.unbase64(one) for one in told["proof"]]
    try:
        tree.verify_inclusion(leaf, told["index"], checkpoint.size, proof, checkpoint.root)
    except tree.BadProof as error:
        raise Failed(
            f"Entry {entry['id']} (line {number}, {entry['event']}) is not in the signed ledger: {error}"
        ) from error
    return dict(entry)


def _contents(entries: list[dict[str, Any]], header: dict[str, Any], top: str, digests: dict[str, str]) -> None:
    """Check that the last entry names this payload and these entries, and that the copies are what was received."""
    made, others = entries[-1], entries[:-1]
    if made["event"] != "bundle.made" or made["facts"]["entries"] != [one["id"] for one in others]:
        raise Failed(f"The entries of {top} are not those that were handed out.")
    if made["facts"]["payload"] != payload_digest(digests):
        raise Failed("The files of the bundle are not those that the ledger says were handed out.")
    for entry in entries:
        if not entry["on"] or (entry["on"]["kind"], entry["on"]["id"]) != (
            "exhibit",
            header["exhibit"]["id"],
        ):
            raise Failed(f"Entry {entry['id']} is about something else than this exhibit.")
    _copies(others, header, digests)
    _catalogues(others, header, digests)


def payload_digest(digests: dict[str, str]) -> str:
    """Give SHA-256 over the sorted `digest  path` lines of every file but the ledger's and the two manifests."""
    chosen = sorted(n for n in digests if not n.startswith("data/ledger/") and n not in MANIFESTS)
    return hashlib.sha256("".join(f"{digests[name]}  {name}\n" for name in chosen).encode()).hexdigest()


def _copies(entries: list[dict[str, Any]], header: dict[str, Any], digests: dict[str, str]) -> None:
    received = {one["facts"]["sha256"]: one["facts"]["size"] for one in entries if one["event"] == "copy.received"}
    for copy in header["copies"]:
        if received.get(copy["sha256"]) != copy["size"]:
            raise Failed(f"The copy {copy['name']!r} is not one that the ledger says was received.")
        if copy["included"] and digests.get(copy["path"]) != copy["sha256"]:
            raise Failed(f"{copy['path']} is not the copy that was received.")
    if {copy["sha256"] for copy in header["copies"]} != set(received):
        raise Failed("The bundle does not name every copy that the ledger says was received.")


def _catalogues(entries: list[dict[str, Any]], header: dict[str, Any], digests: dict[str, str]) -> None:
    finished = {one["facts"]["catalogue"] for one in entries if one["event"] == "examination.finished"}
    for told in header["catalogues"]:
        path = f"data/catalogues/{told['digest']}/manifest.json"
        if told["digest"] not in finished or digests.get(path) != told["digest"]:
            raise Failed(f"{path} is not the catalogue that the ledger says was made.")


def _length(entries: list[dict[str, Any]], steps: list[custody.Step]) -> None:
    if entries[-1]["facts"]["custody"] != len(steps):
        raise Failed("The bundle does not tell the whole custody that was handed out.")


def check_since(report: Report, old: note.Note, key: note.Key | None, proof: list[bytes] | None) -> None:
    """Check that the ledger only grew since an old checkpoint. Raises Failed, or CannotCheck without a proof."""
    before, after = note.parse_checkpoint(old.text), report.checkpoint
    if after is None or before.origin != after.origin:
        raise CannotCheck("The old checkpoint belongs to another ledger.")
    if key is not None and not note.verify(old, key):
        raise CannotCheck("The old checkpoint is not signed with the key you supplied.")
    if before.size != after.size and proof is None:
        raise CannotCheck(
            f"Ask the force for its consistency proof from {before.size} to {after.size}, and give it with --proof."
        )
    try:
        tree.verify_consistency(before.size, after.size, proof or [], before.root, after.root)
    except tree.BadProof as error:
        raise Failed(f"The ledger is not the one you saw before: {error}") from error
    report.checks.append(f"The ledger only grew since you saw it at {before.size} entries.")
