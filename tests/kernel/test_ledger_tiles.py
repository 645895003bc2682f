"""Tiles: an independent mirror downloads them, computes the root by itself, and compares it with the checkpoint."""

import hashlib
import os

import pytest
from django.db import connection

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import nodes, notes, tree
from longstone.kernel.models import Checkpoint, Entry
from longstone.kernel.promises import writing
from longstone.kernel.web.ledger import written
from longstone.people import commands as people
from tests.house import installer
from verifier import note
from verifier.tree import leaf_hash

SIZES = [1, 2, 255, 256, 257, 511, 65_536, 65_537]
ENTRIES = """INSERT INTO ledger_entry (uuid, event, controller, by_name, on_kind, on_id, on_label, at, past, facts, salt)
SELECT gen_random_uuid(), 'x', '', 'x', '', n::text, '', now(), false, '{}', '' FROM generate_series(%s, %s - 1) AS n"""
LEAVES = """INSERT INTO ledger_leaf ("index", entry_id, commitment)
SELECT on_id::bigint, id, sha256(convert_to(on_id, 'UTF8')) FROM ledger_entry WHERE event = 'x' AND on_id::bigint BETWEEN %s AND %s - 1"""


@pytest.fixture
def house(worker_house):
    return worker_house[0]


@pytest.fixture
def auditor(house, now, sign_in):
    force = house
    by = installer(force.controller)
    staff = people.take_on(
        by=by,
        at=now,
        controller=force.controller,
        username="audit",
        name="Alex Audit",
        collar="A1",
        initials="AA",
        password="x" * 12,
    )
    people.appoint(by=by, at=now, staff=staff, role="auditor", from_on=now.date())
    return sign_in(staff)


def grown_to(sizes, signer):
    """Write a ledger of commitments, with a checkpoint at each size."""
    at = 0
    for size in sorted(sizes):
        leaves = [leaf_hash(hashlib.sha256(str(n).encode()).digest()) for n in range(at, size)]
        with writing("test"):
            grown = tree.append(leaves, at, nodes.hashes(tree.peaks(at)).fetch)
            with connection.cursor() as cursor:
                cursor.execute(ENTRIES, [at, size])
                cursor.execute(LEAVES, [at, size])
            nodes.add(grown)
            root = tree.root(size, nodes.hashes(tree.peaks(size)).fetch)
            Checkpoint.objects.create(
                size=size, root=root, note=notes.sign_checkpoint(origin="x", size=size, root=root, key=signer)
            )
        at = size


def mth(hashes):
    """RFC 6962, 2.1, as it is written there."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def place(number):
    """The path of a tile, as the specification's example has it."""
    text = str(number)
    text = text.zfill(len(text) + -len(text) % 3)
    parts = [text[i : i + 3] for i in range(0, len(text), 3)]
    return "/".join(["x" + part for part in parts[:-1]] + parts[-1:])


def get(browser, path, kept=None):
    """Download a tile; a mirror keeps what is full, for it never changes."""
    if kept is not None and path in kept:
        return kept[path]
    answer = browser.get(f"/ledger/{path}")
    assert answer.status_code == 200, path
    assert answer.headers["Content-Type"] == "application/octet-stream"
    full = ".p/" not in path
    assert ("immutable" in answer.headers["Cache-Control"]) == full
    assert "public" not in answer.headers["Cache-Control"]
    if full and kept is not None:
        kept[path] = answer.content
    return answer.content


