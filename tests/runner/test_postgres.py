"""Our own PostgreSQL: a child that dies with us, loses nothing, and changes no folder that was there."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import psycopg
import pytest

from longstone.runner.postgres import Postgres, PostgresFault
from longstone.runner.supervisor import Child, Hopeless, Supervisor

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def home():
    """Give a folder that the server's user can reach, whatever the mode of pytest's own."""
    with tempfile.TemporaryDirectory(prefix="longstone-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def server(home):
    made = Postgres(home, test=True)
    yield made
    made.stop()


def ask(server, sql, role="app", database="postgres"):
    with psycopg.connect(server.url(role, database), autocommit=True) as connection:
        found = connection.execute(sql)
        return found.fetchall() if found.description else []


def test_it_makes_the_roles_and_none_is_more_than_it_must_be(server):
    server.start()
    server.prepare()
    server.prepare()

    found = ask(
        server, "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname LIKE 'longstone%'"
    )

    assert len(found) == 4
    assert not any(any(rights) for _, *rights in found)
    assert {name for (name,) in ask(server, "SELECT extname FROM pg_extension", database="longstone")} >= {
        "pg_trgm",
        "btree_gist",
        "unaccent",
    }


def test_it_listens_on_a_private_socket_alone(server):
    server.start()

    assert ask(server, "SHOW listen_addresses") == [("",)]
    assert server.sockets.stat().st_mode & 0o077 == 0


def test_no_folder_that_was_there_is_changed(server, home):
    before = {folder: folder.stat().st_mode for folder in (home, *home.parents)}

    server.start()

    assert {folder: folder.stat().st_mode for folder in before} == before


def test_a_second_start_is_refused_in_a_sentence(server, home):
    server.start()

    with pytest.raises(PostgresFault, match="already runs"):
        Postgres(home, test=True).start()


def test_what_was_committed_outlives_a_kill(home):
    server = Postgres(home)  # as in real life: a test's server does not wait for the disk
    server.start()
    ask(server, "CREATE TABLE kept (n int)")
    ask(server, "INSERT INTO kept VALUES (7)")
    server.child.kill()
    server.child.wait()

    server.start()

    assert ask(server, "SELECT n FROM kept") == [(7,)]
    server.stop()


def test_it_dies_with_its_parent(home):
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from longstone.runner.postgres import Postgres
        server = Postgres(Path(sys.argv[1]), test=True)
        server.start()
        print(server.child.pid, flush=True)
        time.sleep(60)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(pid)


def gone(pid, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not DEBIAN, reason="There is no other PostgreSQL on this machine.")
def test_the_systems_postgresql_will_do_too(home, monkeypatch):
    monkeypatch.setenv("LONGSTONE_POSTGRES_BIN", str(DEBIAN[-1]))
    other = Postgres(home, test=True)
    try:
        other.start()
        other.prepare()
        env = {**os.environ, "DATABASE_URL": other.url("owner"), "LONGSTONE_ROLE": "owner"}
        done = subprocess.run(
            [sys.executable, "-m", "longstone", "migrate", "-v0"], env=env, capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stderr[-2000:]
    finally:
        other.stop()


def child(script):
    return Child("child", [sys.executable, "-c", script], dict(os.environ))


def test_a_child_that_is_killed_is_started_again():
    watched = Supervisor([child("import time; time.sleep(60)")])
    watched.children[0].start()
    first = watched.children[0].process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    watched.tend()

    assert watched.children[0].process.pid != first.pid
    assert watched.children[0].process.poll() is None
    watched.stop()
    assert watched.children[0].process.poll() is not None


def test_a_child_that_keeps_dying_is_given_up_and_named(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    watched = Supervisor([child("raise SystemExit(3)")])
    watched.children[0].start()

    with pytest.raises(Hopeless, match="child died 5 times"):
        for _ in range(10):
            watched.children[0].process.wait()
            watched.tend()
    watched.stop()
