"""Who signed this? C2SP signed notes, verifier keys, checkpoints and cosignatures."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
SIZE = 32
LIMIT = 1 << 20
LAST = 253402300799  # the end of the year 9999
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
DASH = "\u2014 "


class BadNote(ValueError):
    """A note, key or checkpoint is malformed; the sentence says how."""


class BadSignature(BadNote):
    """A signature under a known key does not fit."""


def unbase64(text: str) -> bytes:
    """Decode standard base64 and refuse any spelling but the canonical one (RFC 4648, section 4). Raises BadNote."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadNote("Something that should be base64 is not.") from error
    if base64.b64encode(raw).decode() != text:
        raise BadNote("A base64 text is not in its canonical form.")
    return raw


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Give the first four bytes of SHA-256 of name, newline, kind and public key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class Key:
    """A verifier key: its name, four-byte id, kind (1 Ed25519, 4 cosignature) and 32 public bytes."""

    name: str
    id: bytes
    kind: int
    public: bytes


def parse_key(text: str) -> Key:
    """Read a vkey, `name+hexid+base64`. Raises BadNote. C2SP signed-note, verifier keys."""
    name, _, rest = text.strip().partition("+")
    told, _, public = rest.partition("+")
    raw = unbase64(public)
    if not sound_name(name) or len(raw) != 1 + SIZE or raw[0] not in {ED25519, COSIGNATURE}:
        raise BadNote("This is not an Ed25519 verifier key, which has the form name+id+key.")
    if told != key_id(name, raw[0], raw[1:]).hex():
        raise BadNote("The verifier key's id does not fit its name and key: was it copied whole?")
    return Key(name, key_id(name, raw[0], raw[1:]), raw[0], raw[1:])


def sound_name(name: str) -> bool:
    """Say whether a name can be a key's: not empty, without spaces and plus signs (C2SP signed-note)."""
    return name != "" and "+" not in name and not any(sign.isspace() for sign in name)


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    id: bytes
    raw: bytes


@dataclass(frozen=True)
class Note:
    """A text and its signatures, not yet verified."""

    text: str
    signatures: tuple[Signature, ...]


def parse_note(raw: bytes) -> Note:
    """Read a signed note, at most 1 MiB of UTF-8. Raises BadNote. C2SP signed-note, format."""
    try:
        whole = raw[: LIMIT + 1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("The note is not UTF-8.") from error
    if len(raw) > LIMIT or any(sign < " " and sign != "\n" for sign in whole) or not whole.endswith("\n"):
        raise BadNote("The note holds control characters, is too long, or does not end its last line.")
    text, found, tail = whole.rpartition("\n\n")
    if not found or not tail:
        raise BadNote("The note has no signatures.")
    return Note(text + "\n", tuple(_signature(line) for line in tail[:-1].split("\n")))


def _signature(line: str) -> Signature:
    name, _, told = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not sound_name(name):
        raise BadNote("A signature line of the note is malformed.")
    raw = unbase64(told)
    if len(raw) < 5:  # noqa: PLR2004
        raise BadNote("A signature of the note is too short.")
    return Signature(name, raw[:4], raw[4:])


def verify(note: Note, key: Key) -> bool:
    """Say whether the note is signed under a key; raises BadSignature if a signature under it does not fit."""
    mine = _under(note, key)
    for one in mine:
        signed, signature = _signed(note, key, one)
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
        except (InvalidSignature, ValueError) as error:
            raise BadSignature(f"The signature of {key.name} does not fit the note.") from error
    return bool(mine)


def cosigned_at(note: Note, key: Key) -> list[datetime]:
    """Give the moments at which a witness cosigned, oldest first; raises BadSignature. C2SP tlog-cosignature, kind 4."""
    verify(note, key)
    told = [int.from_bytes(one.raw[:8], "big") for one in _under(note, key)]
    if any(seconds > LAST for seconds in told):
        raise BadSignature(f"The time of the cosignature of {key.name} lies beyond the year 9999.")
    return sorted(datetime.fromtimestamp(seconds, UTC) for seconds in told)


def _under(note: Note, key: Key) -> list[Signature]:
    return [one for one in note.signatures if one.name == key.name and one.id == key.id]


def _signed(note: Note, key: Key, one: Signature) -> tuple[bytes, bytes]:
    """Give the bytes that were signed, and the signature (C2SP tlog-cosignature for kind 4)."""
    if key.kind == ED25519:
        return note.text.encode(), one.raw
    moment = int.from_bytes(one.raw[:8], "big")
    return f"cosignature/v1\ntime {moment}\n{note.text}".encode(), one.raw[8:]


@dataclass(frozen=True)
class Checkpoint:
    """What a log signed: its origin, its size in leaves, its 32-byte root."""

    origin: str
    size: int
    root: bytes


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint. Raises BadNote. C2SP tlog-checkpoint."""
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or not NUMBER.fullmatch(lines[1]):  # noqa: PLR2004 - origin, size and root
        raise BadNote("The checkpoint does not name its origin, size and root, line by line.")
    root = unbase64(lines[2])
    if len(root) != SIZE:
        raise BadNote("The checkpoint's root is not 32 bytes.")
    return Checkpoint(lines[0], int(lines[1]), root)


def parse_proof(raw: bytes) -> list[bytes]:
    """Read a consistency proof: one base64 hash of 32 bytes a line. Raises BadNote. (docs/bundle.md)"""
    proof = [unbase64(line) for line in raw.decode("utf-8", "replace").splitlines()]
    if any(len(one) != SIZE for one in proof):
        raise BadNote("A hash of the consistency proof is not 32 bytes.")
    return proof


def tlog_proof(opening: bytes, index: int, proof: list[str], signed: bytes) -> bytes:
    """Write the one file with which any other program can check a leaf. C2SP tlog-proof.

    `opening` is salt and text of the entry, whose SHA-256 is the leaf's data; `proof` is in base64; `signed` the checkpoint.
    """
    extra = base64.b64encode(opening).decode()
    head = ["c2sp.org/tlog-proof@v1", f"extra {extra}", f"index {index}", *proof, "", ""]
    return "\n".join(head).encode() + signed
