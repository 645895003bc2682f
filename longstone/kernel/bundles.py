"""How is a bundle written? A BagIt bag in a zip of which every byte is content or determined (docs/bundle.md)."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from verifier import bundle as checked
from verifier import container

BLOCK = 1 << 20


class Changed(ValueError):
    """A file is not what it was promised to be."""


@dataclass(frozen=True)
class Member:
    """A file to put into a bundle: its path, its promised SHA-256, and its bytes in blocks."""

    path: str
    sha256: str
    blocks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Line:
    """A ledger entry as a bundle tells it."""

    entry: str
    index: int
    proof: list[bytes]
    salt: bytes


@dataclass(frozen=True)
class Ledger:
    """The entries of a bundle, and the checkpoint under which they are proved."""

    lines: list[Line]
    checkpoint: str


def bytes_member(path: str, told: bytes) -> Member:
    """Make a member of a few bytes."""
    return Member(path, hashlib.sha256(told).hexdigest(), lambda: iter([told]))


def text_member(path: str, told: str) -> Member:
    """Make a member of a text."""
    return bytes_member(path, told.encode())


def file_member(path: str, source: Path, sha256: str) -> Member:
    """Make a member of a file, whose digest is checked while it is written."""
    return Member(path, sha256, lambda: _read(source))


def _read(source: Path) -> Iterator[bytes]:
    with source.open("rb", buffering=0) as stream:
        while block := stream.read(BLOCK):
            yield block


def _tags(payload: list[Member]) -> list[Member]:
    info = f"Bag-Software-Agent: Longstone\nExternal-Description: A custody bundle of {len(payload)} files\n"
    return [bytes_member("bagit.txt", checked.BAGIT), text_member("bag-info.txt", info)]


def payload_digest(payload: list[Member]) -> str:
    """Give the digest that the ledger binds a bundle's payload by."""
    return checked.payload_digest({one.path: one.sha256 for one in [*payload, *_tags(payload)]})


def write(out: BinaryIO, bag: str, payload: list[Member], *, ledger: Ledger) -> None:
    """Write a bundle; raises Changed if a file is not what was promised."""
    entries = "".join(_line(one) for one in ledger.lines)
    members = [*payload, *_tags(payload), text_member("data/ledger/entries.jsonl", entries)]
    members.append(text_member("data/ledger/checkpoint", ledger.checkpoint))
    for name, data in zip(checked.MANIFESTS, (True, False), strict=True):
        told = checked.lines({one.path: one.sha256 for one in members}, data=data)
        members.append(bytes_member(name, told))
    written = [_write(out, f"{bag}/{one.path}", one) for one in sorted(members, key=lambda one: one.path)]
    _end(out, written)


def _line(one: Line) -> str:
    proof = [base64.b64encode(sibling).decode() for sibling in one.proof]
    told = {"entry": one.entry, "index": one.index, "proof": proof, "salt": one.salt.hex()}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def _write(out: BinaryIO, name: str, one: Member) -> container.Member:
    """Write a member behind a header that is filled in when its size is known."""
    member = container.Member(name, 0, 0, out.tell())
    out.write(container.local_header(member))
    sha, crc, size = hashlib.sha256(), 0, 0
    for block in one.blocks():
        sha.update(block)
        crc, size = zlib.crc32(block, crc), size + len(block)
        out.write(block)
    if sha.hexdigest() != one.sha256:
        raise Changed(f"{one.path} is not what it was: its digest is {sha.hexdigest()}, not {one.sha256}.")
    member, end = replace(member, crc=crc, size=size), out.tell()
    out.seek(member.offset)
    out.write(container.local_header(member))
    out.seek(end)
    return member


def _end(out: BinaryIO, written: list[container.Member]) -> None:
    start = out.tell()
    directory = b"".join(container.central_header(one) for one in written)
    out.write(directory + container.tail(len(written), len(directory), start))
