"""Whatever is done to a bundle without the force's key is found, and the item is named."""

import io
import json
import random
import re
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from longstone.kernel.ledger import notes
from tests.faults import found
from tests.verifier.building import BAG, ERIN, KEY, ORIGIN, OTHER, Force, entries, entry, pack, sha, unpack
from verifier import bundle, container, note
from verifier.records import Failed

VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))
WHOLE = Force(cosigned=True, consistency=(4, 5)).zip()
LARGE = 8 << 20


def verdict(whole):
    """Check a bundle: nothing if it is verified, else what was said."""
    try:
        bundle.check(io.BytesIO(whole), key=VKEY)
    except Failed as failed:
        return str(failed)
    return None


def regions(whole):
    """Say for each member where its bytes lie."""
    opened = container.Container(io.BytesIO(whole))
    starts = {name: one.offset + len(container.local_header(one)) for name, one in opened.members.items()}
    return {name.partition("/")[2]: (at, at + opened.members[name].size) for name, at in starts.items()}


def owner(places, place):
    """Name whose byte it is: a member's, or the container's own."""
    return next((name for name, (first, last) in places.items() if first <= place < last), None)


def names_it(said, path):
    """Say whether the words name the member that was changed; or, of the container's bytes, a byte or a member."""
    if said is None:
        return False
    return path in said if path else re.search(r"byte \d+", said) is not None or f"'{BAG}/" in said


def spoiled(whole, places, places_and_bits):
    """Flip one bit after another; give those of which nothing, or not the right thing, was said."""
    raw, wrong = bytearray(whole), []
    for place, bit in places_and_bits:
        raw[place] ^= 1 << bit
        said = verdict(raw)
        raw[place] ^= 1 << bit
        if not names_it(said, owner(places, place)):
            wrong.append((place, said))
    return wrong


@pytest.mark.slow
def test_no_changed_byte_of_a_small_bundle_goes_unseen():
    draw = random.Random(1)

    wrong = spoiled(WHOLE, regions(WHOLE), [(place, draw.randrange(8)) for place in range(len(WHOLE))])

    found("single-bit changes", "bundle, every byte", len(WHOLE), len(WHOLE) - len(wrong))
    assert wrong == []


@pytest.mark.slow
def test_no_changed_bit_of_a_large_bundle_goes_unseen():
    """Half the places are drawn from all bytes, half from all members alike, so that the small ones have their turn."""
    draw, copy = random.Random(2), random.Random(3).randbytes(LARGE)
    story = entries(copy) + [entry(10 + n % 50, "exhibit.noted", ERIN, note=n) for n in range(150)]
    story = [{**one, "id": f"{n:08}-0000-0000-0000-000000000000"} for n, one in enumerate(story)]
    whole = Force(story=story, copy=copy).zip()
    places = regions(whole)
    members = [one for one in places.values() if one[0] < one[1]]
    chosen = [draw.randrange(len(whole)) for _ in range(500)] + [
        draw.randrange(*draw.choice(members)) for _ in range(500)
    ]

    wrong = spoiled(whole, places, [(place, draw.randrange(8)) for place in chosen])

    found("single-bit changes", "bundle of 8 MiB and 157 entries, sampled", 1000, 1000 - len(wrong))
    assert verdict(whole) is None
    assert wrong == []


FILES = unpack(WHOLE)
PAYLOAD = sorted(path for path in FILES if "manifest-" not in path and path != "data/ledger/consistency/4")


def each(kind, changes):
    """Do each change; all must be found and named."""
    said = {name: verdict(changed) for name, changed in changes}
    wrong = [name for name, told in said.items() if told is None or name not in told]
    found(kind, "bundle", len(said), len(said) - len(wrong))
    assert wrong == [], {name: said[name] for name in wrong}


def test_a_member_that_was_removed_is_missed():
    gone = [path for path in PAYLOAD if path != "data/ledger/consistency/5"]  # it shows itself, where it is used

    each("members removed", [(path, pack({name: raw for name, raw in FILES.items() if name != path})) for path in gone])


def test_a_member_that_was_removed_and_nothing_else_put_in_order_is_missed():
    each(
        "members removed, manifests not",
        [(path, bare({n: r for n, r in FILES.items() if n != path})) for path in FILES],
    )


def bare(files):
    """Lay files out as they are, with nothing derived anew."""
    body, directory = b"", b""
    for path in sorted(files):
        member = container.Member(f"{BAG}/{path}", zlib.crc32(files[path]), len(files[path]), len(body))
        body += container.local_header(member) + files[path]
        directory += container.central_header(member)
    return body + directory + container.tail(len(files), len(directory), len(body))


EXTRA = [
    "data/objects/" + "0" * 64, "data/objects/" + sha(b"x"), "data/planted.exe", "fetch.txt", "manifest-sha512.txt", "data/x/y",
    "data/ledger/tokens/1.tsr", "data/ledger/tokens/0.tsr", "data/ledger/proofs/x.tlog-proof", "data/catalogues/" + "0" * 64
    + "/manifest.json", "data/ledger/consistency/6", "__MACOSX/x", "data/ledger/" + "proofs/" + "0" * 36 + ".tlog-proof",
]  # fmt: skip


def test_a_member_that_was_added_is_named():
    each("members added", [(path, bare({**FILES, path: b"x"})) for path in EXTRA])
    each("members added, in order", [(path, pack({**FILES, path: b"x"})) for path in EXTRA if "manifest-" not in path])


