"""A bundle is what the ledger says, or it is refused and the item is named."""

import io
import json
import re
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstone.kernel import bundles
from longstone.kernel.ledger import notes, tree
from tests.verifier.building import (
    BAG,
    COPY,
    DEV,
    ERIN,
    KEY,
    ORIGIN,
    OTHER,
    Force,
    custody,
    entries,
    entry,
    pack,
    sha,
    unpack,
)
from verifier import bundle, container, note
from verifier.records import Failed

NAMED = re.compile(r"byte \d+|'ABC_1-7/|data/|bagit\.txt|bag-info\.txt|manifest|[Ee]ntry|[Ll]ine \d+|copy|[Ss]tep \d+")
VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))
WHOLE = Force(cosigned=True, consistency=(4, 5)).zip()
PROOF = "data/ledger/proofs/{}.tlog-proof"


def failure(whole, key=VKEY):
    with pytest.raises(Failed) as failed:
        bundle.check(io.BytesIO(whole), key=key)
    return str(failed.value)


def resigned(**changes):
    """Build a bundle that tells another story but is rightly logged and signed; give why it fails."""
    return failure(Force(**changes).zip())


def story(number, **facts):
    told = entries()
    told[number]["facts"] = {**told[number]["facts"], **facts}
    return told


def step(number, **changes):
    return story(number, custody={**entries()[number]["facts"]["custody"], **changes})


def test_a_whole_bundle_is_verified():
    report = bundle.check(io.BytesIO(WHOLE), key=VKEY)

    assert report.signed
    assert [one.told["to"] for one in report.steps] == ["held", "offered", "held", "stored"]


