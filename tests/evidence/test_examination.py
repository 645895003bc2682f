"""Examination: from the copy to the catalogue, behind the same wall as everything else."""

import hashlib

import pytest

from longstone.evidence import catalogue, commands, jobs
from longstone.evidence.models import Examination
from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.store import staging
from tests.house import make_force, seizing


@pytest.fixture
def receive(worker_house, settings):
    """Give a function that books in an exhibit with some bytes and has them examined."""
    force, now, case = worker_house
    by = force.actor("exhibits_officer", now)
    catalogue.close()

    def of(path):
        exhibit = commands.seize(by=by, **seizing(case, now))
        staged = staging.take_in(path, by=by, at=now)
        copy = commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)
        asked = commands.ask_for_examination(by=by, at=now, copy=copy)
        jobs.examine(examination_id=asked.pk)
        return force, now, copy

    yield of
    catalogue.close()


def examined(copy):
    return Examination.objects.everything(because="the test reads it").get(copy=copy)


@pytest.mark.shared
def test_a_real_image_is_examined_and_searched_by_name(shared, receive):
    force, now, copy = receive(shared / "data/forensic/sleuthkit/test/data/imageformat_mmls_1.E01")

    opened = catalogue.open(copy, by=force.actor("exhibits_officer", now))

    assert examined(copy).complete
    assert opened.count() == examined(copy).files == 66
    assert opened.count(search="wpsettings") == 2
    assert {row["volume"] for row in opened.page(search="WPSettings.dat")["rows"]} == {0, 1}
    assert opened.count(search="%") == 0


@pytest.mark.shared
def test_what_is_withheld_is_gone_from_list_count_and_search(shared, receive):
    force, now, copy = receive(shared / "data/forensic/sleuthkit/test/data/imageformat_mmls_1.E01")
    by = force.actor("supervisor", now)
    row = catalogue.open(copy, by=by).page(search="WPSettings")["rows"][0]["row"]

    commands.withhold(by=by, at=now, examination=examined(copy), row=row, reason="Privileged")

    opened = catalogue.open(copy, by=by)
    assert opened.count() == 65
    assert opened.count(search="WPSettings") == 1
    assert row not in [one["row"] for one in opened.page()["rows"]]
    with pytest.raises(NotVisible):
        opened.row(row)


@pytest.mark.shared
def test_a_catalogue_is_behind_the_same_wall(shared, receive):
    _, now, copy = receive(shared / "data/forensic/sleuthkit/test/data/imageformat_mmls_1.E01")
    other = make_force("westmark", now)

    with pytest.raises(NotVisible):
        catalogue.open(copy, by=other.actor("supervisor", now))


def test_a_role_that_reads_no_catalogue_is_told_so(receive, tmp_path):
    path = tmp_path / "noise.raw"
    path.write_bytes(b"no file system here" * 1000)
    force, now, copy = receive(path)
    by = force.actor("exhibits_officer", now)
    powerless = type(by)(by.id, by.name, by.controller, frozenset(g for g in by.grants if g.power != "read catalogues"))

    with pytest.raises(NotPermitted, match="does not let you read"):
        catalogue.open(copy, by=powerless)


def test_bytes_that_are_no_image_are_never_passed_over_in_silence(receive, tmp_path):
    path = tmp_path / "noise.raw"
    path.write_bytes(hashlib.sha256(b"noise").digest() * 4000)

    _, _, copy = receive(path)

    done = examined(copy)
    assert (done.state, done.files, done.problems) == ("finished", 0, 1)


def test_an_examination_that_was_cut_off_begins_again(worker_house, tmp_path):
    force, now, case = worker_house
    by = force.actor("exhibits_officer", now)
    path = tmp_path / "noise.raw"
    path.write_bytes(b"x" * 5000)
    exhibit = commands.seize(by=by, **seizing(case, now))
    copy = commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staging.take_in(path, by=by, at=now).pk)
    asked = commands.ask_for_examination(by=by, at=now, copy=copy)
    commands.begin_examination(by=jobs.EXAMINER, at=now, examination=asked)

    jobs.examine(examination_id=asked.pk)

    moves = list(asked.moves.order_by("seq").values_list("now", flat=True))
    assert moves == ["queued", "running", "queued", "running", "finished"]


def test_a_copy_is_examined_once(receive, tmp_path):
    path = tmp_path / "noise.raw"
    path.write_bytes(b"no file system here" * 1000)
    force, now, copy = receive(path)
    assert examined(copy).state == "finished"

    with pytest.raises(NotPermitted, match="has been"):
        commands.ask_for_examination(by=force.actor("exhibits_officer", now), at=now, copy=copy)

    assert examined(copy).state == "finished"
