"""How is a checkpoint signed? As a C2SP signed note under the house's own Ed25519 key."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from verifier.note import COSIGNATURE, DASH, ED25519, key_id, sound_name


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def vkey(name: str, key: Ed25519PrivateKey, *, kind: int = ED25519) -> str:
    """Write the verifier key that belongs to a signing key: of kind 1 for a log, 4 for a witness."""
    return vkey_of(name, key.public_key(), kind=kind)


def vkey_of(name: str, key: Ed25519PublicKey, *, kind: int = ED25519) -> str:
    """Write the verifier key of a public half."""
    public = key.public_bytes_raw()
    told = base64.b64encode(bytes([kind]) + public).decode()
    return f"{_named(name)}+{key_id(name, kind, public).hex()}+{told}"


def _named(name: str) -> str:
    if not sound_name(name):
        raise ValueError(f"{name!r} cannot name a key: it is empty, or has a space or a plus sign.")
    return name


def sign(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """Sign a text that ends in a newline, and give the whole note."""
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise ValueError("A note's text ends in a newline and holds no other control character.")
    raw = key_id(name, ED25519, _public(key)) + key.sign(text.encode())
    return f"{text}\n{_line(name, raw)}"


def _line(name: str, raw: bytes) -> str:
    return f"{DASH}{_named(name)} {base64.b64encode(raw).decode()}\n"


def sign_checkpoint(*, origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """Sign what the log is: its origin, size and root."""
    return sign(f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n", name=origin, key=key)


def sign_also(note: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """Add a signature under another key of the same name, as while one key takes over from another."""
    raw = key_id(name, ED25519, _public(key)) + key.sign(body(note).encode())
    return note + _line(name, raw)


def body(note: str) -> str:
    """Give the text of a note: what is signed, up to and with its last newline, without the empty line that follows."""
    return note.rpartition("\n\n")[0] + "\n"


def cosign(note: str, *, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """Add a witness's cosignature/v1 to a checkpoint's note, and give the whole note (C2SP tlog-cosignature).

    A witness first verifies the log's signature and that the log only grew since it last cosigned.
    """
    return note + cosignature(body(note), name=name, key=key, at=at)


def cosignature(text: str, *, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """Write a witness's line for a checkpoint's text."""
    moment = int(at.timestamp())
    signature = key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
    return _line(name, key_id(name, COSIGNATURE, _public(key)) + moment.to_bytes(8, "big") + signature)
