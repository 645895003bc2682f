"""Where are the keys? Named and versioned, in a folder that only the house reads or behind a KMS command, never in the database (D16).

The KMS command is an argument list in LONGSTONE_KMS. `COMMAND versions NAME` prints the numbers of a key's versions and
`COMMAND get NAME VERSION` prints one, 32 bytes in base64.

Beside each key NAME.N.key lies its mark NAME.N.pub: a digest by which damage is known, and for a key that signs its public half. A key
whose mark is there and which is not is lost, and is said to be; a retired key is its mark alone, named NAME.N.retired.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import stat
import subprocess
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from longstone.kernel.refusals import Refusal

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
FILE = re.compile(r"([a-z][a-z0-9-]{0,39})\.([1-9][0-9]{0,8})\.(key|pub|retired)", re.ASCII)
SIGNING = frozenset({"checkpoint"})  # what these sign is verified with their public half, long after they are gone
FORMAT = b"\x01"
NONCE, TAG, LENGTH = 12, 16, 32


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

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not pickled: it would lie open in a queue or a cache.")


def _home() -> Path:
    from django.conf import settings

    return Path(settings.LONGSTONE_HOME) / "keys"


def _kms() -> list[str]:
    return shlex.split(os.environ.get("LONGSTONE_KMS", ""))


def ensure(name: str) -> int:
    """Make a key's first version if it has none, and give its newest version."""
    if versions := _versions(name):
        for version in _found(name, "key"):
            _mark(name, version)  # a key of an older house has none
        return versions[-1]
    try:
        return _make(name, 1)
    except FileExistsError:  # another process of the house made it in this moment
        return _newest(name)


def rotate(name: str) -> int:
    """Make a key's next version; older ones stay, to verify and to open what they sealed."""
    try:
        return _make(name, (_versions(name) or [0])[-1] + 1)
    except FileExistsError as error:
        raise KeyFault(f"Somebody else rotates the key {name} at this moment. Look before you try again.") from error


def _make(name: str, version: int) -> int:
    if _kms():
        raise KeyFault(f"The key {name} lives in the KMS. Make its next version there.")
    _home().mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(_home() / f"{name}.{version}.key", base64.b64encode(os.urandom(LENGTH)))
    _mark(name, version)
    return version


def _mark(name: str, version: int) -> None:
    """Leave a key's mark beside it, if it has none."""
    path = _home() / f"{name}.{version}.pub"
    if not path.exists():
        raw = _raw(name, version)
        public = base64.b64encode(_public(raw)).decode() if name in SIGNING else "-"
        with suppress(FileExistsError):  # another process of the house left it in this moment
            _write(path, f"{hashlib.sha256(raw).hexdigest()} {public}\n".encode())


