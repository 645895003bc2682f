"""Is an E01 read exactly, and is every damage in it named?"""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from examiner.board import Board
from examiner.sources.ewf import Ewf
from tests.examiner.specimens.ewf import CHUNK, Made, e01
from tests.examiner.specimens.fat import Fat12


@pytest.fixture
def media() -> bytes:
    """Give a disk image whose chunks are some compressible and some not."""
    volume = Fat12()
    volume.add(b"NOISE   BIN", random.Random(7).randbytes(200_000))
    volume.add(b"A       TXT", b"hello")
    return volume.image()


def written(tmp_path: Path, made: Made) -> Path:
    for number, segment in enumerate(made.segments, start=1):
        (tmp_path / f"image.E{number:02d}").write_bytes(segment)
    return tmp_path / "image.E01"


def spoiled(made: Made, at: int) -> Made:
    first = bytearray(made.segments[0])
    first[at] ^= 0x01
    return Made([bytes(first), *made.segments[1:]], made.chunks)


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_the_media_is_what_was_packed(examine, tmp_path, media, segments):
    found = examine(written(tmp_path, e01(media, segments=segments)))

    said = found.manifest()["input"]
    assert found.code == 0
    assert said["media"] == {"bytes": len(media), "sha256": hashlib.sha256(media).hexdigest()}
    assert said["stored_digests"]["md5"]["verdict"] == "agrees"
    assert len(said["parts"]) == segments


def test_any_part_of_the_media_can_be_read(tmp_path, media):
    chance = random.Random(1)
    path = written(tmp_path, e01(media))

    with path.open("rb") as file:
        image = Ewf([file.fileno()])
        for _ in range(300):
            at, length = chance.randrange(len(media) + 10), chance.randrange(3 * CHUNK)
            assert image.read(at, length) == media[at : at + length]


@pytest.mark.parametrize("number", [1, 4, 5])
def test_the_chunk_with_one_changed_bit_is_named(examine, tmp_path, media, number):
    made = e01(media)
    start, length = made.chunks[number]

    found = examine(written(tmp_path, spoiled(made, start + length // 2)))

    where = [row["where"] for row in found.rows("problems") if row["kind"] == "damaged image"]
    assert len(where) == 1
    assert where[0].startswith(f"chunk {number}, ")
    assert found.manifest()["input"]["stored_digests"]["md5"]["verdict"] == "differs"
    assert "digest differs" in found.kinds()


def test_a_file_in_a_damaged_chunk_is_not_given_a_digest(examine, tmp_path, media):
    made = e01(media)
    start, length = made.chunks[3]

    found = examine(written(tmp_path, spoiled(made, start + length // 2))).file("NOISE.BIN")

    assert (found["state"], found["sha256"]) == ("not read", None)


@pytest.mark.parametrize("step", [997, pytest.param(13, marks=pytest.mark.deep)])
def test_every_single_changed_byte_is_noticed_or_changes_nothing(tmp_path, media, step):
    """A few bits of a compressed chunk say the same in another way: then the media are as they were, bit by bit."""
    whole = media[: 3 * CHUNK]
    made = e01(whole)
    first, last = made.chunks[0][0], sum(made.chunks[-1])

    for at in range(first, last, step):
        path = written(tmp_path, spoiled(made, at))
        with path.open("rb") as file:
            image = Ewf([file.fileno()])
            facts = image.verify(board=Board(), wanted=True)
            noticed = image.damage.flaws or facts["media_md5"] != facts["stored_md5"]
            assert noticed or image.read(0, len(whole)) == whole, at


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_an_image_cut_short_says_so_and_keeps_what_is_left(examine, tmp_path, media, share):
    whole = e01(media).segments[0]

    found = examine(written(tmp_path, Made([whole[: int(len(whole) * share)]], [])))

    assert found.code == 1
    assert found.manifest()["complete"] is False
    assert "cut short" in found.said


def test_a_missing_segment_is_said(examine, tmp_path, media):
    path = written(tmp_path, e01(media, segments=3))
    (tmp_path / "image.E03").unlink()

    found = examine(path)

    assert found.code == 1
    assert any("segment file is missing" in row["sentence"] for row in found.rows("problems"))


def test_a_digest_that_cannot_be_compared_is_not_called_a_change(examine, tmp_path, media):
    written(tmp_path, e01(media, segments=3))

    found = examine(tmp_path / "image.E03")

    assert found.code in {0, 1}
    assert not any("has changed" in row["sentence"] for row in found.rows("problems"))


@pytest.mark.parametrize("seed", [*range(20), *(pytest.param(n, marks=pytest.mark.deep) for n in range(20, 500))])
def test_no_damage_of_the_container_is_more_than_a_finding(examine, tmp_path, media, seed):
    chance = random.Random(seed)
    spoilt = bytearray(e01(media[: 6 * CHUNK]).segments[0])
    for _ in range(chance.choice([1, 3, 30])):
        spoilt[chance.randrange(13, len(spoilt))] = chance.randrange(256)

    found = examine(written(tmp_path, Made([bytes(spoilt)], [])))

    assert found.code in {0, 1}
    assert "Traceback" not in found.said
    assert found.folder.is_dir()
