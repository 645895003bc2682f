"""Is a door that is shut at one web process shut at all, and do tries of one moment count as many?"""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from longstone.kernel.models import Entry
from longstone.runner import house
from tests.conftest import WORKER
from tests.house import PASSWORD, make_force
from tests.server import SERVER
from tests.site.browser.conftest import answers

pytestmark = pytest.mark.slow
OUTSIDER, OFFICER = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def two(fresh_house, tmp_path):
    """Run two web processes of one house, behind one proxy; gives their addresses."""
    make_force("northshire", datetime.now(UTC))
    ports = [house.free_port(0), house.free_port(0)]
    urls = {role: SERVER.url(role, f"fresh_{WORKER}") for role in ("web", "worker")}
    envs = house.environments(tmp_path / "house", urls, demo=False)
    found = [next(one for one in house.children(envs, port) if one.name == "web") for port in ports]
    with (tmp_path / "said").open("w") as said:
        told = {"stdout": said, "stderr": said}
        running = [subprocess.Popen(one.argv, env={**one.env, "LONGSTONE_PROXY": "1"}, cwd=one.cwd, **told) for one in found]  # fmt: skip
        try:
            addresses = [f"http://127.0.0.1:{port}" for port in ports]
            for one in addresses:
                answers(one, "live")
            yield addresses
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait(20)


def knock(address, password, come_from):
    """Try a password at one process, as one browser does; gives what it says."""
    with requests.Session() as browser:
        browser.headers["X-Forwarded-For"] = come_from
        browser.get(f"{address}/sign-in/login/", timeout=60)
        told = {"login": "detective.northshire", "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}  # fmt: skip
        answer = browser.post(f"{address}/sign-in/login/", data=told, timeout=60, allow_redirects=False)
        return "in" if answer.status_code == 302 else "shut" if "shut until" in answer.text else "wrong"


def tried():
    """Count the tries whose password was looked at."""
    facts = [json.loads(one) for one in Entry.objects.filter(event="sign_in.failed").values_list("facts", flat=True)]
    return len([one for one in facts if not one["why"]])


def test_a_door_shut_at_one_process_is_shut_at_the_other_and_open_to_the_officer(two):
    second = two[1]

    said = [knock(two[number % 2], "wrong", OUTSIDER) for number in range(5)]

    assert said == ["wrong", "wrong", "wrong", "wrong", "shut"]
    assert [knock(one, PASSWORD, OUTSIDER) for one in two] == ["shut", "shut"]
    assert knock(second, PASSWORD, OFFICER) == "in"
    assert Entry.objects.filter(event="sign_in.locked").count() == 1
    assert tried() == 5


def test_tries_of_one_moment_at_two_processes_are_counted_one_by_one(two):
    with ThreadPoolExecutor(8) as hands:
        said = list(hands.map(lambda number: knock(two[number % 2], f"wrong {number}", OUTSIDER), range(16)))

    assert set(said) == {"wrong", "shut"}
    assert tried() == 5
    assert knock(two[0], PASSWORD, OUTSIDER) == "shut"
