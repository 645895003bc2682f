"""Is this workbook safe to open, and where is its first sheet? Looked through before anything interprets it.

The zip's directory is held to limits first; then every part is unpacked once, counted as it comes, and parsed with no document type,
no entity and nothing from outside. What is told of merged cells comes from here too, for a reader that streams never hears of them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from longstone.kernel.imports.sheets.limits import Limits
from longstone.kernel.imports.sheets.rows import BadSheet

AGAIN = "Open it in your spreadsheet program and save it again as .xlsx, or as CSV."
MERGED = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?", re.ASCII)


class _Counted:
    """A part of the workbook as it is unpacked: what comes is counted, whatever the directory says."""

    def __init__(self, part: IO[bytes], left: list[int]) -> None:
        self.part, self.left = part, left

    def read(self, size: int = -1) -> bytes:
        block = self.part.read(size if size > 0 else 1 << 16)
        self.left[0] -= len(block)
        if self.left[0] < 0:
            raise BadSheet(f"Unpacked, the workbook is larger than it may be. {AGAIN}")
        return block


def look_through(untrusted: BinaryIO, limits: Limits) -> dict[str, list[str]]:
    """Refuse a workbook that is not safe to open; give the merged ranges of each of its parts."""
    try:
        with zipfile.ZipFile(untrusted) as archive:
            _directory(archive, limits)
            left = [limits.unpacked]
            return {one: list(_merged(archive, one, left)) for one in archive.namelist() if _is_xml(one)}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise BadSheet(f"This is no whole workbook: {fault}. {AGAIN}") from fault


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _directory(archive: zipfile.ZipFile, limits: Limits) -> None:
    members = archive.infolist()
    if len(members) > limits.members:
        raise BadSheet(f"The workbook has {len(members):,} parts; {limits.members:,} is the most. {AGAIN}")
    names = [one.filename for one in members]
    if len(set(names)) != len(names):
        raise BadSheet(f"The workbook has two parts of one name. {AGAIN}")
    if any(one.flag_bits & 1 for one in members):
        raise BadSheet("The workbook is protected with a password. Take the password off, and send it again.")
    unpacked = sum(one.file_size for one in members)
    if unpacked > limits.unpacked:
        told = f"Unpacked, the workbook would be {unpacked >> 20:,} MB; {limits.unpacked >> 20} MB is the most. {AGAIN}"
        raise BadSheet(told)


def _merged(archive: zipfile.ZipFile, name: str, left: list[int]) -> Iterator[str]:
    try:
        with archive.open(name) as part:
            for _, node in iterparse(_Counted(part, left), events=("end",), forbid_dtd=True):
                yield from _range(node)
                node.clear()
    except DefusedXmlException as fault:
        raise BadSheet(f"The part {name[:80]} declares entities, which no honest workbook does. {AGAIN}") from fault
    except (ParseError, UnicodeError, ValueError, LookupError) as fault:
        raise BadSheet(f"The part {name[:80]} of the workbook is damaged: {fault}. {AGAIN}") from fault


def _range(node: Any) -> Iterator[str]:
    if str(node.tag).endswith("}mergeCell"):
        yield str(node.get("ref", ""))


def cells_of(ranges: list[str]) -> Iterator[tuple[range, range, str]]:
    """Give rows and columns (from 1, from 0) of merged ranges, each with its name."""
    for told in ranges:
        if found := MERGED.fullmatch(told):
            left, top, right, bottom = found.groups()
            rows = range(int(top), int(bottom or top) + 1)
            yield rows, range(_number(left), _number(right or left) + 1), told


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