def test_no_shortened_bundle_is_verified():
    for length in [0, 1, 21, 22, 23, 97, 98, *range(100, len(WHOLE), 301), len(WHOLE) - 1]:
        assert "byte" in failure(WHOLE[:length])


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_a_hostile_file_is_refused_and_nothing_else(data):
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(whole)))
        gone = data.draw(st.integers(0, 50))
        whole[place : place + gone] = data.draw(st.binary(min_size=int(gone == 0), max_size=50))

    try:
        bundle.check(io.BytesIO(whole), key=VKEY)
        assert whole == WHOLE
    except Failed:
        pass


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value, path=()):
    """Name every place in a nested value."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield from places(inner, (*path, name))


def put(value, path, new):
    """Give the nested value with another value in one place."""
    if not path:
        return new
    inner = put(value[path[0]], path[1:], new)
    if isinstance(value, dict):
        return {**value, path[0]: inner}
    return [inner if number == path[0] else one for number, one in enumerate(value)]


@settings(max_examples=settings().max_examples * 3 // 2, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_records_of_any_other_form_are_refused_or_printed_but_never_crash(data):
    from verifier import words

    told = [entries(), json.loads(unpack(WHOLE)["data/bundle.json"])]
    path = data.draw(st.sampled_from([one for one in places(told) if len(one) > 1]))
    new = put(told, path, data.draw(VALUES))
    force = Force(header=new[1] if isinstance(new[1], dict) else {})
    force.story = [one if isinstance(one, dict) and {"id", "facts"} <= set(one) else entries()[0] for one in new[0]]
    force.story = [{**one, "id": str(one["id"])} for one in force.story if isinstance(one["facts"], dict)]

    try:
        report = bundle.check(io.BytesIO(force.zip()), key=VKEY)
        assert words.summary(report)
        assert words.as_json(report, 0, "")
    except (Failed, bundles.NotAllowed):  # what is named so that it cannot lie in a bundle is never written
        pass


def test_a_bundle_remade_under_another_key_fails():
    assert "not signed with the key you supplied" in resigned(key=OTHER)


def test_a_key_for_another_ledger_proves_nothing():
    other = note.parse_key(notes.vkey("other.example/ledger", KEY))

    assert "not signed with the key you supplied" in failure(WHOLE, key=other)


def test_a_checkpoint_of_another_ledger_than_the_bundles_fails():
    assert "another ledger" in resigned(header={"origin": "other.example/ledger"})


def forged(path, change):
    """Change one file of a bundle, and put everything in order that needs no key."""
    files = unpack(WHOLE)
    files[path] = change(files[path]) if path in files else change(b"")
    return failure(pack({name: raw for name, raw in files.items() if raw is not None}))


def test_a_bundle_packed_again_without_a_change_is_the_same_bundle():
    assert pack(unpack(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        (f"data/objects/{sha(COPY)}", lambda raw: b"hello w0rld", "data/objects/b94d27.* is not the copy"),
        (f"data/objects/{sha(COPY)}", lambda raw: None, "data/objects/b94d27.* is missing"),
        ("data/objects/" + "0" * 64, lambda raw: b"planted", "data/objects/0000.* is not a copy that"),
        ("data/about.txt", lambda raw: raw + b"And more.", "files of the bundle are not those"),
        ("data/bundle.json", lambda raw: raw.replace(b"A laptop", b"A tablet"), "files of the bundle are not those"),
        ("data/bundle.json", lambda raw: raw + b"\n", "not in its canonical form"),
        ("data/bundle.json", lambda raw: None, "'ABC_1-7/data/bundle.json' is missing"),
        ("bagit.txt", lambda raw: raw + b"\n", "bagit.txt has changed"),
        ("bag-info.txt", lambda raw: raw + b"Note: x\n", "bag-info.txt does not give the day, bytes and files"),
        (
            "data/ledger/checkpoint",
            lambda raw: raw.replace(b"\n28\n", b"\n29\n"),
            "data/ledger/checkpoint: .*does not fit the note",
        ),
        ("data/ledger/checkpoint", lambda raw: None, "'ABC_1-7/data/ledger/checkpoint' is missing"),
        ("data/ledger/entries.jsonl", lambda raw: b"", "does not end its last line"),
        ("data/ledger/entries.jsonl", lambda raw: b"\n", "Line 1 of data/ledger/entries.jsonl is not canonical"),
        ("data/ledger/entries.jsonl", lambda raw: b"[" * 100_000 + b"\n", "Line 1 of data/ledger/entries.jsonl"),
        ("data/ledger/entries.jsonl", lambda raw: raw.replace(b"S100", b"S200", 1), "Entry .* is not in the signed"),
        ("data/ledger/consistency/4", lambda raw: b"no*sense", "data/ledger/consistency/4: .*base64"),
        ("data/planted.exe", lambda raw: b"MZ", "data/planted.exe is not a file that a bundle can hold"),
        ("fetch.txt", lambda raw: b"", "fetch.txt is not a file"),
    ],
)
def test_a_forger_without_the_key_changes_nothing_unseen(path, change, said):
    assert re.search(said, forged(path, change))


@pytest.mark.parametrize("names", [[], ["a"], [BAG], [BAG, f"{BAG}/bagit.txt"], ["a/bagit.txt", "b/bagit.txt"]])
def test_a_zip_that_is_not_one_folder_is_no_bundle(names):
    body, directory = b"", b""
    for name in names:
        member = container.Member(name, 0, 0, len(body))
        body += container.local_header(member)
        directory += container.central_header(member)

    assert "bundle" in failure(body + directory + container.tail(len(names), len(directory), len(body)))


def lines(change):
    return forged("data/ledger/entries.jsonl", lambda raw: b"".join(change(raw.splitlines(keepends=True))))


def test_a_dropped_entry_is_missed():
    said = lines(lambda told: [*told[:3], *told[4:]])

    assert str(entries()[3]["id"]) in said


def test_entries_in_another_order_are_refused():
    assert "Line 3 of data/ledger/entries.jsonl is out of order" in lines(lambda told: [told[1], told[2], told[0]])


def test_an_entry_told_twice_is_refused():
    assert "Line 2 of data/ledger/entries.jsonl is out of order" in lines(lambda told: [told[0], *told])


def test_an_entry_that_was_not_handed_out_is_refused():
    made = {"entries": [one["id"] for one in entries()[:-1]]}

    assert str(entries()[-1]["id"]) in resigned(made=made)


def test_a_bundle_without_its_last_entry_is_refused():
    files = unpack(WHOLE)
    files["data/ledger/entries.jsonl"] = b"".join(files["data/ledger/entries.jsonl"].splitlines(keepends=True)[:-1])
    del files[PROOF.format(uuid.UUID(int=51))]

    assert "is not the one that says what was handed out" in failure(pack(files))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"story": [one for one in entries() if one["event"] != "exhibit.offered"]},
            "Step 2 of the custody is missing",
        ),
        ({"story": step(5, seq=5)}, "Step 4 of the custody is missing"),
        ({"story": step(0, **{"from": "held"})}, "Step 1 of the custody begins from 'held'"),
        ({"story": step(5, **{"from": "offered"})}, "Step 4 of the custody begins from 'offered'"),
        ({"story": step(3, offered_to=ERIN)}, "Step 3 was accepted by 'Dev Example', to whom"),
        ({"story": step(3, offered_to=None)}, "Step 3 was accepted by 'Dev Example', to whom"),
        ({"story": step(4, holder=ERIN)}, "Step 3 was accepted by 'Dev Example', but puts"),
        (
            {"story": [*entries()[:3], {**entries()[3], "by": DEV}, *entries()[4:]]},
            "Step 3 was offered and accepted by",
        ),
        ({"story": [*entries()[:4], {**entries()[4], "event": "exhibit.taken_out"}]}, "Step 3 .* nobody accepted it"),
        ({"story": [*entries()[:5], {**entries()[5], "at": "2026-01-02T08:00:00.000000Z"}]}, "Step 4 .* dated before"),
        ({"story": entries()[1:3]}, "tells no custody at all"),
        ({"story": step(3, seq=True)}, "The custody in entry .*, at seq"),
        ({"story": step(3, holder="Erin")}, "The custody in entry .*, at holder"),
        ({"made": {"custody": 3}}, "handed out 3 steps of custody, not 4"),
        ({"story": story(1, size=12)}, "The copy 'image.raw' .* is not both"),
        ({"story": story(1, sha256=sha(b"other"))}, "The copy 'image.raw' .* is not both"),
        ({"story": story(2, catalogue=sha(b"other"))}, "The catalogue .* is not one that the ledger says was made"),
        ({"story": story(2, files=9)}, "The catalogue .* is not one"),
        ({"header": {"catalogues": []}}, "data/catalogues/.* is not the catalogue"),
        ({"header": {"copies": []}}, "The copy 'image.raw' .* is not both"),
        ({"header": {"bag": "ABC_1-8"}}, "names another bag"),
        ({"header": {"format": "longstone-bundle/1"}}, "data/bundle.json does not have the form .* at format"),
        ({"header": {"more": 1}}, "data/bundle.json does not have the form"),
        ({"made": {"payload": "0" * 64}}, "files of the bundle are not those that entry"),
        (
            {"extra": [bundles.bytes_member("data/objects/" + sha(b"x"), b"x")]},
            "not a copy that data/bundle.json names",
        ),
    ],
)
def test_a_story_that_does_not_hold_together_fails_though_it_is_signed(changes, said):
    assert re.search(said, resigned(**changes))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.replace(b"b94d", b"b94e"), f"data/objects/{sha(COPY)} does not have the digest"),
        (lambda raw: raw.splitlines(keepends=True)[0], "data/bundle.json does not have the digest"),
        (lambda raw: raw + b"0" * 64 + b"  data/more\n", "data/more does not have the digest"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "does not have the digest"),
        (lambda raw: b"\xff" + raw, "does not have the digest"),
        (lambda raw: b"", "does not have the digest"),
    ],
)
def test_a_manifest_that_gives_another_digest_is_refused(change, said):
    files = unpack(WHOLE)

    assert said in failure(pack(files, manifest=change(files["manifest-sha256.txt"])))


def test_a_tag_manifest_that_gives_another_digest_is_refused():
    files = unpack(WHOLE)

    said = failure(
        pack(files, tagmanifest=files["tagmanifest-sha256.txt"].replace(sha(files["bagit.txt"]).encode(), b"0"))
    )

    assert "bagit.txt does not have the digest that tagmanifest-sha256.txt gives" in said


@pytest.mark.parametrize("changes", [{"path": "data/about.txt"}, {"path": None}, {"included": False}])
def test_a_copy_lies_where_its_digest_says(changes):
    copy = json.loads(unpack(WHOLE)["data/bundle.json"])["copies"][0]

    assert "does not say rightly where the copy" in resigned(header={"copies": [{**copy, **changes}]})


def test_a_catalogue_that_lies_in_the_bundle_is_the_one_that_was_made():
    assert "is not the catalogue that the ledger says was made" in resigned(catalogue=b"another")


def test_an_exhibit_cannot_be_accepted_before_anybody_offered_it():
    told = entries()[1:3]

    first = entry(3, "exhibit.accepted", ERIN, **custody(1, "*", "held"))

    assert "Step 1 was accepted by 'Erin Example', to whom" in resigned(story=[*told, first])


def test_nobody_in_particular_cannot_accept_an_exhibit():
    nobody = {"id": None, "name": "nobody"}
    told = step(3, offered_to=nobody)
    told[4] = entry(4, "exhibit.accepted", nobody, **custody(3, "offered", "held", nobody))

    assert "Step 3 was accepted by 'nobody', to whom" in resigned(story=told)


def test_too_many_entries_are_refused_unread():
    assert "or has too many" in forged("data/ledger/entries.jsonl", lambda raw: b"\n" * 100_001)


def test_an_entry_about_another_exhibit_is_refused():
    told = entries()
    told[5]["on"] = {**told[5]["on"], "id": "8"}

    assert f"Entry {told[5]['id']} is about something else" in resigned(story=told)


def test_a_copy_that_is_not_handed_out_need_not_be_there():
    report = bundle.check(io.BytesIO(Force(copies=False).zip()), key=VKEY)

    assert any("No copy lies in this bundle" in line for line in report.checks)


def test_a_copy_of_a_wrong_size_is_refused_even_if_the_digest_fits():
    copy = json.loads(unpack(WHOLE)["data/bundle.json"])["copies"][0]

    said = resigned(story=story(1, size=12), header={"copies": [{**copy, "size": 12}]})

    assert "is missing, or is not the copy" in said


def test_past_acts_may_be_dated_before_the_last_step():
    told = entries()
    told[5] = {**told[5], "at": "2026-01-01T08:00:00.000000Z", "past": True}

    assert bundle.check(io.BytesIO(Force(story=told).zip()), key=VKEY).signed


def test_an_earlier_bundle_of_the_same_exhibit_is_no_step_of_custody():
    earlier = entry(6, "bundle.made", ERIN, payload=sha(b"x"), entries=[], custody=4)
    force = Force(story=[*entries(), earlier], made={"custody": 4})

    assert bundle.check(io.BytesIO(force.zip()), key=VKEY).signed


def test_a_decline_leaves_the_exhibit_where_it_was():
    declined = entry(6, "exhibit.declined", ERIN, **custody(5, "offered", "held", DEV))
    offered = entry(5, "exhibit.offered", DEV, **custody(4, "held", "offered", DEV, ERIN))

    assert bundle.check(io.BytesIO(Force(story=[*entries()[:5], offered, declined]).zip()), key=VKEY).signed


@pytest.mark.parametrize(
    "told",
    ['{"a":1.0}', '{"a":NaN}', '{"a":1,"a":1}', '{"b":1,"a":1}', '{"a": 1}', '"\\u00e9"', '"\\ud800"', "1" * 5000, "["],
)
def test_json_has_one_spelling(told):
    from verifier.records import canonical

    with pytest.raises(Failed, match=r"^It is not"):
        canonical(told.encode(), "It")


def test_the_tree_of_one_entry_is_enough():
    leaves, _ = Force(noise=0).leaves([entries()[0]])

    assert tree.root(1, lambda *place: leaves[0]) == leaves[0]
