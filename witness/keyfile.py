"""Where is the witness's own key? In one file that only it reads; its public half is a vkey of kind 4 (C2SP tlog-cosignature)."""

from __future__ import annotations

import base64
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verifier.note import COSIGNATURE, DASH, SIZE, key_id, sound_name


class BadKeyFile(ValueError):
    """The key's file cannot be used; the sentence says why."""


@dataclass(frozen=True)
class Signer:
    """A witness's name and key."""

    name: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """Give the 32 bytes of the public half."""
        return self.key.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        """Write the verifier key, which the force and those who check bundles are given."""
        told = base64.b64encode(bytes([COSIGNATURE]) + self.public).decode()
        return f"{self.name}+{key_id(self.name, COSIGNATURE, self.public).hex()}+{told}"

    def cosign(self, text: str, *, moment: int) -> str:
        """Write the signature line for a checkpoint's text at a moment, in seconds since 1970 (cosignature/v1)."""
        signature = self.key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
        raw = key_id(self.name, COSIGNATURE, self.public) + moment.to_bytes(8, "big") + signature
        return f"{DASH}{self.name} {base64.b64encode(raw).decode()}\n"


def make(path: Path, name: str) -> Signer:
    """Make a key in a new file, mode 0600; raises BadKeyFile if the file is there or the name cannot be a key's."""
    if not sound_name(name):
        raise BadKeyFile(f"{name!r} cannot name a witness: it is empty, or has a space or a plus sign.")
    signer = Signer(name, Ed25519PrivateKey.generate())
    told = f"{name} {base64.b64encode(signer.key.private_bytes_raw()).decode()}\n"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise BadKeyFile(f"{path} cannot be made: {error.strerror}. A key is never written over.") from error
    with os.fdopen(handle, "w") as out:
        out.write(told)
        out.flush()
        os.fsync(out.fileno())
    return signer


def read(path: Path) -> Signer:
    """Read the key; raises BadKeyFile if others can read its file, or if it is damaged."""
    try:
        kept = path.stat()
        name, _, told = path.read_text("ascii").strip().partition(" ")
        raw = base64.b64decode(told, validate=True)
    except (OSError, ValueError) as error:
        raise BadKeyFile(f"{path} cannot be read as a key: {error}.") from error
    if stat.S_IMODE(kept.st_mode) & 0o077:
        raise BadKeyFile(f"Others can read {path}. Set its mode to 0600, and make a new key.")
    if not sound_name(name) or len(raw) != SIZE:
        raise BadKeyFile(f"{path} is damaged. Restore it from its backup.")
    return Signer(name, Ed25519PrivateKey.from_private_bytes(raw))
