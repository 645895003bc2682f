"""A bucket: what it was seen to do, what is left half-sent in it, and the copies that are made of its objects."""

import hashlib
import io
import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from longstone.kernel.store.asking import Asking
from longstone.kernel.store.cache import GRACE, Cache
from longstone.kernel.store.disk import Damaged, Stored, StoreFault, shelf
from longstone.kernel.store.s3 import S3
from longstone.kernel.store.trying import unfinished

LARGE = (11 << 20) + 17


@pytest.fixture
def locked(moto_place, cache):
    """Give a bucket that keeps every version for a day."""
    told = moto_place.new_bucket(ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    moto_place.client().put_object_lock_configuration(
        Bucket=told.name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    return S3(told, cache, retries=0)


@pytest.mark.parametrize("size", [70_000, LARGE])
def test_a_file_that_is_not_what_it_was_said_to_be_is_never_kept(bucket, tmp_path, size):
    path = tmp_path / "file"
    path.write_bytes(os.urandom(size))

    with pytest.raises(StoreFault):
        bucket.adopt(path, Stored("0" * 64, size))

    assert list(bucket.listing()) == []


def test_swift_refuses_a_wrong_checksum_and_lets_a_locked_version_go(swift_place, cache):
    seen = S3(swift_place.new_bucket(), cache, retries=0).probe()

    assert (seen.conditional, seen.checksum, seen.locked) == (True, True, False)
    assert (
        seen.sentence == "Not write-once: what was just written could be deleted at once, by the house's own account."
    )


def test_moto_keeps_a_locked_version_and_takes_a_wrong_checksum(locked):
    seen = locked.probe()

    assert (seen.conditional, seen.checksum, seen.locked) == (True, False, True)
    assert seen.sentence == "Not write-once: bytes with a wrong checksum were taken."
    assert list(locked.listing()) == []


def test_a_locked_object_cannot_be_discarded_and_the_refusal_says_why(moto_place, cache):
    told, client = moto_place.new_bucket(ObjectLockEnabledForBucket=True), moto_place.client()
    kept = S3(told, cache, retries=0)
    made = kept.put(io.BytesIO(b"told"))
    until = datetime.now(UTC) + timedelta(days=1)
    client.put_object_retention(
        Bucket=told.name, Key=shelf(made.sha256), Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until}
    )

    with pytest.raises(StoreFault, match=r"does not let .+ be removed: Access Denied"):
        kept.discard(made.sha256)

    assert kept.verify(made.sha256) == made


def test_a_discarded_object_leaves_no_version_behind(place, cache):
    told, client = place.new_bucket(), place.client()
    client.put_bucket_versioning(Bucket=told.name, VersioningConfiguration={"Status": "Enabled"})
    kept = S3(told, cache, retries=0)
    made, other = kept.put(io.BytesIO(b"told")), kept.put(io.BytesIO(b"another"))
    client.put_object(Bucket=told.name, Key=shelf(made.sha256), Body=b"changed")
    client.delete_object(Bucket=told.name, Key=shelf(made.sha256))  # which only hides it

    kept.discard(made.sha256)

    left = client.list_object_versions(Bucket=told.name)
    assert [one["Key"] for one in left.get("Versions", [])] == [shelf(other.sha256)]
    assert left.get("DeleteMarkers", []) == []


def test_uploads_that_were_begun_long_ago_are_given_up_and_others_are_not(place, bucket):
    client, name = place.client(), bucket._bucket.name
    begun = [client.create_multipart_upload(Bucket=name, Key=shelf(f"{number:064d}")) for number in range(3)]
    client.upload_part(
        Bucket=name, Key=begun[0]["Key"], UploadId=begun[0]["UploadId"], PartNumber=1, Body=b"a" * (5 << 20)
    )
    old = min(datetime.fromisoformat(one["Initiated"]) for one in unfinished(bucket._asking))

    left = bucket.sweep_incoming(older=datetime.now(UTC) - old + timedelta(days=1))
    swept = bucket.sweep_incoming(older=timedelta(days=-1))

    assert (left, swept) == (0, 3)
    assert list(unfinished(bucket._asking)) == []
    assert bucket.sweep_incoming(older=timedelta(days=-1)) == 0


def test_a_writer_that_stops_in_the_middle_shows_nothing_and_what_it_left_is_swept(place, bucket, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(os.urandom(LARGE))

    with pytest.raises(Damaged):
        bucket.adopt(path, Stored("0" * 64, LARGE))

    assert list(bucket.listing()) == []
    bucket.sweep_incoming(older=timedelta(days=-1))
    assert list(unfinished(bucket._asking)) == []


def test_a_wrong_key_and_a_missing_bucket_are_sentences(place, cache):
    nowhere = S3(place.bucket("no-such-bucket"), cache, retries=0)

    with pytest.raises(StoreFault, match="Keeping the bytes could not be done"):
        nowhere.put(io.BytesIO(b"told"))
    with pytest.raises(StoreFault, match="did not take a small object"):
        nowhere.probe()


def test_a_house_without_the_right_key_is_refused_in_a_sentence(swift_place, cache):
    told = swift_place.new_bucket()
    stranger = S3(type(told)(told.name, told.endpoint, told.region, told.key, "wrong", plain=True), cache, retries=0)

    with pytest.raises(StoreFault, match="refused the house's key"):
        stranger.put(io.BytesIO(b"told"))


def test_a_server_that_does_not_answer_is_a_sentence(moto_place, cache):
    told = moto_place.bucket("evidence")
    silent = type(told)(told.name, "http://127.0.0.1:9", told.region, told.key, told.secret, plain=True)

    with pytest.raises(StoreFault, match="did not answer"):
        S3(silent, cache, retries=0).has("0" * 64)
    with pytest.raises(StoreFault, match="did not answer"):
        Asking(silent).ask("GET")


def test_a_copy_that_was_changed_is_made_again(bucket):
    made = bucket.put(io.BytesIO(b"told" * 1000))
    path = bucket.local(made.sha256)
    path.chmod(0o600)
    path.write_bytes(b"tolt" * 1000)

    with bucket.lent(made.sha256) as again:
        assert again.read_bytes() == b"told" * 1000


def filled(tmp_path, count):
    """Give a cache of three objects' room, and the copies it made of some, the oldest first."""
    cache, day = Cache(tmp_path / "cache", bound=3000), time.time() - GRACE - 86_400
    made = []
    for number in range(count):
        told = bytes([number]) * 1000
        path = cache.copy_of(hashlib.sha256(told).hexdigest(), 1000, lambda told=told: [told])
        os.utime(path, (day + number, day + number))
        made.append(path)
    return cache, made


def test_the_longest_unused_copies_go_when_there_is_no_room(tmp_path):
    _, made = filled(tmp_path, 5)

    assert [path.exists() for path in made] == [False, False, True, True, True]


def test_a_copy_in_use_stays_and_the_next_unused_goes(tmp_path):
    cache, made = filled(tmp_path, 3)
    with cache.lent(made[0].name, 1000, list):
        os.utime(made[0], (0, 0))
        new = os.urandom(1000)
        cache.copy_of(hashlib.sha256(new).hexdigest(), 1000, lambda: [new])

        assert [path.exists() for path in made] == [True, False, True]


def test_a_copy_that_a_killed_process_left_half_made_is_swept(tmp_path):
    cache, _ = filled(tmp_path, 1)
    (cache.folder / "dead.part").write_bytes(b"half")

    assert cache.sweep() == 1
    assert [path.suffix for path in cache.folder.iterdir()] == [""]