def test_members_that_changed_places_or_names_are_named():
    swapped = [(path, pack({**FILES, path: FILES["data/about.txt"]})) for path in PAYLOAD if path != "data/about.txt"]
    renamed = [
        (f"{path}x", bare({**{n: r for n, r in FILES.items() if n != path}, f"{path}x": FILES[path]})) for path in FILES
    ]

    each("members swapped", [one for one in swapped if "consistency" not in one[0]])
    each("members renamed", renamed)


def test_a_bundle_cut_short_or_made_longer_is_damaged():
    lengths = [*range(0, len(WHOLE), 97), len(WHOLE) - 1]
    short = [verdict(WHOLE[:length]) for length in lengths]
    longer = [verdict(WHOLE + b"\0" * n) for n in (1, 22, 98, 1000)] + [
        verdict(b"\0" * n + WHOLE) for n in (1, 22, 98, 1000)
    ]

    named = [said for said in [*short, *longer] if said and "byte" in said]
    found("cut short, made longer", "bundle", len(lengths) + 8, len(named))
    assert len(named) == len(lengths) + 8


def test_an_entry_removed_added_or_moved_is_named():
    lines = FILES["data/ledger/entries.jsonl"].splitlines(keepends=True)
    spoil = {
        **{f"without line {n + 1}": [*lines[:n], *lines[n + 1 :]] for n in range(len(lines))},
        **{f"line {n + 1} twice": [*lines[: n + 1], *lines[n:]] for n in range(len(lines))},
        **{
            f"line {n + 1} earlier": [*lines[: n - 1], lines[n], lines[n - 1], *lines[n + 1 :]]
            for n in range(1, len(lines))
        },
        **{f"only {n} lines": lines[:n] for n in range(len(lines))},
    }
    said = {name: verdict(pack({**FILES, "data/ledger/entries.jsonl": b"".join(told)})) for name, told in spoil.items()}

    named = [
        told for told in said.values() if told and any(word in told for word in ("entries.jsonl", "proofs/", "ntry "))
    ]
    found("entries removed, repeated, reordered, log cut short", "bundle", len(said), len(named))
    assert len(named) == len(said), said


def deflated(size):
    """Make a zip bomb: a member of so many bytes in a few."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in FILES:
            zipped.writestr(f"{BAG}/{path}", FILES[path] if path != "data/about.txt" else bytes(size))
    return out.getvalue()


def claiming(size):
    """Lay out one member that claims more bytes than there are."""
    member = container.Member(f"{BAG}/data/bundle.json", 0, size, 0)
    head, directory = container.local_header(member), container.central_header(member)
    return head + directory + container.tail(1, len(directory), len(head))


BOMBS = [deflated(64 << 20), claiming(1 << 40), claiming((1 << 64) - 1), container.tail(65534, 0, 0)]
BOMBS += [struct.pack("<I", 0x06054B50) + b"\xff" * 18, container.tail(1 << 40, 46 << 40, 0), b"PK\5\6" + b"\0" * 18]


def test_a_bomb_is_refused_without_being_unpacked():
    tracemalloc.start()
    said = [verdict(bomb) for bomb in BOMBS]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    found("zip bombs, huge counts and sizes", "bundle", len(BOMBS), sum(one is not None for one in said))
    assert None not in said
    assert peak < 1 << 20


DEEP = b'{"a":' * 50_000 + b"1" + b"}" * 50_000


@pytest.mark.parametrize("path", ["data/bundle.json", "data/case.jsonld", "data/ledger/entries.jsonl"])
@pytest.mark.parametrize("raw", [DEEP, b"[" * 100_000, b"1" * 100_000, b'{"a":1e999}', b"\xff\xfe", b'"\\ud800"'])
def test_json_that_would_break_a_reader_is_refused(path, raw):
    assert path in str(verdict(pack({**FILES, path: raw + b"\n" * path.endswith("l")})))


def test_one_and_the_same_ledger_has_one_spelling_of_base64():
    spoil = [
        (path, FILES[path].replace(mark, bytes([mark[0] + 1]) + mark[1:] if mark != b"=" else b"", 1))
        for path in FILES if path.startswith("data/ledger/")
        for mark in [b"=", *(bytes([one]) + b"=" for one in b"AEIMQUYcgkosw048")] if mark in FILES[path]
    ]  # fmt: skip

    said = [verdict(pack({**FILES, path: raw})) for path, raw in spoil]

    found("non-canonical base64", "bundle", len(spoil), sum(one is not None for one in said))
    assert len(spoil) > 20
    assert None not in said


def test_a_bundle_signed_again_with_another_key_fails():
    remade = Force(key=OTHER, consistency=(4, 5)).zip()

    assert "not signed with the key you supplied" in str(verdict(remade))
    assert bundle.check(io.BytesIO(remade), key=None).signed is False


def test_a_bundle_that_lies_about_its_copys_size_fails():
    story = entries()
    story[1]["facts"]["size"] = 12
    copies = [{**json.loads(FILES["data/bundle.json"])["copies"][0], "size": 12}]

    assert "is not both in data/bundle.json and received" in str(verdict(Force(story=story).zip()))
    assert "is missing, or is not the copy that was received" in str(
        verdict(Force(story=story, header={"copies": copies}).zip())
    )
