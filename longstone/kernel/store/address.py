"""Where does this house keep its bytes, and with whose key? One setting says it; no key has a default.

    LONGSTONE_STORE=                                                     the folder `store` of the house
    LONGSTONE_STORE=/path/of/a/folder
    LONGSTONE_STORE=s3://bucket?endpoint=https://s3.force.example&region=eu-west-2

The key of a bucket comes from LONGSTONE_STORE_KEY and LONGSTONE_STORE_SECRET, or from a file of mode 0600 that
LONGSTONE_STORE_CREDENTIALS names, with one line `key=…` and one line `secret=…`.
"""

from __future__ import annotations

import ipaddress
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from longstone.kernel.store.disk import StoreFault

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
KNOWN = {"endpoint", "region", "plain_http"}


@dataclass(frozen=True)
class Bucket:
    """A bucket of an S3-compatible store, and the key to it."""

    name: str
    endpoint: str
    region: str
    key: str
    secret: str = field(repr=False)
    plain: bool = False

    @property
    def address(self) -> str:
        """Say where it is, without its key."""
        return f"s3://{self.name} at {self.endpoint}"


def bucket(setting: str, env: Mapping[str, str]) -> Bucket:
    """Read the address of a bucket and find its key; refuse what is not sound."""
    parts = urlsplit(setting)
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    _refuse_unknown(setting, parts.scheme, told)
    if not BUCKET.fullmatch(parts.netloc) or parts.path not in {"", "/"}:
        raise StoreFault("LONGSTONE_STORE names no bucket. Write s3://bucket?endpoint=https://…&region=….")
    plain = _plain(told.get("endpoint", ""), told.get("plain_http") == "yes")
    key, secret = _credentials(env)
    return Bucket(parts.netloc, told["endpoint"].rstrip("/"), told["region"], key, secret, plain)


def _refuse_unknown(setting: str, scheme: str, told: Mapping[str, str]) -> None:
    if scheme != "s3":
        raise StoreFault(f"LONGSTONE_STORE is {setting[:80]!r}. Write a folder, or s3://bucket?endpoint=…&region=….")
    if unknown := set(told) - KNOWN:
        raise StoreFault(f"LONGSTONE_STORE has {', '.join(sorted(unknown))}, which means nothing. Take it out.")
    if missing := {"endpoint", "region"} - {name for name, value in told.items() if value}:
        raise StoreFault(f"LONGSTONE_STORE does not say its {' and '.join(sorted(missing))}.")


def _plain(endpoint: str, allowed: bool) -> bool:  # noqa: FBT001 - the setting's own yes or no
    """Say whether the endpoint speaks plain HTTP, and refuse it where others could listen."""
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.username:
        raise StoreFault("The endpoint of LONGSTONE_STORE is not an address such as https://s3.force.example.")
    if parts.scheme == "https":
        return False
    if not (allowed or _loopback(parts.hostname)):
        raise StoreFault(
            "The endpoint of LONGSTONE_STORE speaks plain HTTP to another machine: anybody between could read the evidence. "
            "Use https, or add plain_http=yes if the line is protected otherwise."
        )
    return True


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _credentials(env: Mapping[str, str]) -> tuple[str, str]:
    if path := env.get("LONGSTONE_STORE_CREDENTIALS"):
        told = _read(Path(path))
        key, secret = told.get("key", ""), told.get("secret", "")
    else:
        key, secret = env.get("LONGSTONE_STORE_KEY", ""), env.get("LONGSTONE_STORE_SECRET", "")
    if not (key and secret):
        raise StoreFault(
            "The bucket's key is not given. Set LONGSTONE_STORE_KEY and LONGSTONE_STORE_SECRET, or LONGSTONE_STORE_CREDENTIALS."
        )
    return key, secret


def _read(path: Path) -> dict[str, str]:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StoreFault(f"Others can read {path}. Set its mode to 0600, and change the bucket's key.")
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise StoreFault(f"{path} with the bucket's key cannot be read: {error.strerror}.") from error
    pairs = (line.partition("=") for line in lines if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}
