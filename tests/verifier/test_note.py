"""A signed note is believed only under a key that was there before it."""

import base64
import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.ledger import notes
from tests.verifier.building import KEY, ORIGIN, OTHER, WITNESS
from verifier.note import (
    BadNote,
    BadSignature,
    cosigned_at,
    key_id,
    parse_checkpoint,
    parse_key,
    parse_note,
    parse_proof,
    unbase64,
    verify,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED = (
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
AT = datetime(2026, 1, 2, tzinfo=UTC)


def checkpoint():
    return notes.sign_checkpoint(origin=ORIGIN, size=5, root=bytes(32), key=KEY)


def test_the_specifications_own_example_verifies():
    assert verify(parse_note(SIGNED.encode()), parse_key(VKEY))


def test_what_was_signed_reads_back():
    found = parse_note(checkpoint().encode())

    assert verify(found, parse_key(notes.vkey(ORIGIN, KEY)))
    assert parse_checkpoint(found.text).size == 5


def test_an_unknown_key_of_the_same_name_is_no_signature():
    assert not verify(parse_note(checkpoint().encode()), parse_key(notes.vkey(ORIGIN, OTHER)))


def test_a_known_key_that_does_not_fit_spoils_the_note():
    spoiled = parse_note(checkpoint().replace("\n5\n", "\n6\n").encode())

    with pytest.raises(BadSignature, match="does not fit"):
        verify(spoiled, parse_key(notes.vkey(ORIGIN, KEY)))


def test_a_witness_says_when_it_cosigned():
    cosigned = parse_note(notes.cosign(checkpoint(), name=WITNESS, key=OTHER, at=AT).encode())

    assert cosigned_at(cosigned, parse_key(notes.vkey(WITNESS, OTHER, kind=4))) == [AT]
    assert verify(cosigned, parse_key(notes.vkey(ORIGIN, KEY)))


def test_one_key_under_two_kinds_has_two_ids():
    assert parse_key(notes.vkey(ORIGIN, KEY)).id != parse_key(notes.vkey(ORIGIN, KEY, kind=4)).id


@pytest.mark.parametrize("told", ["AB==", "AA=", "AA==\n", "A A=", "AAA", "é", "AA==AA=="])
def test_base64_has_one_spelling(told):
    with pytest.raises(BadNote):
        unbase64(told)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "x",
        "a+b+c",
        VKEY[:-1],
        VKEY.replace("530d", "530e"),
        VKEY.replace("foo", "fo o"),
        "+530d903a+AekyeQ==",
        "é+1+é",
    ],
)
def test_a_malformed_key_is_refused_in_a_sentence(told):
    with pytest.raises(BadNote, match=r"\.$|\?$"):
        parse_key(told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("", "does not end its last line"),
        ("text\n", "no signatures"),
        ("text\n\n\n", "no signatures|signature line"),
        (SIGNED[:-1], "does not end its last line"),
        (SIGNED.replace("an example", "an\texample"), "control characters"),
        (SIGNED.replace("\u2014 ", "- "), "signature line .* malformed"),
        (SIGNED.replace("\u2014 ", ""), "signature line .* malformed"),
        (SIGNED.replace("/foo ", "/f+o "), "signature line .* malformed"),
        (SIGNED.replace("/foo ", "/f\u00a0o "), "signature line .* malformed"),
        (SIGNED + "more\n", "signature line .* malformed"),
        (SIGNED + "\u2014 example.com/foo AAAAAA==\n", "too short"),
        ("a" * (1 << 20) + SIGNED, "too long"),
    ],
)
def test_a_malformed_note_is_refused(told, said):
    with pytest.raises(BadNote, match=said):
        parse_note(told.encode())


def test_a_note_that_is_not_utf8_is_refused():
    with pytest.raises(BadNote, match="not UTF-8"):
        parse_note(b"\xff" + SIGNED.encode())


def test_unknown_signatures_beside_the_known_one_are_ignored():
    signed = SIGNED + notes.sign("other\n", name="other.example", key=KEY).splitlines()[-1] + "\n"

    assert verify(parse_note(signed.encode()), parse_key(VKEY))


@pytest.mark.parametrize(
    "told", ["", "o\n5\n", "o\n05\nAA==\n", "o\n5\nAA==\n", "\n5\n" + "A" * 43 + "=\n", "o\n-1\n" + "A" * 43 + "=\n"]
)
def test_a_malformed_checkpoint_is_refused(told):
    with pytest.raises(BadNote):
        parse_checkpoint(told)


@pytest.mark.parametrize("name", ["", "a b", "a\u00a0b"])
def test_a_name_that_cannot_be_a_keys_is_refused_on_both_sides(name):
    public = bytes(32)
    told = base64.b64encode(b"\x01" + public).decode()

    with pytest.raises(BadNote, match="not an Ed25519 verifier key"):
        parse_key(f"{name}+{key_id(name, 1, public).hex()}+{told}")
    with pytest.raises(ValueError, match="cannot name a key"):
        notes.vkey(name, KEY)


def test_a_key_of_another_kind_or_length_is_refused():
    for kind, size in [(2, 32), (1, 31), (1, 33)]:
        public = bytes(size)
        told = base64.b64encode(bytes([kind]) + public).decode()

        with pytest.raises(BadNote, match="not an Ed25519 verifier key"):
            parse_key(f"a+{key_id('a', kind, public).hex()}+{told}")


@pytest.mark.parametrize("text", ["no newline", "a\ttab\n"])
def test_a_text_that_cannot_be_a_note_is_not_signed(text):
    with pytest.raises(ValueError, match="ends in a newline"):
        notes.sign(text, name=ORIGIN, key=KEY)


def test_a_cosignature_from_beyond_the_calendar_is_refused():
    class Late:
        def timestamp(self):
            return 1 << 62

    cosigned = notes.cosign(checkpoint(), name=WITNESS, key=OTHER, at=Late())

    with pytest.raises(BadSignature, match="beyond the year 9999"):
        cosigned_at(parse_note(cosigned.encode()), parse_key(notes.vkey(WITNESS, OTHER, kind=4)))


def test_extension_lines_are_allowed_but_not_empty_ones():
    head = "o\n5\n" + "A" * 43 + "=\n"

    assert parse_checkpoint(head + "more\n").size == 5
    with pytest.raises(BadNote):
        parse_checkpoint(head + "\nmore\n")


@given(st.binary(max_size=400))
def test_random_bytes_are_refused_and_nothing_else(told):
    for read in (parse_note, parse_proof, lambda raw: parse_key(raw.decode("utf-8", "replace"))):
        try:
            read(told)
        except BadNote:
            continue


@given(st.integers(0, len(SIGNED.encode()) * 8 - 1))
def test_no_flipped_bit_of_a_note_goes_unseen(bit):
    told = bytearray(SIGNED.encode())
    told[bit // 8] ^= 1 << bit % 8

    with contextlib.suppress(BadNote):
        assert not verify(parse_note(bytes(told)), parse_key(VKEY))
