"""What a force says of a restore is read strictly, printed, and never believed where it would have to be."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from longstone.kernel.ledger import notes
from verifier import note, restoration

ORIGIN = "force.example/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))
KEPT, KNOWN = base64.b64encode(b"a" * 32).decode(), base64.b64encode(b"b" * 32).decode()
LINES = [
    "longstone-restoration/1", ORIGIN, f"kept 5 {KEPT}", f"known 14 {KNOWN}", "lost 5-6,8-13",
    "restored 2026-11-24T08:30:00.000000Z", "backup none", "tree forked",
]  # fmt: skip


def signed(lines, key=KEY):
    return notes.sign("\n".join(lines) + "\n", name=ORIGIN, key=key).encode()


def changed(line, told):
    return [*LINES[:line], told, *LINES[line + 1 :]]


def test_a_restoration_is_read_as_it_was_signed():
    found = restoration.parse(signed(LINES), VKEY)

    assert (found.kept.size, found.known.size, found.lost, found.count) == (5, 14, ((5, 6), (8, 13)), 8)
    assert found.known.root == b"b" * 32
    assert not found.grown
    assert "restored on 2026-11-24 08:30 UTC: 8 of its entries between 5 and 14 were lost" in restoration.said(found)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (0, "longstone-restoration/2"), (2, f"kept five {KEPT}"), (2, f"kept 5 {KEPT[:-2]}"), (2, f"kept 05 {KEPT}"),
        (3, f"kept 14 {KNOWN}"), (3, "known 14"), (4, "lost 4-6"), (4, "lost 5-14"), (4, "lost 6-5"), (4, "lost 8-9,5-6"), (4, "lost 5-6,7-8"),
        (4, "lost "), (5, "restored yesterday"), (6, "backup x"), (7, "tree whole"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused(line, told):
    with pytest.raises(note.BadNote):
        restoration.parse(signed(changed(line, told)), VKEY)


def test_a_line_too_many_or_too_few_is_refused():
    for lines in ([*LINES, "and more"], LINES[:-1]):
        with pytest.raises(note.BadNote):
            restoration.parse(signed(lines), VKEY)


def test_another_key_or_another_origin_is_refused():
    with pytest.raises(note.BadNote, match="not signed with the key you supplied"):
        restoration.parse(signed(LINES, Ed25519PrivateKey.from_private_bytes(b"x" * 32)), VKEY)
    with pytest.raises(note.BadNote, match="not signed with the key you supplied"):
        restoration.parse(signed(changed(1, "other.example/ledger")), VKEY)


def test_every_single_bit_changed_is_found():
    raw = bytearray(signed(LINES))
    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(note.BadNote):
            restoration.parse(bytes(raw), VKEY)
        raw[bit // 8] ^= 1 << bit % 8


def test_a_restoration_is_never_read_as_a_checkpoint_nor_a_checkpoint_as_a_restoration():
    with pytest.raises(note.BadNote):
        note.parse_checkpoint(note.parse_note(signed(LINES)).text)
    checkpoint = notes.sign_checkpoint(origin=ORIGIN, size=5, root=b"a" * 32, key=KEY)
    with pytest.raises(note.BadNote):
        restoration.parse(checkpoint.encode(), VKEY)


def test_a_fork_explains_just_the_checkpoints_that_it_says_were_lost():
    told = [restoration.parse(signed(LINES), VKEY)]

    def said(size, root=b"z" * 32, origin=ORIGIN):
        return restoration.explain(note.Checkpoint(origin, size, root), told)

    assert "is the very one that it names as lost" in said(14, b"b" * 32)
    assert "lies among those" in said(14)
    assert "lies among those" in said(6)
    assert said(5) == said(15) == said(9, origin="other.example/ledger") == ""


def test_a_tree_that_only_grew_explains_nothing_for_nothing_needs_it():
    told = [restoration.parse(signed(changed(7, "tree grown")), VKEY)]

    assert restoration.explain(note.Checkpoint(ORIGIN, 14, b"b" * 32), told) == ""


def test_what_the_house_signs_is_what_the_verifier_reads():
    from datetime import UTC, datetime

    from longstone.kernel.models import Restoration

    made = Restoration(
        kept_size=5,
        kept_root=b"a" * 32,
        known_size=14,
        known_root=b"b" * 32,
        bridged=True,
        restored_at=datetime.now(UTC),
    )
    text = made.text(ORIGIN, [(5, 13)])

    assert restoration.parse(notes.sign(text, name=ORIGIN, key=KEY).encode(), VKEY).grown
