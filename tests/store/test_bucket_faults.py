"""A bucket under faults: at each request the line breaks, in each way, and no acknowledged byte is lost or half-shown."""

import contextlib
import io
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from obstore.exceptions import BaseError

from longstone.kernel.store.disk import Stored, StoreFault
from longstone.kernel.store.s3 import S3
from longstone.kernel.store.trying import unfinished
from tests.faults import found
from tests.store.faulty import KEPT, WAYS, line_to

NOW = timedelta(days=-1)
SMALL, LARGE = b"told" * 1000, os.urandom((11 << 20) + 17)


class Hasty(S3):
    """A writer that takes a broken line for an answer."""

    def adopt(self, whole, stored):
        with contextlib.suppress(BaseError):
            self._send(whole, stored)


@pytest.fixture
def line(place):
    with line_to(place.endpoint) as (line, here):
        yield line, here


class Trial:
    """A new bucket, seen through the line and directly."""

    def __init__(self, place, here, cache, kind=S3, retries=0):
        told = place.new_bucket()
        self.through = kind(replace(told, endpoint=here), cache, retries=retries, part=5 << 20)
        self.direct = S3(told, cache, retries=0, part=5 << 20)


def attempted(work, store):
    """Do the work; give what it acknowledged, or nothing."""
    try:
        return work(store)
    except StoreFault:
        return None


def judged(trial, work, told, acknowledged):
    """Look past the line, then try again: nothing half-written, nothing lost, and the same bytes can be put."""
    for one in trial.direct.listing():
        if (
            not isinstance(one, Stored)
            or attempted(lambda store, one=one: store.verify(one.sha256), trial.direct) != one
        ):
            return "half-written bytes can be seen"
    if acknowledged and attempted(lambda store: store.verify(acknowledged.sha256), trial.direct) != acknowledged:
        return "acknowledged bytes are lost"
    again = attempted(work, trial.direct)
    trial.direct.sweep_incoming(older=NOW)
    if again is None or b"".join(trial.direct.blocks(again.sha256)) != told:
        return "it could not begin again"
    return "uploads are left" if list(unfinished(trial.direct._asking)) else ""


def complaints(place, line, cache, told, kind=S3):
    """Break the line at each request in each way; say where the writer then lied, or the line never broke."""
    line, here = line
    work = lambda store: store.put(io.BytesIO(told))  # noqa: E731 - the same work again and again
    line.arm()
    work(Trial(place, here, cache, kind).through)
    points = [(number + 1, way) for number in range(len(line.asked)) for way in WAYS]
    wrong = []
    for number, way in points:
        trial = Trial(place, here, cache, kind)
        line.arm(number, way)
        acknowledged = attempted(work, trial.through)
        said = judged(trial, work, told, acknowledged) if line.broke else "the fault never came"
        wrong += [f"{line.broke}, {way}: {said}"] if said else []
    return wrong, len(points)


@pytest.mark.slow
@pytest.mark.parametrize("told", [SMALL, LARGE], ids=["small", "large"])
def test_no_break_of_the_line_loses_what_was_acknowledged_or_shows_what_is_half_written(place, line, cache, told):
    wrong, runs = complaints(place, line, cache, told)

    found("line broken at each request, in three ways", f"bucket, {len(told) >> 10} KiB", runs, runs - len(wrong))
    assert wrong == []
    assert runs >= (9 if told is SMALL else 18)


def test_these_faults_catch_a_writer_that_does_not_listen(moto_place, cache):
    with line_to(moto_place.endpoint) as line:
        wrong, _ = complaints(moto_place, line, cache, SMALL, kind=Hasty)

    assert any("acknowledged bytes are lost" in one for one in wrong)


@pytest.mark.parametrize("way", WAYS)
def test_a_line_that_breaks_once_is_tried_again(place, line, cache, way):
    line, here = line
    for number in (1, 2, 3):
        trial = Trial(place, here, cache, retries=3)
        line.arm(number, way)

        made = attempted(lambda store: store.put(io.BytesIO(SMALL)), trial.through)

        assert line.broke
        if made is None:  # it may still be a sentence, but never a lie
            made = trial.direct.put(io.BytesIO(SMALL))
        assert trial.direct.verify(made.sha256) == made


def test_a_write_that_was_done_unheard_is_taken_for_done_when_it_is_tried_again(place, line, cache):
    line, here = line
    trial = Trial(place, here, cache, retries=3)
    line.arm(2, KEPT)

    made = trial.through.put(io.BytesIO(SMALL))

    assert line.broke.startswith("PUT")
    assert list(trial.direct.listing()) == [made]


@pytest.mark.parametrize("way", WAYS)
def test_a_removal_that_is_cut_off_is_finished_when_it_is_tried_again(place, line, cache, way):
    line, here = line
    for number in range(1, 4):
        trial = Trial(place, here, cache)
        made, other = trial.direct.put(io.BytesIO(SMALL)), trial.direct.put(io.BytesIO(b"another"))
        line.arm(number, way)

        attempted(lambda store, made=made: store.discard(made.sha256), trial.through)

        assert line.broke
        for one in trial.direct.listing():
            assert trial.direct.verify(one.sha256) == one
        trial.direct.discard(made.sha256)
        assert list(trial.direct.listing()) == [other]


@pytest.mark.parametrize("way", WAYS)
def test_a_count_that_is_cut_off_raises_and_never_gives_less_than_there_is(place, line, cache, way):
    line, here = line
    trial = Trial(place, here, cache)
    made = sorted((trial.direct.put(io.BytesIO(bytes([n]))) for n in range(5)), key=lambda one: one.sha256)
    line.arm(1, way)

    counted = attempted(lambda store: list(store.listing()), trial.through)

    assert line.broke
    assert counted in (None, made)


@pytest.mark.parametrize("way", WAYS)
def test_a_reading_that_is_cut_off_never_comes_to_its_end(place, line, cache, way):
    line, here = line
    trial = Trial(place, here, cache)
    made = trial.direct.put(io.BytesIO(LARGE))
    line.arm(1, way)

    given_out = []
    with pytest.raises(StoreFault):
        given_out.extend(trial.through.blocks(made.sha256))

    assert sum(map(len, given_out)) < len(LARGE)
    found("answer lost or cut", "reading from a bucket", 1, 1)
