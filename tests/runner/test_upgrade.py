"""A house of the version before is brought up to date with everything in it, and its old processes still answer meanwhile."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from longstone.runner import house
from longstone.runner.roles import ROLES
from tests.runner.conftest import ROOT, wait_until

NAMED = Path(__file__).with_name("upgraded_from.txt")


def git(*told):
    return subprocess.run(["git", *told], cwd=ROOT, capture_output=True, check=False)


def version_before():
    """Name the last tag, or, while there is none, the commit that a file names; a shallow history may hold neither."""
    tag = git("describe", "--tags", "--abbrev=0", "HEAD^").stdout.decode().strip()
    named = tag or NAMED.read_text().strip()
    if git("cat-file", "-e", f"{named}^{{commit}}").returncode:
        pytest.skip(
            f"The history here does not hold {named}: fetch it whole (git fetch --unshallow) to try the upgrade."
        )
    return named


@pytest.fixture
def old(tmp_path):
    """Give the code of the version before, in a folder of its own."""
    told = git("archive", "--format=tar", version_before()).stdout
    with tarfile.open(fileobj=io.BytesIO(told)) as opened:
        opened.extractall(tmp_path / "old", filter="data")
    return tmp_path / "old"


@pytest.fixture
def run(place, serve):
    """Give a way to run a command of either version against one database."""
    server = serve(place / "home")
    server.prepare()

    def run(code, role, *told):
        done = subprocess.run(
            [sys.executable, "-m", "longstone", *told],
            cwd=code,
            env=environment(place, server, code, role),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{told}: {done.stderr[-2000:]}"
        return done.stdout

    run.place, run.server = place, server
    return run


def environment(place, server, code, role):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LONGSTONE")}
    told = house.environments(place / "home", {one: server.url(one) for one in ROLES}, demo=True)[role]
    own = {
        name: value
        for name, value in told.items()
        if name.startswith(("LONGSTONE_ROLE", "LONGSTONE_HOME", "LONGSTONE_DEMO"))
    }
    return {**kept, **own, "DATABASE_URL": told["DATABASE_URL"], "DJANGO_SETTINGS_MODULE": "longstone.site.settings",
            "PYTHONPATH": str(code), "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip


@pytest.fixture
def answering(run):
    """Give a way to start a web process of some code, all ended afterwards."""
    started = []

    def start(code):
        port = house.free_port(18200 + os.getpid() % 500)
        argv = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "1",
        ]
        env = environment(run.place, run.server, code, "web")
        started.append(
            subprocess.Popen(
                [*argv, "longstone.site.wsgi:application"],
                cwd=code,
                env=env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: opens(f"{address}/health/live"), 90)
        return address

    yield start
    for one in started:
        one.terminate()
    for one in started:
        one.wait(20)


def opens(address):
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError:
        time.sleep(0.2)
        return False


def officer(address, name):
    """Sign somebody in, as a browser does, and give the browser."""
    from demo import PASSWORD

    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}/sign-in/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    told = urlencode({"csrfmiddlewaretoken": token, "login": name, "password": PASSWORD}).encode()
    browser.open(urllib.request.Request(f"{address}/sign-in/login/", told, {"Referer": f"{address}/sign-in/login/"}))
    return browser


@pytest.mark.slow
def test_an_old_house_is_brought_up_to_date_while_its_old_processes_answer(old, run, answering):
    run(old, "owner", "migrate", "-v0")
    run(old, "worker", "load_demo")
    run(old, "worker", "sequence", "--once")
    before = counted(run)
    address = answering(old)
    browser = officer(address, "erin.northshire")

    run(ROOT, "owner", "migrate", "-v0")

    assert "0 silenced" in run(ROOT, "owner", "check")
    assert counted(run)["evidence_exhibit"] == before["evidence_exhibit"] > 0
    for page in ("/", "/cases/"):
        assert browser.open(f"{address}{page}").status == 200, (
            "the old code must answer on the new tables: expand, then contract"
        )
    officer(address, "dev.northshire")
    run(ROOT, "worker", "sequence", "--once")
    assert counted(run)["ledger_entry"] > before["ledger_entry"]
    assert run(ROOT, "worker", "audit", "--ledger-only").splitlines()[-1].startswith("SOUND")
    new = answering(ROOT)
    assert officer(new, "erin.northshire").open(f"{new}/").status == 200


def counted(run):
    with psycopg.connect(run.server.url("owner")) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        ]
        return {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}
