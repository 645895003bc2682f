"""What does a binary record of the X.509 world say? The strict reading of DER, one spelling for one value (X.690)."""

from __future__ import annotations

from dataclasses import dataclass

INTEGER, OCTETS, OID, MOMENT, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31
LONG, MANY = 0x80, 0x1F


class BadDer(ValueError):
    """The bytes are not DER, or not the record that they should be."""


@dataclass(frozen=True)
class Element:
    """One value: its tag, its contents, and both as they stand in the file."""

    tag: int
    body: bytes
    raw: bytes


def elements(raw: bytes) -> list[Element]:
    """Read values one after another to the end. Raises BadDer."""
    found, at = [], 0
    while at < len(raw):
        start, size = _length(raw, at)
        end = start + size
        if raw[at] & MANY == MANY or end > len(raw):
            raise BadDer("A value is cut off, or its tag is of an unknown kind.")
        found.append(Element(raw[at], raw[start:end], raw[at:end]))
        at = end
    return found


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """Say where a value's contents begin, and how many bytes they have; only the shortest spelling is DER (X.690, 10.1)."""
    if at + 2 > len(raw):
        raise BadDer("A value is cut off.")
    told = raw[at + 1]
    if told < LONG:
        return at + 2, told
    count = told - LONG
    size = int.from_bytes(raw[at + 2 : at + 2 + count], "big")
    if not 0 < count <= 4 or size < LONG or size >> 8 * (count - 1) == 0:  # noqa: PLR2004 - four bytes are 4 GiB
        raise BadDer("A length is not in its shortest form.")
    return at + 2 + count, size


def inside(one: Element, *tags: int) -> list[Element]:
    """Give what lies in a sequence, a set or a wrapping, which must begin with values of these tags. Raises BadDer."""
    found = elements(one.body)
    if [each.tag for each in found[: len(tags)]] != list(tags):
        raise BadDer("A record does not hold what it should.")
    return found


def only(raw: bytes, tag: int) -> Element:
    """Read one value of a tag, and nothing after it. Raises BadDer."""
    found = elements(raw)
    if [each.tag for each in found] != [tag]:
        raise BadDer("A record is not the one that it should be.")
    return found[0]
