"""In which encoding is a file of text written? By a stated rule, or it is refused with its line and byte.

1. A byte order mark says it: UTF-8, or UTF-16 of either order. 2. Without one, what is valid UTF-8 throughout is UTF-8.
3. What is not, and has no byte that Windows-1252 does not know, is Windows-1252. 4. Anything else is refused; so is a NUL.
The file is read through once in blocks, however long its lines are, and its bytes and its longest line are counted.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from longstone.kernel.imports.sheets.limits import Limits
from longstone.kernel.imports.sheets.rows import BadSheet

BLOCK = 1 << 16
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
NOT_1252 = re.compile(b"[\x81\x8d\x8f\x90\x9d]")
AGAIN = "Save the sheet again as “CSV UTF-8” and send that."


class Place:
    """Where a reading is: its line, and what has passed of that line and of the whole."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.line, self.passed, self.total = 1, 0, 0

    def over(self, part: bytes | str, end: bytes | str) -> None:
        """Go over a part, and refuse a line or a file that is too long."""
        *ended, begun = part.split(end)  # type: ignore[arg-type]  # both bytes or both text
        for one in ended:
            self._longer(len(one))
            self.line, self.passed = self.line + 1, 0
        self._longer(len(begun))
        self.total += len(part)
        if self.total > self.limits.bytes:
            told = f"At line {self.line} the file is larger than {self.limits.bytes >> 20} MB. Bring it in in parts."
            raise BadSheet(told)

    def _longer(self, by: int) -> None:
        self.passed += by
        if self.passed > self.limits.line:
            told = f"Line {self.line} is longer than {self.limits.line >> 20} MB. No list of records has such a line: is it the right file?"
            raise BadSheet(told)

    def of(self, block: bytes, at: int) -> tuple[int, int]:
        """Say line and byte, both from 1, of a byte of the block that begins here."""
        before = block[:at]
        line = self.line + before.count(b"\n")
        return line, (at - before.rfind(b"\n") if b"\n" in before else self.passed + at + 1)


def encoding_of(untrusted: BinaryIO, limits: Limits) -> str:
    """Say how a file is encoded, by the rule above; it is read through, and left at its end."""
    first = untrusted.read(len(codecs.BOM_UTF8))
    untrusted.seek(0)
    marked = next((name for mark, name in MARKS if first.startswith(mark)), "")
    return _sixteen(untrusted, limits) if marked == "utf-16" else _eight(untrusted, limits, marked=bool(marked))


def _blocks(untrusted: BinaryIO) -> Iterator[bytes]:
    while block := untrusted.read(BLOCK):
        yield block


def _sixteen(untrusted: BinaryIO, limits: Limits) -> str:
    place, decoder, passed = Place(limits), codecs.getincrementaldecoder("utf-16")(), 0
    for block in (*_blocks(untrusted), b""):
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as fault:
            raise BadSheet(_no_sixteen(place.line, passed, block, fault)) from fault
        passed += len(block)
        if "\0" in text:
            line = place.line + text[: text.index("\0")].count("\n")
            raise BadSheet(f"Line {line} holds a NUL, which no text has. {AGAIN}")
        place.over(text, "\n")
    return "utf-16"


def _no_sixteen(line: int, passed: int, block: bytes, fault: UnicodeDecodeError) -> str:
    sound = fault.object[: fault.start]
    begun = passed - (len(fault.object) - len(block))  # where in the file what was decoded begins
    lines = sound.count(b"\n\0") or sound.count(b"\0\n")
    return f"Line {line + lines}, byte {begun + fault.start + 1} of the file, is no UTF-16, as its first bytes say it is. {AGAIN}"


class _Eight:
    """What one reading of single bytes finds: the first place that is no UTF-8, and the first that is no Windows-1252."""

    def __init__(self, limits: Limits) -> None:
        self.place, self.decoder = Place(limits), codecs.getincrementaldecoder("utf-8")()
        self.not_utf8: tuple[int, int, int] | None = None
        self.not_1252: tuple[int, int, int] | None = None

    def look(self, block: bytes) -> None:
        """Look at one block."""
        if b"\0" in block:
            line, byte = self.place.of(block, block.index(b"\0"))
            raise BadSheet(f"Line {line}, byte {byte}, is a NUL, which no text has. {AGAIN}")
        if self.not_1252 is None and (found := NOT_1252.search(block)):
            self.not_1252 = (*self.place.of(block, found.start()), found[0][0])
        self.decode(block, final=False)
        self.place.over(block, b"\n")

    def decode(self, block: bytes, *, final: bool) -> None:
        """Try whether it is UTF-8 so far."""
        if self.not_utf8 is not None:
            return
        try:
            self.decoder.decode(block, final=final)
        except UnicodeDecodeError as fault:
            kept = len(fault.object) - len(block)  # bytes of a sign that the block before began
            line, byte = self.place.of(block, max(fault.start - kept, 0))
            self.not_utf8 = (line, byte, fault.object[fault.start])


def _eight(untrusted: BinaryIO, limits: Limits, *, marked: bool) -> str:
    seen = _Eight(limits)
    for block in _blocks(untrusted):
        seen.look(block)
    seen.decode(b"", final=True)
    if seen.not_utf8 is None:
        return "utf-8-sig" if marked else "utf-8"
    if not marked and seen.not_1252 is None:
        return "cp1252"
    line, byte, value = seen.not_utf8 if marked or seen.not_1252 is None else seen.not_1252
    known = "UTF-8, as the file's first bytes say it is" if marked else "UTF-8 or Windows-1252"
    raise BadSheet(f"Line {line}, byte {byte}, is 0x{value:02x}, which is not {known}. {AGAIN}")
