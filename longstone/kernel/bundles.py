"""How is a bundle written? A BagIt bag in a zip of which every byte is content or determined (docs/bundle.md)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import Stored, spoken
from verifier import bag as bags
from verifier import bundle as checked
from verifier import container, contents, note
from verifier.records import Failed

BLOCK = 1 << 20


class Changed(Refusal):
    """A file is not what it was promised to be; what was written so far is no bundle."""


class NotAllowed(Refusal):
    """A bundle cannot hold a file of this name, or a link."""


@dataclass(frozen=True)
class Member:
    """A file to put into a bundle: its path in the bag, promised SHA-256 and size in bytes, and its bytes in blocks."""

    path: str
    sha256: str
    size: int
    blocks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Line:
    """A ledger entry as a bundle tells it."""

    entry: str
    index: int
    proof: list[bytes]
    salt: bytes


@dataclass(frozen=True)
class Erased:
    """What a bundle tells of an entry that was erased: that there was one, which its commitment shows."""

    id: str
    index: int
    proof: list[bytes]
    commitment: bytes


@dataclass(frozen=True)
class Ledger:
    """The entries of a bundle, the checkpoint under which they are proved, and what others say of that.

    Consistency proofs by their old size; time stampers' replies (DER of a TimeStampResp, RFC 3161) for the SHA-256 of the
    checkpoint's text, its last newline included.
    """

    lines: list[Line | Erased]
    checkpoint: str
    consistency: dict[int, list[bytes]] = field(default_factory=dict)
    tokens: list[bytes] = field(default_factory=list)
    restorations: list[str] = field(default_factory=list)


def bytes_member(path: str, told: bytes) -> Member:
    """Make a member of a few bytes."""
    return Member(path, hashlib.sha256(told).hexdigest(), len(told), lambda: iter([told]))


def text_member(path: str, told: str) -> Member:
    """Make a member of a text."""
    try:
        return bytes_member(path, told.encode())
    except UnicodeEncodeError as error:
        raise NotAllowed(f"{path} would hold a text that is not Unicode. Correct it, then ask again.") from error


def file_member(path: str, source: Path, sha256: str) -> Member:
    """Make a member of a file, whose digest is checked while it is written; the file is only read."""
    if source.is_symlink():
        raise NotAllowed(f"{source.name} is a link. A bundle holds the bytes of files, never links.")
    return Member(path, sha256, source.stat().st_size, lambda: _read(source))


def crc_of(source: Path, sha256: str) -> str:
    """Give a file's CRC-32 in hex, having compared the file with its digest; raises Changed before anything is promised."""
    sha, crc = hashlib.sha256(), 0
    for block in _read(source):
        sha.update(block)
        crc = zlib.crc32(block, crc)
    if sha.hexdigest() != sha256:
        raise Changed(f"The stored bytes of {sha256} have changed. Tell the person who keeps the store.")
    return f"{crc:08x}"


def _read(source: Path) -> Iterator[bytes]:
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb", buffering=0) as stream:
        while block := stream.read(BLOCK):
            yield block


def payload_digest(payload: list[Member]) -> str:
    """Give the digest by which the ledger binds a bundle's payload: first this, then `bundle.made`, then `write`."""
    return contents.payload_digest({one.path: one.sha256 for one in payload})


def write(out: BinaryIO, bag: str, payload: list[Member], *, day: str, ledger: Ledger) -> None:
    """Write a bundle to an empty seekable stream, a block at a time; `day` is YYYY-MM-DD of `made_at`.

    Raises NotAllowed before anything is written, and Changed when a file is not what was promised.
    """
    members = [*payload, *_told(ledger), bytes_member("bagit.txt", bags.BAGIT)]
    _refuse_names(bag, members)
    members.append(bytes_member(bags.INFO, bags.info({one.path: one.size for one in members}, day)))
    for name, data in zip(bags.MANIFESTS, (True, False), strict=True):
        told = bags.lines({one.path: one.sha256 for one in members}, data=data)
        members.append(bytes_member(name, told))
    written = [_write(out, f"{bag}/{one.path}", one) for one in sorted(members, key=lambda one: one.path)]
    _end(out, written)