def mirror(browser, size, kept):
    """Download the tiles of a size and compute the root from the highest that are there; then check each beneath."""
    hashes, level = [], 0
    rows = {}
    while size >> 8 * level:
        count = size >> 8 * level
        row = b"".join(get(browser, f"tile/{level}/{place(n)}", kept) for n in range(count // 256))
        if count % 256:
            row += get(browser, f"tile/{level}/{place(count // 256)}.p/{count % 256}")
        rows[level] = [row[i : i + 32] for i in range(0, len(row), 32)]
        assert len(rows[level]) == count
        level += 1
    for one in range(1, level):
        for number, told in enumerate(rows[one]):
            assert told == mth(rows[one - 1][number * 256 : number * 256 + 256])
    hashes = rows[0]
    return hashes, mth(hashes)


@pytest.mark.slow
def test_a_mirror_finds_the_signed_root_at_many_sizes(auditor, monkeypatch):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    grown_to(SIZES, key)
    kept = {}

    for checkpoint in Checkpoint.objects.order_by("size"):
        signed = note.parse_note(checkpoint.note.encode())
        assert note.verify(signed, note.parse_key(notes.vkey("x", key)))
        said = note.parse_checkpoint(signed.text)
        leaves, root = mirror(auditor, said.size, kept)
        assert (len(leaves), root) == (said.size, said.root), said.size


def test_the_entries_hash_to_the_leaves(auditor):
    grown_to([300], _key())
    full, part = get(auditor, "tile/entries/000"), get(auditor, "tile/entries/001.p/44")
    leaves = get(auditor, "tile/0/000") + get(auditor, "tile/0/001.p/44")

    told = full + part
    assert len(told) == 300 * 34
    found = [told[i : i + 34] for i in range(0, len(told), 34)]
    assert all(one[:2] == b"\x00\x20" for one in found)
    assert b"".join(hashlib.sha256(b"\x00" + one[2:]).digest() for one in found) == leaves


def _key():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(os.urandom(32))


NOT_THERE = [
    "tile/0/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/001.p/45", "tile/0/002.p/1", "tile/00/000", "tile/64/000",
    "tile/0/x000/000", "tile/0/0", "tile/0/0000", "tile/1/001.p/1", "tile/1/000.p/2", "tile/0/-01", "tile/entries/001",
    "tile/entries/x000/001.p/44", "tile/9/000", "tile/0/x999/x999/x999/x999/x999/999",
]  # fmt: skip


def test_what_the_tree_does_not_have_or_is_not_written_so_is_not_there(auditor):
    grown_to([300], _key())

    assert {path: auditor.get(f"/ledger/{path}").status_code for path in NOT_THERE} == dict.fromkeys(NOT_THERE, 404)


def test_before_anything_is_signed_there_is_no_checkpoint(auditor):
    assert auditor.get("/ledger/checkpoint").status_code == 404


def test_only_a_signed_in_auditor_gets_anything(house, client, sign_in):
    grown_to([300], _key())
    for path in ("checkpoint", "tile/0/000", "tile/entries/000"):
        assert client.get(f"/ledger/{path}").status_code == 302
    officer = sign_in(house.staff["supervisor"])
    for path in ("checkpoint", "tile/0/000", "tile/entries/000"):
        assert officer.get(f"/ledger/{path}").status_code == 403


def test_each_read_is_recorded(auditor):
    grown_to([300], _key())
    auditor.get("/ledger/checkpoint")
    auditor.get("/ledger/tile/0/001.p/44")

    told = list(Entry.objects.filter(event="ledger.read").order_by("pk").values_list("facts", flat=True))
    assert told == ['{"checkpoint":300}', '{"level":0,"tile":1,"width":44}']


@pytest.mark.parametrize("number", [0, 5, 999, 1000, 273, 1234067, 999999, 1000000])
def test_a_tiles_number_is_written_as_the_specification_has_it(number):
    assert written(number) == place(number)
    assert written(1234067) == "x001/x234/067"


def test_the_checkpoint_is_served_with_what_witnesses_said(auditor, now):
    from longstone.kernel.models import Cosignature

    grown_to([3], _key())
    with writing("test"):
        Cosignature.objects.create(checkpoint_id=3, witness="w", line="— w AAAA\n", at=now)

    answer = auditor.get("/ledger/checkpoint")

    assert answer.content.decode() == Checkpoint.objects.get().note + "— w AAAA\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


BY = Actor(id=7, name="PC 7 Example", controller=1)


def test_an_entry_shows_nothing_of_what_it_says(auditor):
    ledger.read("cases", by=BY, secret="a name that must not be seen")
    grown_to([1], _key())

    assert b"name" not in get(auditor, "tile/entries/000.p/1")


def test_the_web_may_read_what_it_serves_and_change_none_of_it(db):
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    from longstone.kernel.models import Cosignature, Node, Token

    for model in (Checkpoint, Node, Cosignature, Token):
        assert list(model.objects.all()) == []
        with pytest.raises(ProgrammingError, match="permission denied"), writing("an attack"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {model._meta.db_table}")
