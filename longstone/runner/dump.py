"""How is the database copied out and put back? By PostgreSQL's own pg_dump and pg_restore, from the same folder as its server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import IO, Any

from psycopg import conninfo

from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import Stored, copy, spoken
from longstone.runner import places
from longstone.runner.parent import die_with_parent

ENV = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
       "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip


class DumpFault(Refusal):
    """The database could not be copied out or put back."""


def _env(url: str) -> dict[str, str]:
    """Say where the database is in the environment: a command line can be read by others."""
    told = conninfo.conninfo_to_dict(url)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **{ENV[name]: str(value) for name, value in told.items() if name in ENV and value}}


def dump(url: str, to: Path, *, snapshot: str) -> Stored:
    """Write the database as it stood in a snapshot; the file is safe on disk when this returns."""
    argv = ["pg_dump", "--format=custom", "--no-comments", f"--snapshot={snapshot}", "--lock-wait-timeout=60000"]
    with spoken("Writing the database"), _running(argv, url, stdout=subprocess.PIPE) as running:
        handle = os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            kept = copy(_pipe(running.stdout), handle)
        except BaseException:
            running.kill()
            raise
        finally:
            os.close(handle)
        _judge(running, "copied out")
    return kept


def put_back(url: str, dumped: Path) -> None:
    """Read a dump into an empty database: all of it, or nothing."""
    argv = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--dbname", ""]
    with dumped.open("rb") as told, _running(argv, url, stdin=told, stdout=subprocess.DEVNULL) as running:
        _judge(running, "put back")


def _running(argv: list[str], url: str, **streams: Any) -> subprocess.Popen[bytes]:
    program = places.binaries() / argv[0]
    if not program.is_file():
        raise DumpFault(
            f"There is no {argv[0]} in {program.parent}. Set LONGSTONE_POSTGRES_BIN to a folder that has it."
        )
    return subprocess.Popen(
        [str(program), *argv[1:]], env=_env(url), stderr=subprocess.PIPE,
        preexec_fn=die_with_parent(), **streams,  # noqa: PLW1509 - two calls, before exec
    )  # fmt: skip


def _pipe(stream: IO[bytes] | None) -> Any:
    assert stream
    return stream


def _judge(running: subprocess.Popen[bytes], what: str) -> None:
    said = _pipe(running.stderr).read().decode("utf-8", "replace").strip()
    if running.wait():
        raise DumpFault(f"The database could not be {what}: {said[-400:] or 'no reason was given'}")
