"""Each guard of the verifier is needed: here is what would pass without it."""

import io
import json
import zlib

import pytest

from longstone.kernel.ledger import notes
from tests.verifier.building import BAG, ERIN, KEY, ORIGIN, Force, custody, entries, entry, pack, sha, unpack
from verifier import bundle, container, note
from verifier.container import BadContainer, Container, Member
from verifier.records import Failed

VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))


def failure(whole):
    with pytest.raises(Failed) as failed:
        bundle.check(io.BytesIO(whole), key=VKEY)
    return str(failed.value)


def laid(*members, between=b"", after=b""):
    """Lay empty members one after another in the order given, with bytes that should not be there."""
    body, directory = b"", b""
    for name in members:
        member = Member(name, 0, 0, len(body))
        body += container.local_header(member) + (between if name != members[-1] else b"")
        directory += container.central_header(member)
    directory += after
    return body + directory + container.tail(len(members), len(directory), len(body))


def test_members_out_of_the_order_of_their_names_are_refused():
    assert list(Container(io.BytesIO(laid("bag/a", "bag/b"))).members) == ["bag/a", "bag/b"]
    with pytest.raises(BadContainer, match="out of order at 'bag/a'"):
        Container(io.BytesIO(laid("bag/b", "bag/a")))


def test_a_name_told_twice_is_refused():
    with pytest.raises(BadContainer, match="out of order at 'bag/a'"):
        Container(io.BytesIO(laid("bag/a", "bag/a")))


def test_bytes_hidden_between_two_members_are_found():
    with pytest.raises(BadContainer, match="out of order at 'bag/b'"):
        Container(io.BytesIO(laid("bag/a", "bag/b", between=b"hidden")))


def test_bytes_hidden_after_the_directory_are_found():
    with pytest.raises(BadContainer, match="something between"):
        Container(io.BytesIO(laid("bag/a", after=b"hidden")))


def test_more_members_than_a_bundle_can_have_are_refused_before_they_are_read():
    with pytest.raises(BadContainer, match="does not fit the file"):
        Container(io.BytesIO(container.tail(container.MOST + 1, 0, 0)))


def one(crc):
    member = Member("bag/a", crc, 5, 0)
    head, directory = container.local_header(member) + b"hello", container.central_header(member)
    return Container(io.BytesIO(head + directory + container.tail(1, len(directory), len(head))))


def test_bytes_that_do_not_fit_their_crc_are_refused():
    assert one(zlib.crc32(b"hello")).digest("bag/a") == sha(b"hello")
    with pytest.raises(BadContainer, match="The bytes of 'bag/a' have changed"):
        one(1).digest("bag/a")


def test_a_record_larger_than_it_may_be_is_refused_before_it_is_read():
    with pytest.raises(BadContainer, match="'bag/a' is larger than the 4 bytes"):
        one(zlib.crc32(b"hello")).small("bag/a", 4)


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_manifest_that_says_too_much_is_refused(name):
    files = unpack(Force().zip())
    files[name] += b"0" * 64 + b"  data/about.txt\n"
    body, directory = b"", b""
    for path in sorted(files):
        member = Member(f"{BAG}/{path}", zlib.crc32(files[path]), len(files[path]), len(body))
        body += container.local_header(member) + files[path]
        directory += container.central_header(member)

    said = failure(body + directory + container.tail(len(files), len(directory), len(body)))

    assert "manifest-sha256.txt" in said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\n" * 100_001, "too many"),
        (b'{"a":"' + b"x" * ((1 << 20) - 7) + b'"}more\n', "Line 1 of data/ledger/entries.jsonl is longer than 1 MiB"),
    ],
)
def test_entries_beyond_the_limits_are_refused(raw, said):
    assert said in failure(pack({**unpack(Force().zip()), "data/ledger/entries.jsonl": raw}))


@pytest.mark.parametrize("told", [{"included": False}, {"path": None}, {"path": "data/about.txt"}])
def test_a_copy_that_lies_elsewhere_than_it_is_said_to_is_refused(told):
    copies = [{**json.loads(unpack(Force().zip())["data/bundle.json"])["copies"][0], **told}]

    assert "does not say rightly where the copy" in failure(Force(header={"copies": copies}).zip())


