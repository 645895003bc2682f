"""Encrypted objects: nobody reads them without the house's key, and no chunk can be cut, moved or taken from another."""

import hashlib
import io
import os
import shutil

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstone.kernel import keys
from longstone.kernel.keys import KeyFault
from longstone.kernel.models import ObjectKey
from longstone.kernel.promises import writing
from longstone.kernel.store import cipher
from longstone.kernel.store.disk import BLOCK, Damaged, NotHeld, Stored, StoreFault
from longstone.kernel.store.encrypted import Encrypted, rewrap
from longstone.kernel.store.posix import Posix
from tests.faults import found

CHUNK = 64
PIECE = CHUNK + cipher.TAG


@pytest.fixture
def kept(fresh_house, tmp_path):
    keys.ensure("store")
    return Encrypted(Posix(tmp_path / "store"), "store", tmp_path / "scratch")


def sealed(told, key, chunk=CHUNK):
    return cipher.Encrypting(io.BytesIO(told), key, chunk=chunk).read()


def opened(told, key):
    return b"".join(cipher.decrypted("it", [told], key))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_what_is_encrypted_is_decrypted(told):
    key = cipher.new_key()
    coming = cipher.Encrypting(io.BytesIO(told), key, chunk=CHUNK)

    made = coming.read()

    assert opened(made, key) == told
    assert coming.plain == Stored(hashlib.sha256(told).hexdigest(), len(told))
    assert len(told) < 8 or told not in made


@pytest.fixture(scope="module")
def three():
    """Give three chunks and a short one, encrypted, and their key."""
    key = cipher.new_key()
    return sealed(os.urandom(3 * CHUNK + 10), key), key


def pieces(made):
    body = made[cipher.HEAD :]
    return made[: cipher.HEAD], [body[at : at + PIECE] for at in range(0, len(body), PIECE)]


def changed(made):
    """Give every way to cut, reorder, double and swap the chunks of an object, each with its name."""
    head, parts = pieces(made)
    for count in range(len(parts)):
        yield f"only {count} chunks", head + b"".join(parts[:count])
    for at in range(len(parts) - 1):
        swapped = [*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]]
        yield f"chunks {at} and {at + 1} swapped", head + b"".join(swapped)
        yield f"chunk {at} left out", head + b"".join([*parts[:at], *parts[at + 1 :]])
    for at in range(len(parts)):
        yield f"chunk {at} twice", head + b"".join([*parts[: at + 1], *parts[at:]])
    yield "a byte more", made + b"\0"
    yield "a byte less", made[:-1]
    yield "no head", b"".join(parts)
    yield "nothing", b""


def test_an_object_that_is_cut_reordered_or_doubled_is_refused(three):
    made, key = three
    ways = list(changed(made))

    named = 0
    for name, told in ways:
        with pytest.raises(Damaged):
            pytest.fail(f"{name}: {opened(told, key)!r}")
        named += 1

    assert named == len(ways) > 15
    found("chunks cut, reordered or doubled", "encrypted object", len(ways), named)


