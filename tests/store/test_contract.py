"""One contract, every store: a folder, OpenStack Swift, moto and an encrypted folder keep, refuse and give back alike."""

import hashlib
import io
import os
import threading

import pytest
from django.db import connection

from longstone.kernel import keys
from longstone.kernel.store.cache import Cache
from longstone.kernel.store.disk import Damaged, NotHeld, Stored, StoreFault, shelf
from longstone.kernel.store.encrypted import Encrypted
from longstone.kernel.store.posix import Posix
from longstone.kernel.store.s3 import S3

LARGE = (11 << 20) + 17  # three parts


class Folder:
    """A folder, and what somebody who is not the house can do to it."""

    def __init__(self, tmp_path):
        self.store = Posix(tmp_path / "store")

    def spoil(self, sha256, told):
        path = self.store.place(sha256)
        path.chmod(0o640)
        path.write_bytes(told)

    def drop(self, name, told):
        (self.store.root / "objects" / name).write_bytes(told)


class Bucket:
    """A bucket, and what somebody who is not the house can do to it."""

    def __init__(self, place, tmp_path):
        told = place.new_bucket()
        self.name, self.client = told.name, place.client()
        self.store = S3(told, Cache(tmp_path / "cache"), retries=0, part=5 << 20)

    def spoil(self, sha256, told):
        self.client.put_object(Bucket=self.name, Key=shelf(sha256), Body=told)

    def drop(self, name, told):
        self.client.put_object(Bucket=self.name, Key=f"objects/{name}", Body=told)


class EncryptedFolder:
    """A folder whose objects lie encrypted in it, and what somebody who is not the house can do to it."""

    def __init__(self, tmp_path):
        keys.ensure("store")
        self.store = Encrypted(Posix(tmp_path / "store"), "store", tmp_path / "scratch")

    def spoil(self, sha256, told):
        path = self.store.place(sha256)
        path.chmod(0o640)
        path.write_bytes(path.read_bytes()[:-1] if len(told) > 4 else told)

    def drop(self, name, told):
        (self.store.beneath.root / "objects" / name).write_bytes(told)


@pytest.fixture(params=["posix", "swift", "moto", "encrypted"])
def house(request, tmp_path):
    if request.param == "posix":
        return Folder(tmp_path)
    if request.param == "encrypted":
        request.getfixturevalue("fresh_house")
        return EncryptedFolder(tmp_path)
    return Bucket(request.getfixturevalue(f"{request.param}_place"), tmp_path)


@pytest.fixture
def kept(house):
    return house.store


def stored(told):
    return Stored(hashlib.sha256(told).hexdigest(), len(told))


@pytest.mark.parametrize("size", [0, 1, 5 << 20, LARGE])
def test_what_is_put_is_given_back(kept, size):
    told = os.urandom(size)

    made = kept.put(io.BytesIO(told))

    assert made == stored(told)
    assert b"".join(kept.blocks(made.sha256)) == told
    with kept.open(made.sha256) as stream:
        assert (stream.size, stream.read()) == (size, told)
    assert (kept.has(made.sha256), kept.size(made.sha256)) == (True, size)
    assert kept.verify(made.sha256) == made


@pytest.mark.parametrize("size", [70_000, LARGE])
def test_a_file_is_kept_and_a_known_file_adopted(kept, tmp_path, size):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(os.urandom(size))
    other.write_bytes(os.urandom(size))

    made = kept.put(one)
    kept.adopt(other, stored(other.read_bytes()))

    assert kept.verify(made.sha256) == stored(one.read_bytes())
    assert kept.verify(stored(other.read_bytes()).sha256).size == size


def test_a_program_is_lent_a_file_with_the_very_bytes(kept):
    made = kept.put(io.BytesIO(b"told" * 50_000))

    with kept.lent(made.sha256) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == made.sha256
    assert kept.local(made.sha256).read_bytes() == b"told" * 50_000


