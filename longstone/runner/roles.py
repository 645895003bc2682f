"""Who are we to the database? Five roles with few rights, one database, three extensions; made once, on any PostgreSQL from 15 to 18."""

from __future__ import annotations

import fcntl
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from longstone.kernel import whole
from longstone.runner.places import PostgresFault

ROLES = ("owner", "web", "worker", "eraser", "public")
NAMES = tuple(f"longstone_{role}" for role in ROLES)
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
ONE_AT_A_TIME = 0x4C4F4E47  # an advisory lock: two starts at once make each role once
LIMITS = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"


def prepare(admin_url: str, passwords: Mapping[str, str] | None = None) -> None:
    """Make the house's roles, database and extensions where they are missing, as an administrator (PostgreSQL 15 to 18).

    Passwords are by role; without them the server must know the roles by itself (a private socket). Raises PostgresFault.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            _make_roles(admin, passwords or {})
            _make_database(admin)
            with psycopg.connect(
                admin_url, dbname="longstone", autocommit=True
            ) as inside:  # the first still holds the lock
                _furnish(inside)
    except psycopg.errors.InsufficientPrivilege as error:
        raise PostgresFault(
            f"The user of DATABASE_URL may not prepare the database ({error.diag.message_primary}). Give one that may make roles "
            "and databases, or make them yourself and set DATABASE_URL_OWNER, _WEB, _WORKER, _ERASER and _PUBLIC."
        ) from error
    except psycopg.OperationalError as error:
        raise PostgresFault(f"The database does not answer: {error}. Check DATABASE_URL.") from error


def role_urls(admin_url: str, home: Path) -> dict[str, str]:
    """Give each role's address at an administrator's server, with the passwords kept in the home; prepares it first."""
    if urlsplit(admin_url).scheme not in {"postgresql", "postgres"}:
        raise PostgresFault("DATABASE_URL is not an address like postgresql://user:password@host/database. Correct it.")
    passwords = _kept_passwords(home / "database-roles.json")
    prepare(admin_url, passwords)
    return {role: _role_url(admin_url, role, passwords[role]) for role in ROLES}


def _role_url(admin_url: str, role: str, password: str) -> str:
    told = urlsplit(admin_url)
    host = told.netloc.rpartition("@")[2]
    query = f"?{told.query}" if told.query else ""
    return f"postgresql://longstone_{role}:{quote(password)}@{host}/longstone{query}"


def _kept_passwords(path: Path) -> dict[str, str]:
    """Give each role's password; a role that came with a newer version gets its own beside those that are kept."""
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once keep the same
        kept = dict(json.loads(path.read_text())) if path.exists() else {}
        if missing := [role for role in ROLES if role not in kept]:
            kept |= {role: secrets.token_urlsafe(24) for role in missing}
            whole.write(path, json.dumps(kept).encode())
    return kept


def _make_roles(admin: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    for role in ROLES:
        name = sql.Identifier(f"longstone_{role}")
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"longstone_{role}"]).fetchone():
            admin.execute(sql.SQL("CREATE ROLE {} " + LIMITS).format(name))
        if role in passwords:
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(passwords[role])))
    _refuse_mighty(admin)


def _refuse_mighty(admin: psycopg.Connection[Any]) -> None:
    """Refuse a role of ours that somebody has made mightier than the walls allow."""
    asked = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)"
    if found := admin.execute(asked, [list(NAMES)]).fetchone():
        raise PostgresFault(
            f"{found[0]} is a superuser or bypasses row security. Run ALTER ROLE {found[0]} NOSUPERUSER NOBYPASSRLS, and try again."
        )


def _make_database(admin: psycopg.Connection[Any]) -> None:
    """Make the database as its owner's; an administrator who is no superuser must belong to the owner for that."""
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = 'longstone'").fetchone():
        return
    if admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,):
        admin.execute("GRANT longstone_owner TO CURRENT_USER")
    admin.execute("CREATE DATABASE longstone OWNER longstone_owner ENCODING 'UTF8' TEMPLATE template0")


def _furnish(admin: psycopg.Connection[Any]) -> None:
    for extension in EXTENSIONS:
        admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    others = sql.SQL(", ").join(map(sql.Identifier, NAMES[1:]))
    for told in (
        "ALTER SCHEMA public OWNER TO longstone_owner",
        "REVOKE ALL ON DATABASE longstone FROM PUBLIC",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT CONNECT ON DATABASE longstone TO {others}",
        "GRANT USAGE ON SCHEMA public TO {others}",
    ):
        admin.execute(sql.SQL(told).format(others=others))