def keep(
    bag: str,
    payload: list[Member],
    *,
    day: str,
    ledger: Ledger,
    key: str,
    folder: Path,
    put: Callable[[BinaryIO], Stored],
) -> Stored:
    """Write a bundle to a nameless file in a folder, check it as whoever gets it will, and put it into the store.

    Nobody sees it before it is whole; one that would not verify against the force's own key (a vkey) is not kept.
    """
    with spoken("Writing the bundle"), tempfile.TemporaryFile(dir=folder) as out:
        write(out, bag, payload, day=day, ledger=ledger)
        try:
            checked.check(out, key=note.parse_key(key))
        except Failed as failed:
            raise Changed(f"The bundle would not pass its own check. {failed}") from failed
        out.seek(0)
        return put(out)


def _told(ledger: Ledger) -> list[Member]:
    entries = "".join(_line(one) for one in sorted(ledger.lines, key=lambda one: one.index))
    proofs = {f"data/ledger/consistency/{size}": proof for size, proof in ledger.consistency.items()}
    return [
        text_member("data/ledger/entries.jsonl", entries),
        text_member("data/ledger/checkpoint", ledger.checkpoint),
        *(text_member(path, "".join(f"{one}\n" for one in _base64(proof))) for path, proof in proofs.items()),
        *(_proof(one, ledger.checkpoint) for one in ledger.lines if isinstance(one, Line)),
        *(bytes_member(f"data/ledger/tokens/{n}.tsr", told) for n, told in enumerate(ledger.tokens, start=1)),
        *(text_member(f"data/ledger/restorations/{n}", told) for n, told in enumerate(ledger.restorations, start=1)),
    ]


def _proof(one: Line, checkpoint: str) -> Member:
    told = note.tlog_proof(one.salt + one.entry.encode(), one.index, _base64(one.proof), checkpoint.encode())
    return bytes_member(f"data/ledger/proofs/{json.loads(one.entry)['id']}.tlog-proof", told)


def _refuse_names(bag: str, members: list[Member]) -> None:
    paths = [one.path for one in members]
    if "/" in bag or not container.sound(f"{bag}/bagit.txt"):
        raise NotAllowed(f"A bundle cannot be named {bag!r}: use letters, digits, points and strokes.")
    if strange := [path for path in paths if not bags.allowed(path)]:
        raise NotAllowed(f"A bundle cannot hold a file named {strange[0]!r}: see docs/bundle.md for what it can hold.")
    if len(set(paths)) != len(paths):
        raise NotAllowed("A bundle cannot hold two files of one name.")


def _base64(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


def _line(one: Line | Erased) -> str:
    told: dict[str, object] = {"index": one.index, "proof": _base64(one.proof)}
    if isinstance(one, Erased):
        told |= {"commitment": one.commitment.hex(), "id": one.id}
    else:
        told |= {"entry": one.entry, "salt": one.salt.hex()}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def _write(out: BinaryIO, name: str, one: Member) -> container.Member:
    """Write a member behind its header, to which the CRC-32 is added when it is known."""
    member = container.Member(name, 0, one.size, out.tell())
    out.write(container.local_header(member))
    sha, crc, size = hashlib.sha256(), 0, 0
    for block in one.blocks():
        sha.update(block)
        crc, size = zlib.crc32(block, crc), size + len(block)
        out.write(block)
    if (sha.hexdigest(), size) != (one.sha256, one.size):
        raise Changed(
            f"{one.path} is not what it was: {size} bytes with the digest {sha.hexdigest()}, not {one.sha256}."
        )
    member, end = replace(member, crc=crc), out.tell()
    out.seek(member.offset)
    out.write(container.local_header(member))
    out.seek(end)
    return member


def _end(out: BinaryIO, written: list[container.Member]) -> None:
    start = out.tell()
    directory = b"".join(container.central_header(one) for one in written)
    out.write(directory + container.tail(len(written), len(directory), start))
