"""Only one zip can hold given files: nothing hides between, before or after them."""

import io
import zipfile
from dataclasses import replace

import pytest

from tests.verifier.building import Force
from verifier import container
from verifier.container import BadContainer, Container, Member

GIB = 1 << 30


class Hollow(io.RawIOBase):
    """A stream of many gigabytes of which only some pieces are not zero."""

    def __init__(self, pieces, length):
        self.pieces, self.length, self.place = pieces, length, 0

    def seek(self, place, whence=0):
        self.place = place + (0, self.place, self.length)[whence]
        return self.place

    def read(self, size=-1):
        left = max(0, self.length - self.place)
        size = left if size < 0 else min(size, left)
        found = bytearray(size)
        for at, told in self.pieces.items():
            first, last = max(at, self.place), min(at + len(told), self.place + size)
            if first < last:
                found[first - self.place : last - self.place] = told[first - at : last - at]
        self.place += size
        return bytes(found)


def hollow(*sizes):
    """Lay out members of zero bytes, as our writer would."""
    at, members, pieces = 0, [], {}
    for number, size in enumerate(sizes):
        member = Member(f"bag/{number}", 0, size, at)
        members.append(member)
        pieces[at] = container.local_header(member)
        at += len(pieces[at]) + size
    directory = b"".join(container.central_header(one) for one in members)
    pieces[at] = directory + container.tail(len(members), len(directory), at)
    return Hollow(pieces, at + len(pieces[at])), members


@pytest.mark.parametrize("sizes", [(), (0,), (1, 2), (5 * GIB,), (3 * GIB, 3 * GIB, 7), (0xFFFFFFFE,), (0xFFFFFFFF, 1)])
def test_sizes_beyond_four_gigabytes_are_read_and_other_tools_agree(sizes):
    stream, members = hollow(*sizes)

    assert list(Container(stream).members.values()) == members
    with zipfile.ZipFile(stream) as other:
        told = [(one.filename, one.file_size, one.header_offset) for one in other.infolist()]
    assert told == [(one.name, one.size, one.offset) for one in members]


def test_zip64_is_there_only_where_a_number_needs_it():
    small, big = Member("bag/x", 0, 7, 7), Member("bag/x", 0, 5 * GIB, 5 * GIB)

    assert [len(container.local_header(one)) for one in (small, big)] == [35, 55]
    assert [len(container.central_header(one)) for one in (small, big)] == [51, 79]
    assert len(container.tail(2, 100, 100)) == 22
    assert len(container.tail(65535, 100, 100)) == 98


def test_an_offset_beyond_four_gigabytes_is_checked_in_its_extra_field():
    stream, members = hollow(5 * GIB, 1)
    directory = max(stream.pieces)
    place = directory + len(container.central_header(members[0])) + len(container.central_header(members[1])) - 1
    told = bytearray(stream.pieces[directory])
    told[place - directory] ^= 1
    stream.pieces[directory] = bytes(told)

    with pytest.raises(BadContainer):
        Container(stream)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda z: z + b"x",
        lambda z: b"x" + z,
        lambda z: z[:-1],
        lambda z: z[:100],
        lambda z: b"",
        lambda z: z[:-2] + b"\x01\x00x",
        lambda z: z[:500] + b"\x00" + z[500:],
    ],
)
def test_a_byte_more_or_less_is_damage(spoil):
    with pytest.raises(BadContainer):
        Container(io.BytesIO(spoil(Force().zip())))


@pytest.mark.parametrize(
    "name",
    ["/etc/x", "bag/../x", "bag//x", "bag/", "", "bag\\x", "bag/.x", "C:/x", "bag/\u202etxt", "bag/a\nb", "x" * 401],
)
def test_a_name_that_leads_elsewhere_is_refused(name):
    member = Member(name, 0, 0, 0)
    head = container.local_header(member)
    directory = container.central_header(member)
    whole = head + directory + container.tail(1, len(directory), len(head))

    assert not container.sound(name)
    with pytest.raises(BadContainer, match="at byte"):
        Container(io.BytesIO(whole))


HUGE = 1 << 63


def laid(members, *, heads=None, hidden=b"", count=None):
    """Lay members out as they say they lie, with something hidden at the end of the directory."""
    heads = b"".join(container.local_header(one) for one in members) if heads is None else heads
    directory = b"".join(container.central_header(one) for one in members) + hidden
    count = len(members) if count is None else count
    return heads + directory + container.tail(count, len(directory), len(heads))


A, B, C = Member("bag/a", 0, 0, 0), Member("bag/b", 0, 0, 35), Member("bag/c", 0, 0, 70)
HEAD_A, HEAD_B, HEAD_C = map(container.local_header, (A, B, C))
LINK = container.central_header(C).replace(container.FILE.to_bytes(4, "little"), (0o120777 << 16).to_bytes(4, "little"))


@pytest.mark.parametrize(
    "whole",
    [
        laid([B, A, C], heads=HEAD_A + HEAD_B + HEAD_C),
        laid([replace(B, offset=0), replace(A, offset=35), C]),
        laid([A, replace(A, offset=35), C]),
        laid([A, A, replace(B, offset=35)], heads=HEAD_A + HEAD_B),
        laid([A, replace(C, offset=35 + 6)], heads=HEAD_A + b"hidden" + HEAD_C),
        laid([replace(A, offset=6)], heads=b"hidden" + HEAD_A),
        laid([A, B], heads=HEAD_A + HEAD_B + b"hidden"),
        laid([A, B], hidden=b"hidden"),
        laid([A, B], hidden=container.central_header(C), count=2),
        laid([A, B], count=3),
        laid([A, B], count=1),
        laid([A, B], hidden=LINK, heads=HEAD_A + HEAD_B + HEAD_C, count=3),
        laid([A, replace(B, size=9)], heads=HEAD_A + HEAD_B),
        laid([A, replace(B, crc=9)], heads=HEAD_A + HEAD_B),
        laid([A, B], heads=HEAD_A + HEAD_A),
        laid([replace(A, size=HUGE), replace(B, offset=HUGE + 55)]),
        laid([A, replace(B, offset=HUGE)]),
        laid([A], count=container.MOST + 1, hidden=b"x"),
    ],
)
def test_another_layout_of_the_same_files_is_refused(whole):
    with pytest.raises(BadContainer, match=r"at byte|, byte|, by byte"):
        Container(io.BytesIO(whole))


def test_bytes_that_are_not_the_headers_own_are_found():
    body = container.local_header(Member("bag/a", 9, 3, 0)) + b"abc"
    opened = Container(io.BytesIO(laid([Member("bag/a", 9, 3, 0)], heads=body)))

    with pytest.raises(BadContainer, match="The bytes of 'bag/a' have changed"):
        opened.digest("bag/a")
    with pytest.raises(BadContainer, match="larger than the 2 bytes"):
        opened.small("bag/a", 2)
    with pytest.raises(BadContainer, match="missing"):
        opened.small("bag/b", 2)


def test_a_file_that_shrinks_while_it_is_read_is_cut_off():
    stream = io.BytesIO(Force().zip())
    opened = Container(stream)
    stream.truncate(50)

    with pytest.raises(BadContainer, match="cut off while it was read"):
        opened.digest("ABC_1-7/data/bundle.json")


def test_the_same_files_in_the_one_layout_are_read():
    assert list(Container(io.BytesIO(laid([A, B, C]))).members.values()) == [A, B, C]
