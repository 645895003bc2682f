"""The store: what is acknowledged is on disk, under its digest, and is given back whole or not at all."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.store.posix import Damaged, Posix, StoreFault

WRITER = """
import sys
from pathlib import Path
from longstone.kernel.store.posix import Posix
stored = Posix(Path(sys.argv[1])).put(open(sys.argv[2], "rb"))
print(stored.sha256, flush=True)
"""
BAD_WRITER = """
import hashlib, sys
from pathlib import Path
told = open(sys.argv[2], "rb").read()
digest = hashlib.sha256(told).hexdigest()
place = Path(sys.argv[1]) / "objects" / "sha256" / digest[:2] / digest[2:4] / digest
place.parent.mkdir(parents=True, exist_ok=True)
with place.open("wb") as out:
    out.write(told[:100]); out.flush()
    out.write(told[100:]); out.flush()
print(digest, flush=True)
"""


@pytest.fixture
def kept(tmp_path):
    return Posix(tmp_path / "store")


@given(st.binary(max_size=5000))
def test_what_is_put_is_given_back(tmp_path_factory, told):
    kept = Posix(tmp_path_factory.mktemp("store"))

    stored = kept.put(io.BytesIO(told))

    assert stored.sha256 == hashlib.sha256(told).hexdigest()
    assert b"".join(kept.blocks(stored.sha256)) == told


def test_a_flipped_bit_is_found_before_the_last_block_leaves(kept):
    stored = kept.put(io.BytesIO(b"a" * 3_000_000))
    path = kept.local(stored.sha256)
    path.chmod(0o640)
    with path.open("r+b") as out:
        out.seek(2_999_999)
        out.write(b"b")

    given_out: list[bytes] = []
    with pytest.raises(Damaged, match=stored.sha256):
        given_out.extend(kept.blocks(stored.sha256))

    assert sum(map(len, given_out)) < 3_000_000
    with pytest.raises(Damaged):
        kept.put(io.BytesIO(b"a" * 3_000_000))


def test_the_same_bytes_are_kept_once(kept):
    first = kept.put(io.BytesIO(b"told"))

    assert kept.put(io.BytesIO(b"told")) == first
    assert len(list(kept.inventory())) == 1
    assert list(kept.incoming.iterdir()) == []


def test_a_wrong_digest_is_refused_and_nothing_is_kept(kept):
    with pytest.raises(StoreFault, match="not kept"):
        kept.put(io.BytesIO(b"told"), expected="0" * 64)

    assert list(kept.inventory()) == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63])
def test_only_a_digest_names_an_object(kept, digest):
    with pytest.raises(StoreFault):
        kept.place(digest)


def test_what_lies_there_cannot_be_written(kept):
    stored = kept.put(io.BytesIO(b"told"))

    assert kept.local(stored.sha256).stat().st_mode & 0o777 == 0o440


def faulted(script, root, source, fault):
    """Run a writer under strace, with one fault; give what it acknowledged."""
    told = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"inject={fault}",
        sys.executable,
        "-c",
        script,
        str(root),
        str(source),
    ]
    done = subprocess.run(
        told, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    return done.stdout.strip()


def honest(root, acknowledged, wanted):
    """Say whether every object that can be seen is whole, and what was acknowledged is there."""
    kept = Posix(root)
    for one in kept.inventory():
        if hashlib.sha256(kept.local(one.sha256).read_bytes()).hexdigest() != one.sha256:
            return False
    return not acknowledged or (acknowledged == wanted and kept.has(wanted))


FAULTS = [
    f"{call}:{fault}:when={when}"
    for call, whens in {"write": range(1, 5), "fsync": range(1, 8), "link,linkat": [1], "unlink,unlinkat": [1], "mkdir": range(1, 6)}.items()
    for when in whens
    for fault in ("error=EIO", "error=ENOSPC", "signal=KILL")
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here: install it to inject faults.")
def test_no_fault_loses_what_was_acknowledged_or_shows_what_is_half_written(tmp_path):
    source, wanted = _source(tmp_path)
    bad = []
    for number, fault in enumerate(FAULTS):
        root = tmp_path / f"store-{number}"
        if not honest(root, faulted(WRITER, root, source, fault), wanted):
            bad.append(fault)

    assert bad == []


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here: install it to inject faults.")
def test_the_fault_test_catches_a_writer_that_is_not_careful(tmp_path):
    source, wanted = _source(tmp_path)
    bad = [
        number
        for number in range(1, 5)
        if not honest(
            tmp_path / f"s{number}",
            faulted(textwrap.dedent(BAD_WRITER), tmp_path / f"s{number}", source, f"write:signal=KILL:when={number}"),
            wanted,
        )
    ]

    assert bad


def _source(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(os.urandom(2_500_000))
    return source, hashlib.sha256(source.read_bytes()).hexdigest()
