"""DER has one spelling for one value; every other is refused."""

import pytest

from verifier import der
from verifier.der import INTEGER, OCTETS, OID, SEQUENCE, BadDer


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_a_length_is_read_in_its_shortest_form(size):
    count = (size.bit_length() + 7) // 8
    length = bytes([size]) if size < 128 else bytes([128 + count]) + size.to_bytes(count, "big")

    one = der.only(bytes([OCTETS]) + length + bytes(size), OCTETS)

    assert (one.body, len(one.raw)) == (bytes(size), 1 + len(length) + size)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x04\x81\x01x",  # a long form where the short one would do
        b"\x04\x82\x00\x80" + bytes(128),  # a leading zero
        b"\x04\x80x\x00\x00",  # without a length
        b"\x04\x85\x01\x00\x00\x00\x00",  # more than four bytes of length
        b"\x04\x02x",  # cut off
        b"\x04\x82\x01",
        b"\x04",
        b"\x1f\x81\x01\x00",  # a tag of several bytes
    ],
)
def test_any_other_spelling_is_refused(raw):
    with pytest.raises(BadDer):
        der.elements(raw)


def test_a_record_holds_what_it_should_and_nothing_follows_it():
    raw = b"\x30\x06\x02\x01\x05\x04\x01x"

    assert [one.tag for one in der.inside(der.only(raw, SEQUENCE), INTEGER, OCTETS)] == [INTEGER, OCTETS]
    for told in (raw + b"\x00\x00", raw + raw, b""):
        with pytest.raises(BadDer, match="not the one"):
            der.only(told, SEQUENCE)
    for tags in ((OID,), (INTEGER, OCTETS, OID)):
        with pytest.raises(BadDer, match="does not hold what it should"):
            der.inside(der.only(raw, SEQUENCE), *tags)