def test_no_changed_bit_of_an_encrypted_object_is_let_through(three):
    made, key = three
    wrong = []
    for bit in range(8 * len(made)):
        told = bytearray(made)
        told[bit // 8] ^= 1 << bit % 8
        try:
            opened(bytes(told), key)
        except Damaged:
            wrong.append(bit)

    assert len(wrong) == 8 * len(made)
    found("single bit", "encrypted object", 8 * len(made), len(wrong))


def test_a_chunk_of_another_object_is_refused(three):
    made, key = three
    head, parts = pieces(made)
    _, others = pieces(sealed(os.urandom(3 * CHUNK + 10), key))  # even under the same key

    with pytest.raises(Damaged):
        opened(head + b"".join([others[0], *parts[1:]]), key)
    with pytest.raises(Damaged):
        opened(made, cipher.new_key())


def test_these_tests_would_see_a_cipher_that_does_not_end(three, monkeypatch):
    _, key = three
    monkeypatch.setattr(cipher, "_nonce", lambda head, number, *, last: head[-7:] + number.to_bytes(5, "big"))
    endless = sealed(os.urandom(3 * CHUNK), key)
    head, parts = pieces(endless)

    assert len(opened(head + b"".join(parts[:2]), key)) == 2 * CHUNK


@pytest.mark.parametrize("size", [0, 1, BLOCK, 3 * BLOCK + 5])
def test_what_is_put_is_given_back_and_lies_there_unreadable(kept, size):
    told = os.urandom(size)

    made = kept.put(io.BytesIO(told))

    assert made == Stored(hashlib.sha256(told).hexdigest(), size)
    assert b"".join(kept.blocks(made.sha256)) == told
    assert kept.verify(made.sha256) == made
    with kept.open(made.sha256) as stream:
        assert (stream.size, stream.read()) == (size, told)
    assert list(kept.listing()) == [made]
    beneath = kept.beneath.local(next(kept.beneath.inventory()).sha256).read_bytes()
    assert size < 8 or told[:8] not in beneath


def test_the_same_bytes_are_kept_once_under_one_key(kept, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"told")

    first = kept.put(path)
    kept.adopt(path, first)
    assert kept.put(io.BytesIO(b"told")) == first

    assert ObjectKey.objects.count() == 1
    assert len(list(kept.beneath.inventory())) == 1


def test_a_wrong_digest_is_refused_and_nothing_is_kept(kept):
    with pytest.raises(StoreFault, match="not kept"):
        kept.put(io.BytesIO(b"told"), expected="0" * 64)

    assert list(kept.listing()) == []
    assert list(kept.beneath.listing()) == []


def test_objects_that_change_places_on_the_disk_are_refused(kept):
    made = [kept.put(io.BytesIO(told * 100)) for told in (b"one", b"two")]
    first, second = (kept.place(one.sha256) for one in made)
    told = first.read_bytes(), second.read_bytes()
    for path, other in zip((first, second), reversed(told), strict=True):
        path.chmod(0o600)
        path.write_bytes(other)

    for one in made:
        with pytest.raises(Damaged):
            kept.verify(one.sha256)


def test_objects_whose_records_change_places_are_refused(kept, fresh_house):
    made = [kept.put(io.BytesIO(told * 100)) for told in (b"one", b"two")]
    rows = {row.sha256: row for row in ObjectKey.objects.all()}
    with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as admin:
        for sha256, kept_as in ((made[0].sha256, "0" * 64), *swapped(made, rows)):
            admin.execute("UPDATE kernel_objectkey SET kept_as = %s WHERE sha256 = %s", [kept_as, sha256])

    for one in made:
        with pytest.raises(KeyFault, match="another row"):
            kept.verify(one.sha256)


def swapped(made, rows):
    return (made[1].sha256, rows[made[0].sha256].kept_as), (made[0].sha256, rows[made[1].sha256].kept_as)


def test_a_wrapped_key_that_was_swapped_opens_nothing(kept):
    one, other = kept.put(io.BytesIO(b"one" * 100)), kept.put(io.BytesIO(b"two" * 100))
    with writing("an attack"):
        wrapped = ObjectKey.objects.get(pk=other.sha256).wrapped
        ObjectKey.objects.filter(pk=one.sha256).update(wrapped=wrapped)

    with pytest.raises(KeyFault, match="another row"):
        kept.verify(one.sha256)


def test_without_the_houses_key_nothing_can_be_read(kept, settings):
    made = kept.put(io.BytesIO(b"told" * 100))
    shutil.rmtree(settings.LONGSTONE_HOME / "keys")

    with pytest.raises(KeyFault, match=r"lost|no key"):
        kept.verify(made.sha256)


def test_a_discarded_object_is_gone_even_for_one_who_kept_its_encrypted_bytes(kept):
    made = kept.put(io.BytesIO(b"told" * 100))
    row = ObjectKey.objects.get(pk=made.sha256)
    stolen = kept.beneath.local(row.kept_as).read_bytes()

    kept.discard(made.sha256)
    kept.discard(made.sha256)
    kept.beneath.put(io.BytesIO(stolen))

    assert not kept.has(made.sha256)
    with pytest.raises(NotHeld):
        kept.verify(made.sha256)
    assert list(kept.listing()) == [Stored(row.kept_as, row.kept_size)]  # bytes that no record names, and no key opens


def test_a_decrypted_copy_goes_when_it_is_no_longer_needed(kept):
    made = kept.put(io.BytesIO(b"told"))

    with kept.lent(made.sha256) as path:
        assert path.read_bytes() == b"told"
        assert path.stat().st_mode & 0o777 == 0o400
        assert kept.sweep_incoming() == 0  # it is held
    assert list(kept.scratch.iterdir()) == []


def test_a_decrypted_copy_that_a_killed_process_left_is_swept(kept):
    kept.scratch.mkdir(parents=True)
    (kept.scratch / "dead").write_bytes(b"told")

    assert kept.sweep_incoming() == 1
    assert list(kept.scratch.iterdir()) == []


def test_a_damaged_object_leaves_no_decrypted_copy(kept):
    made = kept.put(io.BytesIO(b"told" * 100))
    path = kept.beneath.local(ObjectKey.objects.get(pk=made.sha256).kept_as)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(Damaged), kept.lent(made.sha256):
        pass
    assert list(kept.scratch.iterdir()) == []


def test_keys_are_wrapped_again_under_a_new_version_and_open_as_before(kept):
    made = kept.put(io.BytesIO(b"told"))
    before = bytes(ObjectKey.objects.get(pk=made.sha256).wrapped)
    keys.rotate("store")

    assert rewrap("store") == 1

    after = bytes(ObjectKey.objects.get(pk=made.sha256).wrapped)
    assert (before[1:5], after[1:5]) == (b"\0\0\0\x01", b"\0\0\0\x02")
    assert kept.verify(made.sha256) == made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(st.binary(min_size=1, max_size=3000))
def test_a_writer_that_dies_before_its_key_is_kept_leaves_nothing_to_read(kept, told):
    from django.db import transaction

    class Died(Exception):
        pass

    sha256 = hashlib.sha256(told).hexdigest()
    known = kept.has(sha256)
    with pytest.raises(Died), transaction.atomic():
        kept.put(io.BytesIO(told))
        raise Died

    assert kept.has(sha256) == known


def test_what_was_kept_in_the_open_is_read_as_it_is_and_never_kept_twice(kept):
    old = kept.beneath.put(io.BytesIO(b"told before"))
    new = kept.put(io.BytesIO(b"told afterwards"))

    assert kept.put(io.BytesIO(b"told before")) == old
    assert b"".join(kept.blocks(old.sha256)) == b"told before"
    assert (kept.verify(old.sha256), kept.size(old.sha256)) == (old, 11)
    assert list(kept.inventory()) == sorted([old, new], key=lambda one: one.sha256)
    assert ObjectKey.objects.count() == 1

    kept.discard(old.sha256)
    assert list(kept.inventory()) == [new]
