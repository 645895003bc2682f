"""Where the store is: one setting, a key that is never a default, and no plain HTTP where others could listen."""

import pytest

from longstone.kernel.store import address
from longstone.kernel.store.disk import StoreFault

SOUND = "s3://evidence?endpoint=https://s3.force.example&region=eu-west-2"
KEY = {"LONGSTONE_STORE_KEY": "house", "LONGSTONE_STORE_SECRET": "a secret of the test"}


def test_a_bucket_is_read_with_its_key():
    found = address.bucket(SOUND, KEY)

    assert (found.name, found.endpoint, found.region) == ("evidence", "https://s3.force.example", "eu-west-2")
    assert (found.key, found.secret, found.plain) == ("house", "a secret of the test", False)
    assert "a secret of the test" not in repr(found) + found.address


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("ftp://evidence", "Write a folder, or s3://"),
        ("s3://?endpoint=https://a.example&region=x", "names no bucket"),
        ("s3://evidence/folder?endpoint=https://a.example&region=x", "names no bucket"),
        ("s3://evidence?region=x", "does not say its endpoint"),
        ("s3://evidence?endpoint=https://a.example", "does not say its region"),
        ("s3://evidence?endpoint=https://a.example&region=x&regoin=y", "regoin, which means nothing"),
        ("s3://evidence?endpoint=a.example&region=x", "is not an address"),
        ("s3://evidence?endpoint=https://house:secret@a.example&region=x", "is not an address"),
        ("s3://evidence?endpoint=http://a.example&region=x", "speaks plain HTTP to another machine"),
        ("s3://evidence?endpoint=http://127.0.0.1.a.example&region=x", "speaks plain HTTP to another machine"),
    ],
)
def test_an_address_that_is_not_sound_is_refused(setting, why):
    with pytest.raises(StoreFault, match=why):
        address.bucket(setting, KEY)


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000", "a.example&plain_http=yes"])
def test_plain_http_is_for_this_machine_or_by_an_express_word(host):
    assert address.bucket(f"s3://evidence?region=x&endpoint=http://{host}", KEY).plain


def test_there_is_no_default_key():
    with pytest.raises(StoreFault, match="key is not given"):
        address.bucket(SOUND, {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "else's"})


def test_a_key_is_read_from_a_file_that_only_the_house_reads(tmp_path):
    path = tmp_path / "bucket.key"
    path.write_text("key=house\nsecret=from = a file\n")
    path.chmod(0o600)

    found = address.bucket(SOUND, {"LONGSTONE_STORE_CREDENTIALS": str(path)})

    assert (found.key, found.secret) == ("house", "from = a file")


def test_a_file_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "bucket.key"
    path.write_text("key=house\nsecret=told\n")
    path.chmod(0o640)

    with pytest.raises(StoreFault, match="Others can read"):
        address.bucket(SOUND, {"LONGSTONE_STORE_CREDENTIALS": str(path)})
    with pytest.raises(StoreFault, match="cannot be read"):
        address.bucket(SOUND, {"LONGSTONE_STORE_CREDENTIALS": str(tmp_path / "nothing")})
