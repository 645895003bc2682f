"""A bundle is written as promised, or not at all; other people's tools can read it."""

import hashlib
import io
import tracemalloc
import zipfile

import bagit
import pytest

from longstone.kernel import bundles
from longstone.kernel.ledger import notes
from tests.verifier.building import BAG, COPY, KEY, ORIGIN, Force, pack, sha, unpack
from verifier import bundle, note
from verifier.container import Container

OBJECT = f"data/objects/{sha(COPY)}"
NOTHING = bundles.Ledger([], "")


def written(*payload, bag=BAG):
    out = io.BytesIO()
    bundles.write(out, bag, list(payload), day="2026-01-02", ledger=NOTHING)
    return out.getvalue()


def test_another_tool_agrees_that_it_is_a_bag(tmp_path):
    whole = Force(consistency=(5,), cosigned=True).zip()

    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert opened.testzip() is None
        opened.extractall(tmp_path)

    assert bagit.Bag(str(tmp_path / BAG)).validate()


def test_the_same_contents_are_the_same_bytes():
    assert Force().zip() == Force().zip() == pack(unpack(Force().zip()))


def test_a_file_is_read_only_while_it_is_written_and_stays_as_it_was(tmp_path):
    source = tmp_path / "copy"
    source.write_bytes(COPY)
    source.chmod(0o440)
    before = source.stat()

    whole = written(bundles.file_member(OBJECT, source, sha(COPY)))

    assert unpack(whole)[OBJECT] == COPY
    assert source.stat().st_mtime_ns == before.st_mtime_ns
    assert source.stat().st_mode == before.st_mode


@pytest.mark.parametrize("now", [b"hello w0rld", b"hello", b"hello world and more", b""])
def test_a_file_that_is_not_what_was_promised_stops_the_bundle(tmp_path, now):
    source = tmp_path / "copy"
    source.write_bytes(COPY)
    member = bundles.file_member(OBJECT, source, sha(COPY))
    source.write_bytes(now)

    with pytest.raises(bundles.Changed, match=f"{OBJECT} is not what it was"):
        written(member)


def test_a_link_is_never_followed(tmp_path):
    source, link = tmp_path / "copy", tmp_path / "link"
    source.write_bytes(COPY)
    member = bundles.file_member(OBJECT, source, sha(COPY))
    link.symlink_to(source)
    source.rename(tmp_path / "moved")
    source.symlink_to(tmp_path / "moved")

    with pytest.raises(bundles.NotAllowed, match="is a link"):
        bundles.file_member(OBJECT, link, sha(COPY))
    with pytest.raises(OSError, match="symbolic links"):
        written(member)


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "data/../x", "data/objects/x", "data/about.txt\n", "data/%0A", "fetch.txt", "", "data/ledger/x"],
)
def test_a_file_of_another_name_is_refused_before_anything_is_written(path):
    out = io.BytesIO()

    with pytest.raises(bundles.NotAllowed, match="cannot hold a file named"):
        bundles.write(out, BAG, [bundles.text_member(path, "x")], day="2026-01-02", ledger=NOTHING)

    assert out.getvalue() == b""


@pytest.mark.parametrize("bag", ["", "..", "a/b", "a\nb", "a b", "C:", "\u202eabc", "x" * 500])
def test_a_bag_of_a_hostile_name_is_refused(bag):
    with pytest.raises(bundles.NotAllowed, match="cannot be named"):
        written(bag=bag)


def test_two_files_of_one_name_are_refused():
    with pytest.raises(bundles.NotAllowed, match="two files of one name"):
        written(bundles.text_member("data/about.txt", "a"), bundles.text_member("data/about.txt", "b"))


def test_the_payload_digest_binds_every_file_but_the_ledgers_own():
    force = Force()
    files = unpack(force.zip())
    chosen = sorted(path for path in files if path.startswith("data/") and not path.startswith("data/ledger/"))

    told = "".join(f"{sha(files[path])}  {path}\n" for path in chosen)

    assert bundles.payload_digest(force.payload()) == sha(told.encode())


def test_memory_stays_flat_however_large_a_copy_is(tmp_path):
    source, size = tmp_path / "disk", 300 << 20
    with source.open("wb") as disk:
        disk.truncate(size)
    digest = hashlib.sha256()
    for _ in range(300):
        digest.update(bytes(1 << 20))
    path = f"data/objects/{digest.hexdigest()}"
    zipped = tmp_path / "bundle.zip"

    tracemalloc.start()
    with zipped.open("wb") as out:
        bundles.write(
            out, BAG, [bundles.file_member(path, source, digest.hexdigest())], day="2026-01-02", ledger=NOTHING
        )
    with zipped.open("rb") as stream:
        found = Container(stream).digest(f"{BAG}/{path}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == digest.hexdigest()
    assert peak < 16 << 20


def test_what_is_written_verifies():
    key = note.parse_key(notes.vkey(ORIGIN, KEY))

    assert bundle.check(io.BytesIO(Force().zip()), key=key).signed
