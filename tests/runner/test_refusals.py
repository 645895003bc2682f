"""Does a house that cannot start say why, in a sentence that tells what to do?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from longstone.runner import __main__ as runner
from longstone.runner import house, roles
from longstone.runner.house import NotReady
from longstone.runner.postgres import Postgres, PostgresFault
from tests.runner.conftest import ROOT


def make_run(*told: str, **env: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "longstone.runner", *told]
    return subprocess.run(argv, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def test_a_home_that_is_a_file_is_named(tmp_path):
    (tmp_path / "home").write_text("")

    done = make_run(LONGSTONE_HOME=str(tmp_path / "home"), DATABASE_URL="")

    assert done.returncode == 1
    assert done.stderr.startswith(f"The folder {tmp_path / 'home'} cannot be made")
    assert "Traceback" not in done.stderr


def test_a_database_address_that_is_none_is_refused_without_repeating_it(tmp_path):
    done = make_run(LONGSTONE_HOME=str(tmp_path), DATABASE_URL="host=db password=secret")

    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL is not an address like postgresql://")
    assert "secret" not in done.stderr


@pytest.mark.parametrize("port", [65536, 70000, 10**9])
def test_a_port_that_cannot_be_is_refused(port):
    with pytest.raises(NotReady, match="Give another with --port"):
        house.free_port(port)


def test_a_port_in_use_gives_way_to_the_next():
    first = house.free_port(0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()

        assert house.free_port(first) != first


def test_logins_that_the_administrator_made_are_taken_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://w@db/x")
    monkeypatch.setenv("DATABASE_URL_OWNER", "postgresql://o@db/x")
    monkeypatch.setenv("DATABASE_URL_WORKER", "postgresql://k@db/x")

    urls = runner.addresses(tmp_path, None)

    assert urls == {"owner": "postgresql://o@db/x", "web": "postgresql://w@db/x", "worker": "postgresql://k@db/x"}
    assert not (tmp_path / "database-roles.json").exists()


def test_no_process_learns_another_roles_address(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL_OWNER", "postgresql://o:secret@db/x")

    told = house.environments(tmp_path, {role: f"postgresql://{role}@db/x" for role in roles.ROLES}, demo=False)

    assert not any("secret" in value for value in told["web"].values())
    assert {role: env["DATABASE_URL"] for role, env in told.items()} == {
        r: f"postgresql://{r}@db/x" for r in roles.ROLES
    }


def test_a_killed_server_with_a_socket_elsewhere_is_stopped_calmly(place, serve):
    home = place / ("long" * 25)
    home.mkdir()
    server = serve(home)
    server.child.kill()
    server.child.wait()

    server.stop()

    assert not server.alive()
    again = serve(home)
    assert again.alive()


def test_a_folder_of_sockets_that_is_somebody_elses_stays_as_it_is(place, serve):
    home = place / ("long" * 25)
    home.mkdir()
    sockets = Postgres(home, test=True).sockets
    sockets.mkdir(mode=0o777)
    (sockets / "theirs").write_text("")

    with pytest.raises(PostgresFault, match="not a private folder"):
        serve(home)

    assert (sockets / "theirs").exists()
    (sockets / "theirs").unlink()
    sockets.rmdir()