def _public(raw: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()


def retire(name: str, version: int) -> None:
    """Let an old signing key sign no more: its private half goes, its public half stays to verify what it signed."""
    if name not in SIGNING:
        raise KeyFault(f"The key {name} opens what it sealed: no version of it is ever retired.")
    if version not in _versions(name) or version == _newest(name):
        raise KeyFault(
            f"Version {version} of the key {name} is not one that another has taken over from. Rotate it first."
        )
    mark = _home() / f"{name}.{version}.pub"
    if _kms():
        _home().mkdir(mode=0o700, parents=True, exist_ok=True)
        _mark(name, version)
    mark.rename(mark.with_suffix(".retired"))
    mark.with_suffix(".key").unlink(missing_ok=True)
    _sync(_home())


def _write(path: Path, told: bytes) -> None:
    """Write a key whole, then give it its name: a process that dies midway leaves no half key."""
    temporary = path.with_name(f"{uuid.uuid4().hex}.new")
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(told)
            out.flush()
            os.fsync(out.fileno())
        os.link(temporary, path)
    finally:
        temporary.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _versions(name: str) -> list[int]:
    if not NAME.fullmatch(name):
        raise KeyFault(f"{name!r} is not the name of a key.")
    if kms := _kms():
        return _numbers(_ask([*kms, "versions", name]))
    _refuse_open(_home(), f"The folder of the keys can be read by others. Set its mode to 0700, and rotate {name}.")
    return sorted({*_found(name, "key"), *_found(name, "pub"), *_found(name, "retired")})


def _found(name: str, kind: str) -> list[int]:
    """Give the versions of which a file of one kind lies in the folder."""
    found = (FILE.fullmatch(path.name) for path in _home().glob(f"{name}.*.{kind}"))
    return sorted(int(match[2]) for match in found if match)


def _numbers(told: str) -> list[int]:
    try:
        return sorted(int(word) for word in told.split())
    except ValueError as error:
        raise KeyFault("The KMS command did not answer with the numbers of versions. Check LONGSTONE_KMS.") from error


def _refuse_open(path: Path, sentence: str) -> None:
    """Refuse a file or folder that others can read, or that another account owns."""
    try:
        kept = path.stat()
    except FileNotFoundError:
        return
    if stat.S_IMODE(kept.st_mode) & 0o077 or kept.st_uid not in {os.geteuid(), 0}:
        raise KeyFault(sentence)


def _raw(name: str, version: int) -> bytes:
    told = _ask([*_kms(), "get", name, str(version)]).encode() if _kms() else _read(name, version)
    try:
        key = base64.b64decode(told.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != LENGTH or _told(name, version)[:1] not in ([], [hashlib.sha256(key).hexdigest()]):
        raise KeyFault(f"The key {name}, version {version}, is damaged. Restore it from the backup of the keys.")
    return key


def _told(name: str, version: int) -> list[str]:
    """Give what a key's mark says, if it has one: its digest, and its public half or a dash."""
    for kind in ("pub", "retired"):
        with suppress(FileNotFoundError):
            return (_home() / f"{name}.{version}.{kind}").read_text("ascii", "replace").split()
    return []


def _read(name: str, version: int) -> bytes:
    path = _home() / f"{name}.{version}.key"
    _refuse_open(path, f"Others can read the key {name}, version {version}. Set its mode to 0600, and rotate it.")
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        sentence = f"The key {name}, version {version}, is lost. Restore it from the backup of the keys."
        raise KeyFault(sentence) from error


def _ask(told: list[str]) -> str:
    try:
        return subprocess.run(told, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, ValueError, subprocess.SubprocessError):
        raise KeyFault(
            "The KMS command did not answer. Check LONGSTONE_KMS."
        ) from None  # it may hold what the KMS said


def _newest(name: str) -> int:
    if versions := _versions(name):
        return versions[-1]
    raise KeyFault(f"There is no key {name} yet. Start the house once to make its keys, or restore their backup.")


def given_to_us(name: str) -> str:
    """Give a secret that another system gave the house, as it lies in NAME.secret beside the keys; nothing if it gave none."""
    if not NAME.fullmatch(name):
        raise KeyFault(f"{name!r} is not the name of a key.")
    path = _home() / f"{name}.secret"
    _refuse_open(path, f"Others can read {name}.secret. Set its mode to 0600, and ask for another secret.")
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def signing(name: str) -> tuple[int, Ed25519PrivateKey]:
    """Give the newest version of a signing key."""
    version = _newest(name)
    return version, Ed25519PrivateKey.from_private_bytes(_raw(name, version))


def signers(name: str) -> list[Ed25519PrivateKey]:
    """Give every version of a signing key that is not retired, the newest first: all sign while one takes over from another."""
    retired = set(_found(name, "retired"))
    _newest(name)  # or there is none, in a sentence
    versions = [version for version in _versions(name) if version not in retired]
    return [Ed25519PrivateKey.from_private_bytes(_raw(name, version)) for version in reversed(versions)]


def verifying(name: str) -> dict[int, Ed25519PublicKey]:
    """Give the public half of every version of a signing key, also of those that are retired or lost."""
    return {version: _verifying(name, version) for version in _versions(name)}


def _verifying(name: str, version: int) -> Ed25519PublicKey:
    told = _told(name, version)
    try:
        if len(told) == 2 and told[1] != "-":  # noqa: PLR2004 - the mark's two words
            return Ed25519PublicKey.from_public_bytes(base64.b64decode(told[1], validate=True))
    except ValueError as error:
        raise KeyFault(
            f"The mark of the key {name}, version {version}, is damaged. Restore it from the backup."
        ) from error
    return Ed25519PrivateKey.from_private_bytes(_raw(name, version)).public_key()


def seal(name: str, plaintext: str, *, row: str) -> bytes:
    """Seal a text for one row (AES-256-GCM); it opens for no other row."""
    version, nonce = _newest(name), os.urandom(NONCE)
    head = FORMAT + version.to_bytes(4, "big")
    return head + nonce + AESGCM(_raw(name, version)).encrypt(nonce, plaintext.encode(), head + row.encode())


def unseal(name: str, sealed: bytes, *, row: str) -> Secret:
    """Open what was sealed for a row."""
    head, nonce, body = sealed[:5], sealed[5 : 5 + NONCE], sealed[5 + NONCE :]
    if head[:1] != FORMAT or len(body) < TAG:
        raise KeyFault("This was not sealed by the house.")
    key = AESGCM(_raw(name, int.from_bytes(head[1:], "big")))
    try:
        return Secret(key.decrypt(nonce, body, head + row.encode()).decode())
    except InvalidTag as error:
        raise KeyFault("This was changed since it was sealed, or belongs to another row.") from error
