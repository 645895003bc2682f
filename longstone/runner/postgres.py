"""Where does the database run? As our own foreground child on a private socket, dying with us (embedded, for demo and tests)."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from longstone.runner import places
from longstone.runner.parent import die_with_parent
from longstone.runner.places import PostgresFault
from longstone.runner.roles import prepare

__all__ = ["Postgres", "PostgresFault"]

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
BUILT_IN_LOCALE = 17  # the version that brought it
RECOVERY = 600.0  # seconds: a long crash recovery is no fault
PAUSES = (0.2, 0.3, 0.5, 1, 2, 3, 5)  # while the backends of a killed server let go of its memory


class Postgres:
    """One PostgreSQL server for one home."""

    def __init__(self, home: Path, *, test: bool = False) -> None:
        self.test = test
        self.child: subprocess.Popen[bytes] | None = None
        self.lock: TextIOWrapper | None = None
        self.user = "nobody" if os.geteuid() == 0 else None
        self.told = home.resolve()
        self.home = places.for_server(self.told, self.user)
        self.data = self.home / "data"
        self.sockets = places.for_sockets(self.home)
        self.bin = Path()

    def start(self) -> None:
        """Make the cluster if it is new, start the server, and wait until it answers."""
        self.hold()
        try:
            self._make_folders()
            self.bin = places.reachable_programs(places.binaries(), self.home, self.user)
            self._settle()
            if not (self.data / "PG_VERSION").exists():
                self._initdb()
            self._run()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server in good order."""
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            self._end()
        self.child = None
        if self.sockets.parent != self.home:
            with suppress(
                OSError
            ):  # a killed server left its socket in it, or it was never ours: the next start judges
                self.sockets.rmdir()
        if self.lock:
            self.lock.close()
            self.lock = None

    def alive(self) -> bool:
        """Say whether the server runs."""
        return self.child is not None and self.child.poll() is None

    def url(self, role: str, database: str = "longstone") -> str:
        """Give the address of a database for one of the house's roles."""
        user = role if role == "app" else f"longstone_{role}"
        return f"postgresql://{user}@/{database}?host={quote(str(self.sockets))}"

    def prepare(self) -> None:
        """Make the house's roles, database and extensions, as far as they are missing."""
        prepare(self.url("app", "postgres"))

    def tell(self, where: str) -> None:
        """Leave word where the house answers, for whoever starts it a second time."""
        if self.lock:
            self.lock.write(f", at {where}")
            self.lock.flush()

    def answers(self) -> bool:
        """Say whether a server of this home runs already, whoever started it."""
        try:
            psycopg.connect(self.url("owner"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def hold(self) -> None:
        """Hold this home for ourselves; the kernel lets go of it whatever ends us."""
        if self.lock:
            return
        self.told.mkdir(parents=True, exist_ok=True)
        lock = (self.told / "running").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            with lock:
                by = lock.read()
            raise PostgresFault(
                f"Longstone already runs from {self.told} ({by}). Use that one, or stop it first."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        self.lock = lock

    def _make_folders(self) -> None:
        for folder in (self.home, self.sockets):
            places.make_private(folder, self.user)
        link = self.told / "postgres"
        if self.home != link and not link.is_symlink():
            link.symlink_to(self.home)

    def _initdb(self) -> None:
        """Make the cluster under another name first: one that was never finished is not taken for a whole one."""
        making = self.home / "data.new"
        shutil.rmtree(making, ignore_errors=True)
        told = ["-D", str(making), "-U", "app", "-E", "UTF8", *self._locale()]
        told += ["--auth-local=trust", "--auth-host=reject", "--no-instructions", *(["--no-sync"] if self.test else [])]
        done = subprocess.run([self.bin / "initdb", *told], capture_output=True, text=True, check=False, **self._as())
        if done.returncode:
            raise PostgresFault(f"The database could not be made: {done.stderr.strip()[-300:]}")
        making.rename(self.data)

    def _locale(self) -> list[str]:
        told = subprocess.run(
            [self.bin / "postgres", "--version"], capture_output=True, text=True, check=True, **self._as()
        )
        if int(told.stdout.split()[2].split(".")[0]) < BUILT_IN_LOCALE:
            return ["--locale=C.UTF-8"]
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]

    def _as(self) -> dict[str, Any]:
        """Say as whom the programs run, and from which folder."""
        drop = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        return {**drop, "cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, "umask": 0o077}

    def _settle(self) -> None:
        """Let a server that outlived its killed parent end first: nobody but us may use this home now."""
        for _ in self._seconds(60):
            pid = self._running()
            if not pid:
                return
            os.kill(pid, signal.SIGINT)
        raise PostgresFault(f"An older database of {self.told} (process {pid}) does not stop. Stop it, and try again.")

    def _running(self) -> int:
        """Give the process that this cluster's own note names, if it is truly its server: numbers are used again."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            told = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return 0
        return pid if os.fsencode(self.data) in told else 0

    def _run(self) -> None:
        for pause in (*PAUSES, None):
            self.child = self._spawn()
            if self._answers():
                return
            if pause is None or "still in use" not in self._last_words():
                break
            time.sleep(pause)
        raise PostgresFault(f"The database did not start: {self._last_words()} (from {self.home / 'log'})")

    def _spawn(self) -> subprocess.Popen[bytes]:
        flags = {**FLAGS, "unix_socket_directories": str(self.sockets), **(FOR_TESTS if self.test else {})}
        told = [part for name, value in flags.items() for part in ("-c", f"{name}={value}")]
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, *told], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent(), process_group=0, **self._as(),  # noqa: PLW1509 - two calls, before exec
            )  # fmt: skip

    def _answers(self) -> bool:
        for _ in self._seconds(RECOVERY):
            if not self.alive():
                return False
            try:
                psycopg.connect(self.url("app", "postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                continue
            return True
        return False

    def _end(self) -> None:
        assert self.child
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.send_signal(signal.SIGQUIT)  # recovers by itself at the next start
            self.child.wait()

    def _last_words(self) -> str:
        lines = (self.home / "log").read_text("utf-8", "replace").splitlines()
        faults = [line.partition("FATAL:")[2].strip() for line in lines[-8:] if "FATAL:" in line]
        return faults[-1] if faults else (lines or ["it left no word"])[-1]

    def _seconds(self, most: float) -> Iterator[None]:
        """Yield every twentieth of a second until the time is up."""
        end = time.monotonic() + most
        while time.monotonic() < end:
            yield
            time.sleep(0.05)
