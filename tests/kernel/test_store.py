"""The store: what is acknowledged is on disk, under its digest, and is given back whole or not at all."""

import fcntl
import hashlib
import io
import os
import random
import resource
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longstone.kernel.store.disk import Damaged, Stored, StoreFault
from longstone.kernel.store.posix import Posix
from tests.faults import found


@pytest.fixture
def kept(tmp_path):
    return Posix(tmp_path / "store")


@pytest.fixture
def damaged(kept):
    """Give the digest of an object whose last byte was flipped."""
    stored = kept.put(io.BytesIO(b"a" * 3_000_000))
    path = kept.local(stored.sha256)
    path.chmod(0o640)
    with path.open("r+b") as out:
        out.seek(2_999_999)
        out.write(b"b")
    return stored.sha256


@settings(deadline=None)  # a disk that others use too has no deadline
@given(st.binary(max_size=5000))
def test_what_is_put_is_given_back(tmp_path_factory, told):
    kept = Posix(tmp_path_factory.mktemp("store"))

    stored = kept.put(io.BytesIO(told))

    assert stored == Stored(hashlib.sha256(told).hexdigest(), len(told))
    assert b"".join(kept.blocks(stored.sha256)) == told
    with kept.open(stored.sha256) as stream:
        assert (stream.size, stream.read()) == (len(told), told)


def test_a_file_is_kept_as_a_stream_is(kept, tmp_path):
    (tmp_path / "image.raw").write_bytes(b"told" * 1_000_000)

    stored = kept.put(tmp_path / "image.raw")

    assert kept.verify(stored.sha256) == stored
    assert kept.size(stored.sha256) == 4_000_000


def test_a_flipped_bit_is_found_before_the_last_block_leaves(kept, damaged):
    given_out = []
    with pytest.raises(Damaged, match=damaged):
        given_out.extend(kept.blocks(damaged))

    assert sum(map(len, given_out)) < 3_000_000


def test_a_thousand_single_bits_are_each_found_and_named(kept):
    told = bytearray(os.urandom(20_000))
    made = kept.put(io.BytesIO(told))
    path, named = kept.local(made.sha256), 0
    path.chmod(0o640)
    for bit in random.Random(1).sample(range(8 * len(told)), 1000):
        told[bit // 8] ^= 1 << bit % 8
        path.write_bytes(told)
        with pytest.raises(Damaged, match=made.sha256):
            kept.verify(made.sha256)
        told[bit // 8] ^= 1 << bit % 8
        named += 1

    assert named == 1000
    found("single bit", "stored object", 1000, named)


def test_a_stream_of_damaged_bytes_does_not_come_to_its_end(kept, damaged):
    with kept.open(damaged) as stream, pytest.raises(Damaged, match=damaged):
        stream.read()


def test_damaged_bytes_are_named_and_never_taken_for_the_same(kept, damaged):
    with pytest.raises(Damaged, match=damaged):
        kept.verify(damaged)
    with pytest.raises(Damaged, match=damaged):
        kept.put(io.BytesIO(b"a" * 3_000_000))

    assert kept.local(damaged).read_bytes()[-1:] == b"b"  # it is evidence of the damage: not written over
    assert list(kept.incoming.iterdir()) == []


def test_a_shortened_object_is_found(kept):
    stored = kept.put(io.BytesIO(b"a" * 3_000_000))
    kept.local(stored.sha256).chmod(0o640)
    os.truncate(kept.local(stored.sha256), 0)

    with pytest.raises(Damaged):
        list(kept.blocks(stored.sha256))


def test_the_same_bytes_are_kept_once(kept):
    first = kept.put(io.BytesIO(b"told"))

    assert kept.put(io.BytesIO(b"told")) == first
    assert list(kept.inventory()) == [first]
    assert list(kept.incoming.iterdir()) == []


def test_many_writers_of_the_same_bytes_keep_one_object(kept):
    told = os.urandom(2_000_000)
    writers = [threading.Thread(target=kept.put, args=(io.BytesIO(told),)) for _ in range(8)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert list(kept.inventory()) == [Stored(hashlib.sha256(told).hexdigest(), len(told))]


def test_a_wrong_digest_is_refused_and_nothing_is_kept(kept):
    with pytest.raises(StoreFault, match="not kept"):
        kept.put(io.BytesIO(b"told"), expected="0" * 64)

    assert list(kept.inventory()) == []
    assert list(kept.incoming.iterdir()) == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_digest_names_an_object(kept, digest):
    with pytest.raises(StoreFault):
        kept.place(digest)


def test_what_is_not_held_is_said(kept):
    with pytest.raises(StoreFault, match="does not hold"):
        kept.local("0" * 64)

    assert not kept.has("0" * 64)


def test_what_lies_there_is_for_us_alone_and_cannot_be_written(kept):
    stored = kept.put(io.BytesIO(b"told"))

    path = kept.local(stored.sha256)
    assert path.stat().st_mode & 0o777 == 0o440
    assert {folder.stat().st_mode & 0o777 for folder in path.parents[:5]} == {0o700}


def test_no_mode_of_a_folder_that_exists_is_changed(tmp_path):
    (tmp_path / "store").mkdir(mode=0o755)

    Posix(tmp_path / "store").put(io.BytesIO(b"told"))

    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o755


def test_a_stray_file_in_the_store_is_named_and_not_passed_over(kept):
    kept.put(io.BytesIO(b"told"))
    (kept.root / "objects" / "sha256" / "note.txt").write_text("who put me here?")

    with pytest.raises(StoreFault, match=r"note\.txt"):
        list(kept.inventory())


def test_the_inventory_is_in_order(kept):
    stored = [kept.put(io.BytesIO(bytes([number]))) for number in range(30)]

    assert list(kept.inventory()) == sorted(stored, key=lambda one: one.sha256)


def test_a_store_that_has_taken_nothing_is_empty(kept):
    assert list(kept.inventory()) == []
    assert kept.sweep_incoming() == 0


def test_what_a_killed_writer_left_is_swept_and_what_is_being_written_is_not(kept):
    kept.put(io.BytesIO(b"told"))
    (kept.incoming / "dead").write_bytes(b"half")
    with (kept.incoming / "alive").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)

        swept = kept.sweep_incoming()

    assert swept == 1
    assert [path.name for path in kept.incoming.iterdir()] == ["alive"]


def test_a_disk_that_takes_no_more_is_a_sentence_and_nothing_is_kept(kept):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept.put(io.BytesIO(b"told"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(StoreFault, match="Keeping the bytes could not be done"):
            kept.put(io.BytesIO(b"a" * 3_000_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [one.size for one in kept.inventory()] == [4]
    assert list(kept.incoming.iterdir()) == []