def test_the_same_bytes_are_kept_once(kept):
    first = kept.put(io.BytesIO(b"told"))

    assert kept.put(io.BytesIO(b"told")) == first
    assert list(kept.inventory()) == [first]


def test_many_writers_of_the_same_bytes_keep_one_object(kept):
    told = os.urandom(400_000)

    def write():
        kept.put(io.BytesIO(told))
        connection.close()  # each thread has its own

    writers = [threading.Thread(target=write) for _ in range(4)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert list(kept.inventory()) == [stored(told)]


def test_a_wrong_digest_is_refused_and_nothing_is_kept(kept):
    with pytest.raises(StoreFault, match="not kept"):
        kept.put(io.BytesIO(b"told"), expected="0" * 64)

    assert list(kept.inventory()) == []


@pytest.mark.parametrize("size", [70_000, LARGE])
def test_a_changed_byte_is_found_before_the_last_block_leaves(house, kept, size):
    told = bytearray(os.urandom(size))
    made = kept.put(io.BytesIO(told))
    told[-1] ^= 1
    house.spoil(made.sha256, bytes(told))

    given_out = []
    with pytest.raises(Damaged, match=made.sha256):
        given_out.extend(kept.blocks(made.sha256))
    with pytest.raises(Damaged):
        kept.verify(made.sha256)
    assert sum(map(len, given_out)) < size


def test_damaged_bytes_are_never_taken_for_the_same_nor_written_over(house, kept):
    made = kept.put(io.BytesIO(b"told"))
    house.spoil(made.sha256, b"tolt")

    with pytest.raises(Damaged, match=made.sha256):
        kept.put(io.BytesIO(b"told"))

    with pytest.raises(Damaged):
        kept.verify(made.sha256)


def test_a_shortened_object_is_found(house, kept):
    made = kept.put(io.BytesIO(b"told" * 1000))
    house.spoil(made.sha256, b"told")

    with pytest.raises(Damaged):
        list(kept.blocks(made.sha256))
    assert [one.size for one in kept.inventory()] != [4000]


def test_what_is_not_held_is_said(kept):
    for ask in (kept.local, kept.verify, kept.size, lambda sha: list(kept.blocks(sha)), kept.open):
        with pytest.raises(NotHeld, match="does not hold"):
            ask("0" * 64)
    assert not kept.has("0" * 64)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63])
def test_only_a_digest_names_an_object(kept, digest):
    with pytest.raises(StoreFault, match="not a SHA-256"):
        kept.place(digest)
    with pytest.raises(StoreFault):
        kept.size(digest)


def test_the_inventory_is_in_order_and_names_what_is_no_object(house, kept):
    made = sorted((kept.put(io.BytesIO(bytes([number]))) for number in range(12)), key=lambda one: one.sha256)
    assert list(kept.inventory()) == made

    house.drop("note.txt", b"who put me here?")

    assert [one for one in kept.listing() if isinstance(one, Stored)] == made
    with pytest.raises(StoreFault, match=r"note\.txt"):
        list(kept.inventory())


def test_an_empty_store_lists_nothing_and_has_nothing_to_sweep(kept):
    assert list(kept.inventory()) == []
    assert kept.sweep_incoming() == 0


def test_a_discarded_object_is_gone_and_can_be_discarded_again(kept):
    made, other = kept.put(io.BytesIO(b"told")), kept.put(io.BytesIO(b"another"))
    kept.local(made.sha256)

    kept.discard(made.sha256)
    kept.discard(made.sha256)

    assert list(kept.inventory()) == [other]
    with pytest.raises(NotHeld):
        kept.local(made.sha256)


def test_a_store_says_where_it_is_and_not_its_key(kept):
    assert kept.address
    assert "testing" not in kept.address
    assert "not a secret" not in kept.address


def test_a_place_is_tried_without_leaving_anything_in_the_store(kept):
    seen = kept.probe()

    assert seen.conditional
    assert not seen.write_once  # none of these keeps its objects from the house's own account
    assert list(kept.listing()) == []
