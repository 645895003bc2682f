"""The page on running it for a force is followed as it stands: half the house is killed, and the other half goes on."""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from longstone.runner.house import free_port
from tests.house import PASSWORD
from tests.runner.conftest import ROOT, wait_until
from tests.runner.living import FOUND, START

PAGE = (ROOT / "docs" / "how-to" / "deploy.md").read_text()
BLOCK = re.compile(r"^```sh (settings|once|process ([\w-]+))\n(.*?)^```", re.MULTILINE | re.DOTALL)
THROUGH = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": "longstone.force.example"}
TUS = {**THROUGH, "Tus-Resumable": "1.0.0"}


class Deployed:
    """A force's installation: the page's commands, with this machine's places put in."""

    def __init__(self, place, server):
        self.place, self.processes = place, {}
        start = 20000 + os.getpid() % 200 * 50
        self.ports = {"8001": str(free_port(start)), "8002": str(free_port(start + 25))}
        self.changed = {
            "/var/lib/longstone": str(place / "home"), "/mnt/elsewhere/longstone": str(place / "outside"), "/etc/longstone": str(place),
            "postgresql://postgres@db.force.example/postgres": server.url("app", "postgres"),
            **{f"--port {told}": f"--port {port}" for told, port in self.ports.items()},
        }  # fmt: skip
        self.settings = next(body for kind, _, body in BLOCK.findall(PAGE) if kind == "settings")

    def shell(self, body):
        """Give the page's commands as a program; python is this environment's."""
        told = f"set -e\n{self.settings}\n[ -f {self.place}/addresses ] && . {self.place}/addresses\n{body}"
        for page, here in self.changed.items():
            told = told.replace(page, here)
        return ["bash", "-c", told]

    def env(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTONE", "DATABASE_URL"))}
        path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
        return {**kept, "PATH": path, "PYTHONWARNINGS": "ignore", "DJANGO_SETTINGS_MODULE": "longstone.site.settings"}

    def once(self, body):
        done = subprocess.run(self.shell(body), cwd=ROOT, env=self.env(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self):
        for _, name, body in BLOCK.findall(PAGE):
            if name:
                with (self.place / f"{name}.log").open("wb") as log:
                    told = {"cwd": ROOT, "env": self.env(), "stdout": log, "stderr": log, "process_group": 0}
                    self.processes[name] = subprocess.Popen(self.shell(body), **told)
        for port in self.ports.values():
            wait_until(lambda port=port: opens(f"http://127.0.0.1:{port}/health/live"), 120)

    def kill(self, name):
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def act(self, script):
        """Work in it from the command line, as its worker."""
        program = self.place / "act.py"
        program.write_text(START + script)
        return self.once(f"LONGSTONE_ROLE=worker DATABASE_URL=$DATABASE_URL_WORKER PYTHONPATH={ROOT} python {program}")


def opens(address, headers=THROUGH):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as refused:
        refused.close()
    except OSError:
        time.sleep(0.3)
    return False


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    text: str


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: an address of the proxy's is not one of this machine."""

    def redirect_request(self, *_):
        return None


class Browser:
    """A browser behind the proxy, which may take it to either web process; it keeps cookies that are for TLS only."""

    def __init__(self, port, name):
        self.cookies = {}
        self.opener = urllib.request.build_opener(Stay())
        page = self.ask(port, "/sign-in/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        told = urlencode({"csrfmiddlewaretoken": token, "login": name, "password": PASSWORD}).encode()
        assert self.ask(port, "/sign-in/login/", told).status == 302

    def ask(self, port, path, body=None, headers=None, method=None):
        told = {**THROUGH, "Referer": "https://longstone.force.example/", **(headers or {})}
        told |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        told |= {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, told, method=method)
        try:
            opened = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as moved:
            opened = moved
        with opened:
            answer = Answer(opened.status, opened.headers, opened.read().decode())
        for line in answer.headers.get_all("Set-Cookie", []):
            assert "Secure" in line or "Max-Age=0" in line
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@pytest.fixture
def deployed(place, serve):
    """Give the installation, followed from the page."""
    (place / "metrics-token").write_text("a long word")
    (place / "outside").mkdir()
    one = Deployed(place, serve(place / "server"))
    for kind, _, body in BLOCK.findall(PAGE):
        if kind == "once":
            one.once(body)
    one.act(FOUND)
    one.start()
    yield one
    for name in list(one.processes):
        one.kill(name)


@pytest.mark.slow
def test_the_page_is_followed_and_half_the_house_is_killed(deployed):
    first, second = deployed.ports.values()
    behind_the_proxy(first)
    officer = Browser(first, "exhibits_officer.northshire")
    assert "What needs you now" in officer.ask(second, "/").text

    address = officer.ask(
        first,
        "/uploads/",
        b"",
        {**TUS, "Upload-Length": "11", "Upload-Metadata": f"filename {base64.b64encode(b'x').decode()}"},
        "POST",
    ).headers["Location"]
    piece = {**TUS, "Content-Type": "application/offset+octet-stream"}
    assert (
        officer.ask(first, address, b"hello ", {**piece, "Upload-Offset": "0"}, "PATCH").headers["Upload-Offset"] == "6"
    )
    for name in ("web-1", "worker-1", "sequencer-1"):
        deployed.kill(name)

    assert (
        officer.ask(second, address, b"world", {**piece, "Upload-Offset": "6"}, "PATCH").headers["Upload-Offset"]
        == "11"
    )
    assert "What needs you now" in Browser(second, "detective.northshire").ask(second, "/").text
    wait_until(lambda: opens(f"http://127.0.0.1:{second}/health/ready"), 60)
    wait_until(lambda: "ready" in deployed.act(ASK), 180)
    assert (deployed.place / "outside" / "checkpoint").read_text().startswith("force.example/ledger\n")


def behind_the_proxy(port):
    """Look that the numbers are for the token, and that a request without TLS is sent to it."""
    assert opens(f"http://127.0.0.1:{port}/metrics", {**THROUGH, "Authorization": "Bearer a long word"})
    assert not opens(f"http://127.0.0.1:{port}/metrics")
    plain = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={**THROUGH, "X-Forwarded-Proto": "http"})
    with pytest.raises(urllib.error.HTTPError) as sent:
        urllib.request.build_opener(Stay()).open(plain)
    with sent.value:
        assert sent.value.headers["Location"].startswith("https://longstone.force.example/")


ASK = """
def newest():
    return Bundle.objects.everything(because="a test").order_by("-pk").first()
if newest() is None or newest().state == "failed":  # as its sentence says: ask again
    jobs.make_bundle.defer(bundle_id=commands.hand_out(by=actor("exhibits_officer"), at=at, exhibit=exhibit()).pk)
print(newest().state)
"""


def test_no_process_is_given_another_ones_rights():
    processes = {name: body for _, name, body in BLOCK.findall(PAGE) if name}

    assert sorted(processes) == ["sequencer-1", "sequencer-2", "web-1", "web-2", "worker-1", "worker-2"]
    for name, body in processes.items():
        role = "web" if name.startswith("web") else "worker"
        assert f"LONGSTONE_ROLE={role} DATABASE_URL=$DATABASE_URL_{role.upper()} exec" in body
