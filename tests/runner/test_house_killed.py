"""`kill -9` of the web, of the worker and of PostgreSQL, in the middle of acts, uploads and examinations of a whole house."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from longstone.kernel.store.posix import Posix
from tests.examiner.specimens.disk import partitioned
from tests.examiner.specimens.fat import Fat12
from tests.runner.standing import PATIENCE, Browser, House, again, until

PIECE = 1 << 20
VICTIMS = {"web": "granian", "database": "postgres -D", "worker": "longstone work", "sequencer": "longstone sequence"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a house with the demo in it."""
    folder = tmp_path_factory.mktemp("standing")
    folder.parent.chmod(0o755), folder.chmod(0o755)
    stands = House(folder / "home")
    yield stands
    stands.stop()


@pytest.fixture(scope="module")
def erin(house: House) -> Browser:
    """Give the exhibits officer."""
    return Browser(house, "erin.northshire")


def opened(path: str) -> int:
    found = re.search(r"/(?:case|exhibit)/(\d+)/$", path)
    assert found, path
    return int(found[1])


def open_case(browser: Browser, reference: str) -> int:
    """Open a case through its page."""
    told = {"reference": reference, "title": "An invented matter", "offence": "Theft", "marking": "OFFICIAL"}
    return opened(browser.post("/cases/new/", **told))


def seize(browser: Browser, case: int, seal: str) -> int:
    """Book an exhibit in through its page."""
    told = {
        "reference": "EEX/1", "description": "A grey laptop", "kind": "laptop", "owner_role": "suspect", "power": "pace_s18",
        "seized_at": "2026-11-01T09:00", "seized_at_place": "1 Invented Lane", "seal": seal,
    }  # fmt: skip
    return opened(browser.post(f"/evidence/case/{case}/new/", **told))


@contextmanager
def kills(house: House, *names: str) -> Iterator[threading.Event]:
    """Kill one after the other while the work beneath goes on; gives an event that says that all were killed."""
    done = threading.Event()

    def kill() -> None:
        for name in names:
            time.sleep(1.3)
            house.kill(VICTIMS[name])
        done.set()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield done
    finally:
        killer.join()


def test_acts_go_on_through_every_kill_and_each_is_done_once(house):
    dev, opened_cases = Browser(house, "dev.northshire"), []

    with kills(house, "web", "database", "sequencer") as done:
        while not done.is_set() or len(opened_cases) < 20:
            opened_cases.append(open_case(dev, f"KILL/{len(opened_cases)}"))

    kept = house.look("SELECT id FROM cases_case WHERE reference LIKE 'KILL/%%' ORDER BY id")
    assert [one for (one,) in kept] == sorted(opened_cases)
    entries = house.look(
        "SELECT on_id::bigint FROM ledger_entry WHERE event = 'case.opened' AND on_label LIKE 'KILL/%%'"
    )
    assert sorted(one for (one,) in entries) == sorted(opened_cases)
    moves = house.look(
        "SELECT count(*) FROM cases_casemove m JOIN cases_case c ON c.id = m.row_id WHERE c.reference LIKE 'KILL/%%'"
    )
    assert moves == [(len(opened_cases),)]
    until(lambda: house.look("SELECT count(*) FROM ledger_waiting") == [(0,)], seconds=PATIENCE)


def upload(browser: Browser, told: bytes) -> str:
    """Send bytes by tus, in pieces, going on from where the house stands after each fault; gives the upload's id."""
    tus = {"Tus-Resumable": "1.0.0", "X-CSRFToken": browser.cookie("csrftoken")}
    name = base64.b64encode(b"image.raw").decode()
    begun = {**tus, "Upload-Length": str(len(told)), "Upload-Metadata": f"filename {name}"}
    where = again(lambda: browser.send("/uploads/", b"", headers=begun, method="POST")).headers["Location"]
    offset = 0
    while offset < len(told):
        piece = {**tus, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        try:
            browser.send(where, told[offset : offset + PIECE], headers=piece, method="PATCH")
        except OSError:
            time.sleep(0.05)
        offset = int(again(lambda: browser.send(where, headers=tus, method="HEAD")).headers["Upload-Offset"])
    return str(where).rstrip("/").rpartition("/")[2]


def image() -> bytes:
    """Make a disk with a few files in one volume, and much that is in none."""
    volume = Fat12()
    for number in range(20):
        volume.add(f"LETTER{number:02}TXT".encode(), f"letter {number}".encode() * 30)
    return partitioned(volume.image()) + hashlib.shake_256(b"noise").digest(1 << 16) * 2400


@pytest.fixture(scope="module")
def copy(house: House, erin: Browser) -> tuple[int, int, bytes]:
    """Give an exhibit, its copy and the bytes, sent in while the web and the database were killed."""
    told, dev = image(), Browser(house, "dev.northshire")
    exhibit = seize(erin, open_case(dev, f"UP/{uuid.uuid4().hex[:6]}"), uuid.uuid4().hex[:12])
    with kills(house, "web", "database"):
        staged = upload(erin, told)
    erin.post(f"/evidence/{exhibit}/copy/", staged=staged, digest=hashlib.sha256(told).hexdigest())
    ((found,),) = house.look("SELECT id FROM evidence_copy WHERE exhibit_id = %s", exhibit)
    return exhibit, found, told


def test_an_upload_goes_on_through_every_kill_and_arrives_whole(house, copy):
    _, _, told = copy

    kept = Posix(house.home / "store").verify(hashlib.sha256(told).hexdigest())

    assert kept.size == len(told)


def test_an_examination_begins_again_after_every_kill_and_ends(house, erin, copy):
    _, number, _ = copy
    moves = "SELECT now FROM evidence_examinationmove m JOIN evidence_examination e ON e.id = m.row_id WHERE e.copy_id = %s ORDER BY seq"
    erin.post(f"/evidence/copy/{number}/examine/")

    for times, name in enumerate(["worker", "database"], start=1):
        until(lambda times=times: house.look(moves, number).count(("running",)) == times, seconds=PATIENCE)
        house.kill(VICTIMS[name])
    until(lambda: house.look(moves, number)[-1] in {("finished",), ("failed",)}, seconds=PATIENCE)

    told = [now for (now,) in house.look(moves, number)]
    assert told[0] == "queued"
    assert told[-1] == "finished"
    assert told.count("running") >= 3
    ((files,),) = house.look("SELECT files FROM evidence_examination WHERE copy_id = %s", number)
    assert files >= 20
    assert "LETTER07.TXT" in erin.get(f"/evidence/copy/{number}/?q=letter07")
    assert [one.name for one in (house.home / "catalogues").iterdir() if one.name.startswith("making-")] == []