def test_a_copys_crc_in_the_zip_is_the_one_that_the_ledger_bound():
    """Nobody computes it from the bytes, so it is compared; here the zip is otherwise all in order."""
    files, path = unpack(Force().zip()), next(one for one in unpack(Force().zip()) if one.startswith("data/objects/"))
    body, directory = b"", b""
    for name in sorted(files):
        crc = zlib.crc32(files[name]) ^ (name == path)
        member = Member(f"{BAG}/{name}", crc, len(files[name]), len(body))
        body += container.local_header(member) + files[name]
        directory += container.central_header(member)

    said = failure(body + directory + container.tail(len(files), len(directory), len(body)))

    assert f"{path} has another CRC-32 in the zip than data/bundle.json says" in said


def test_a_copy_that_is_not_handed_out_has_no_crc():
    copies = [{**json.loads(unpack(Force(copies=False).zip())["data/bundle.json"])["copies"][0], "crc32": "0" * 8}]

    assert "has another CRC-32" in failure(Force(copies=False, header={"copies": copies}).zip())


def test_a_catalogue_is_the_one_of_its_digest():
    files = unpack(Force().zip())
    path = next(one for one in files if one.startswith("data/catalogues/"))

    assert f"{path} is not the catalogue" in failure(pack({**files, path: b"{}"}))


def test_custody_cannot_begin_by_being_accepted():
    told = entry(0, "exhibit.accepted", ERIN, **custody(1, "*", "held"))

    assert "Step 1 was accepted by 'Erin Example'" in failure(Force(story=[told, *entries()[1:]]).zip())


def test_nobody_in_particular_cannot_accept():
    told = entries()
    told[3]["facts"]["custody"]["offered_to"] = None
    told[4]["by"] = {"id": None, "name": "a machine"}

    assert "Step 3 was accepted by 'a machine'" in failure(Force(story=told).zip())


def test_without_a_key_a_checkpoint_of_another_ledger_still_shows_nothing(desk):
    force = Force(consistency=(5,))
    whole = desk.file("bundle.zip", force.zip())
    other = force.checkpoint(5).replace(ORIGIN, "other.example/log")

    assert desk.run(whole, "--since", desk.file("own", force.checkpoint(5)))[0] == 3
    assert desk.run(whole, "--since", desk.file("other", other))[0] == 2


def test_an_empty_ledger_shows_nothing_even_with_a_proof(desk):
    force = Force()
    whole = force.zip()
    empty = notes.sign_checkpoint(origin=ORIGIN, size=0, root=bytes(32), key=KEY)

    code, said = desk.check(whole, "--since", desk.file("old", empty), "--proof", desk.file("proof", b""))

    assert code == 2
    assert "empty ledger" in said


def test_a_proof_that_somebody_spoiled_in_the_bundle_is_named(desk):
    force = Force(consistency=(5,))
    files = unpack(force.zip())
    whole = pack({**files, "data/ledger/consistency/5": b"A" * 43 + b"=\n"})

    assert desk.check(whole)[0] == 0
    code, said = desk.check(whole, "--since", desk.file("old", force.checkpoint(5)))

    assert code == 1
    assert "data/ledger/consistency/5 was spoiled" in said


def test_without_a_key_no_ledger_is_called_signed(desk):
    said = desk.run(desk.file("bundle.zip", Force().zip()))[1]

    assert "signed" not in said.partition("Checks")[2].partition("NOT AUTHENTICATED")[0]


@pytest.mark.parametrize(("bad", "code"), [(b"", 0), (b"x", 1)])
def test_an_output_that_was_closed_beforehand_changes_nothing_in_the_verdict(desk, monkeypatch, bad, code):
    monkeypatch.setattr("sys.stdout", None)

    from verifier.__main__ import main

    whole = desk.file("bundle.zip", Force().zip() + bad)
    assert main([str(whole), "--key", str(desk.key)]) == code
