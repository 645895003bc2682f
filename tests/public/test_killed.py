"""The public's process is killed, or the house is, or the database: nothing is half there, nothing is lost, and neither takes the other down."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from threading import Thread

import psycopg
import pytest

from longstone.runner import house
from longstone.runner.supervisor import Child, Supervisor
from tests.server import SERVER


@pytest.fixture
def own(sites):
    """Give a site of its own, which a test may kill."""
    site = sites("killed", LONGSTONE_PUBLIC_TRIES="100000", LONGSTONE_PUBLIC_TRIES_OF_ALL="100000")
    yield site
    site.stop()


def test_a_site_killed_while_many_send_keeps_each_whole_or_not_at_all(own):
    told = [own.open("booking", more=f"{number} " + "x" * 1400) for number in range(40)]
    found = {}

    def send(number):
        found[number] = own.post("booking", told[number])

    many = [Thread(target=send, args=(number,)) for number in range(40)]
    for one in many:
        one.start()
    while len(found) < 5:
        time.sleep(0.005)
    own.kill()
    for one in many:
        one.join()

    kept = [dict(json.loads(answers)) for (answers,) in own.rows("SELECT answers FROM kernel_inbox")]
    numbers = {int(one["Is there anything else we should know?"].split()[0]) for one in kept}
    assert all(len(one) == 12 for one in kept)
    assert {number for number, answer in found.items() if answer.status == 200} <= numbers
    assert any(answer.status == 0 for answer in found.values()), "Nobody was cut off: kill it sooner."
    own.start()
    for number in range(40):
        assert own.post("booking", told[number]).status == 200
    assert len(own.rows()) == 40
    own.rows("DELETE FROM kernel_inbox")


def test_a_form_cut_off_on_its_way_leaves_nothing(own):
    data = urllib.parse.urlencode(own.open("booking"), doseq=True).encode()
    line = http.client.HTTPConnection("127.0.0.1", own.port, timeout=10)
    line.putrequest("POST", "/ask/booking/")
    line.putheader("Content-Type", "application/x-www-form-urlencoded")
    line.putheader("Content-Length", str(len(data)))
    line.endheaders(data[: len(data) // 2])

    line.close()

    assert own.get("/").status == 200
    time.sleep(0.5)
    assert own.rows() == []


def test_the_public_goes_on_sending_while_the_house_is_down_and_nothing_of_the_house_is_needed(own):
    """No web, no worker and no sequencer runs here at all."""

    assert own.fill("booking").status == 200
    assert own.rows("SELECT taken_at FROM kernel_inbox") == [(None,)]
    own.rows("DELETE FROM kernel_inbox")


def test_a_database_that_does_not_answer_is_said_and_nothing_typed_is_lost(own):
    told = own.open("booking")
    with psycopg.connect(SERVER.url("app", "postgres"), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{own.database}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [own.database])
        try:
            answer, papers, ready = own.post("booking", told), own.get("/published/"), own.get("/health/ready")
            first = own.get("/")
        finally:
            admin.execute(f'ALTER DATABASE "{own.database}" ALLOW_CONNECTIONS true')

    assert answer.status == 503
    assert "We could not take this just now. Nothing was sent." in answer.said
    assert 'value="Invented Bakery"' in answer.text
    assert (papers.status, ready.status, first.status) == (503, 503, 200)
    assert own.post("booking", told).status == 200
    assert len(own.rows()) == 1
    own.rows("DELETE FROM kernel_inbox")


def test_a_public_site_that_keeps_dying_does_not_take_the_house_down(tmp_path, capsys):
    dying = Child("public", ["/bin/false"], {}, tmp_path, may_stay_down=True)
    going = Child("web", ["/bin/sleep", "60"], {}, tmp_path)
    watch = Supervisor([dying, going])
    dying.deaths.times = [time.monotonic()] * 10
    dying.start()
    going.start()
    try:
        dying.process.wait(10)
        for _ in range(3):
            watch.tend()

        assert dying.process is None
        assert going.process.poll() is None
        assert "It stays down, and the house goes on without it." in capsys.readouterr().out
    finally:
        watch.stop()


def test_the_house_starts_the_public_site_only_with_a_port(tmp_path):
    envs = house.environments(tmp_path, dict.fromkeys(("web", "worker", "public"), "postgresql:///x"), demo=True)

    assert [one.name for one in house.children(envs, 1)] == ["web", "worker", "sequencer"]
    assert [one.name for one in house.children(envs, 1, 2)] == ["public", "web", "worker", "sequencer"]
    assert "--host 127.0.0.1 --port 2" in " ".join(house.children(envs, 1, 2)[0].argv)
