"""How is a name that may not be text kept so that nothing of it is lost?

A name that is good UTF-8 is kept as it is. Any other is escaped: each backslash is doubled and each byte that is
not text is written `\\xNN`; the row then says `escaped`, and `as_bytes` gives back exactly what was on the disk.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ESCAPE = re.compile(rb"\\(?:\\|x([0-9a-f]{2}))")


class Place(NamedTuple):
    """The path of a folder within one volume: as text, as what comes before its names, and as raw components.

    `escaped` speaks for the whole path.
    """

    text: str
    prefix: str
    escaped: bool
    raw: tuple[bytes, ...]

    def beneath(self, name: bytes) -> tuple[str, str, bool]:
        """Path and name of an entry of this folder as text, and whether they are escaped."""
        try:
            plain = name.decode()
        except UnicodeDecodeError:
            return self._escaped(name)
        if self.escaped or "/" in plain:
            return self._escaped(name)
        return self.prefix + plain, plain, False

    def _escaped(self, name: bytes) -> tuple[str, str, bool]:
        last = escape(name)
        return "/".join([*(escape(part) for part in self.raw), last]), last, True

    def child(self, name: bytes) -> Place:
        """The folder of a name directly beneath this one."""
        text, _, escaped = self.beneath(name)
        return Place(text, text + "/", escaped, (*self.raw, name))


ROOT = Place("/", "", escaped=False, raw=())


def escape(name: bytes) -> str:
    """Write a name so that `as_bytes` can give it back."""
    doubled = name.replace(b"\\", b"\\\\").replace(b"/", b"\\x2f")
    return doubled.decode("utf-8", "backslashreplace")


def as_bytes(text: str, *, escaped: bool) -> bytes:
    """The bytes of one component of a path, as they were on the disk.

    `text` is one name from a catalogue and `escaped` the flag of its row.
    """
    raw = text.encode()
    return ESCAPE.sub(_unescaped, raw) if escaped else raw


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode()) if found[1] else b"\\"
