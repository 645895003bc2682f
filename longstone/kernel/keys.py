"""Where are the keys? Named and versioned, in a folder that only the house reads or behind a KMS command, never in the database (D16)."""

from __future__ import annotations

import base64
import os
import re
import shlex
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from longstone.kernel.refusals import Refusal

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
FORMAT = b"\x01"
NONCE = 12


class KeyFault(Refusal):
    """A key is missing, or is not kept as a key must be."""


@dataclass(frozen=True)
class Secret:
    """A text that does not show itself in logs, errors or print."""

    _text: str

    def reveal(self) -> str:
        """Give the text; call it only in an act that records why."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__


def _home() -> Path:
    from django.conf import settings

    return Path(settings.LONGSTONE_HOME) / "keys"


def _kms() -> list[str]:
    return shlex.split(os.environ.get("LONGSTONE_KMS", ""))


def ensure(name: str) -> int:
    """Make a key's first version if it has none, and give its newest version."""
    versions = _versions(name)
    return versions[-1] if versions else rotate(name)


def rotate(name: str) -> int:
    """Make a key's next version; older ones stay, to verify and to open what they sealed."""
    if _kms():
        raise KeyFault(f"The key {name} lives in the KMS. Make its next version there.")
    version = (_versions(name) or [0])[-1] + 1
    folder = _home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / f"{name}.{version}.key", base64.b64encode(os.urandom(32)))
    return version


def _write(path: Path, told: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(told)
        out.flush()
        os.fsync(out.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _versions(name: str) -> list[int]:
    if not NAME.fullmatch(name):
        raise KeyFault(f"{name!r} is not the name of a key.")
    if kms := _kms():
        return [int(line) for line in _ask([*kms, "versions", name]).split()]
    return sorted(int(path.name.split(".")[1]) for path in _home().glob(f"{name}.*.key"))


def _raw(name: str, version: int) -> bytes:
    if kms := _kms():
        return base64.b64decode(_ask([*kms, "get", name, str(version)]), validate=True)
    path = _home() / f"{name}.{version}.key"
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFault(f"Others can read the key {name}, version {version}. Set its mode to 0600, and rotate it.")
        return base64.b64decode(path.read_bytes(), validate=True)
    except FileNotFoundError as error:
        raise KeyFault(f"The key {name}, version {version}, is lost. See the how-to on lost keys.") from error


def _ask(told: list[str]) -> str:
    try:
        return subprocess.run(told, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise KeyFault("The KMS command did not answer. Check LONGSTONE_KMS.") from error


def _newest(name: str) -> int:
    if versions := _versions(name):
        return versions[-1]
    raise KeyFault(f"There is no key {name} yet. Run `python -m longstone keys` to make the house's keys.")


def signing(name: str) -> tuple[int, Ed25519PrivateKey]:
    """Give the newest version of a signing key."""
    version = _newest(name)
    return version, Ed25519PrivateKey.from_private_bytes(_raw(name, version))


def seal(name: str, plaintext: str, *, row: str) -> bytes:
    """Seal a text for one row (AES-256-GCM); it opens for no other row."""
    version, nonce = _newest(name), os.urandom(NONCE)
    head = FORMAT + version.to_bytes(4, "big")
    return head + nonce + AESGCM(_raw(name, version)).encrypt(nonce, plaintext.encode(), head + row.encode())


def unseal(name: str, sealed: bytes, *, row: str) -> Secret:
    """Open what was sealed for a row."""
    head, nonce, body = sealed[:5], sealed[5 : 5 + NONCE], sealed[5 + NONCE :]
    if head[:1] != FORMAT:
        raise KeyFault("This was not sealed by the house.")
    key = AESGCM(_raw(name, int.from_bytes(head[1:], "big")))
    try:
        return Secret(key.decrypt(nonce, body, head + row.encode()).decode())
    except InvalidTag as error:
        raise KeyFault("This was changed since it was sealed, or belongs to another row.") from error
