"""Are the house's database roles as weak as the walls need, on every server?"""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from longstone.runner import roles
from longstone.runner.postgres import PostgresFault

DEBIAN = Path("/usr/lib/postgresql/15/bin")
SERVERS = [
    pytest.param(None, id="the wheel's"),
    pytest.param(
        DEBIAN,
        id="Debian's 15",
        marks=pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's PostgreSQL 15 is absent."),
    ),
]


@pytest.fixture(params=SERVERS)
def server(request, place, serve, monkeypatch):
    if request.param:
        monkeypatch.setenv("LONGSTONE_POSTGRES_BIN", str(request.param))
    return serve(place)


def ask(url, told, *values):
    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(told, values or None)
        return done.fetchall() if done.description else []


def test_no_role_of_ours_is_a_superuser_or_bypasses_row_security(server):
    server.prepare()

    found = ask(
        server.url("owner"),
        "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication "
        "FROM pg_roles WHERE rolname LIKE 'longstone%%' AND %s ORDER BY 1",
        True,
    )
    assert found == [(name, True, False) for name in sorted(roles.NAMES)]


def test_only_the_owner_makes_tables_and_nobody_else_sees_them_unasked(server):
    server.prepare()

    ask(server.url("owner"), "CREATE TABLE secret (n int)")

    for role in ("web", "worker", "eraser", "public"):
        for told in (
            "CREATE TABLE mine (n int)",
            "CREATE TEMP TABLE mine (n int)",
            "SELECT * FROM secret",
            "CREATE SCHEMA mine",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(server.url(role), told)


def test_preparing_twice_or_two_at_once_changes_nothing(server):
    many = [Thread(target=server.prepare) for _ in range(3)]
    for one in many:
        one.start()
    for one in many:
        one.join()

    server.prepare()

    assert ask(
        server.url("web"), "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)", list(roles.EXTENSIONS)
    ) == [(3,)]


def test_an_administrator_who_is_no_superuser_can_prepare_it(server):
    ask(server.url("app", "postgres"), "CREATE ROLE chief LOGIN CREATEROLE CREATEDB")
    admin = server.url("app", "postgres").replace("//app@", "//chief@")

    roles.prepare(admin)
    roles.prepare(admin)

    ask(server.url("owner"), "CREATE TABLE made (n int)")
    assert ask(server.url("web"), "SELECT current_user") == [("longstone_web",)]


def test_each_role_of_an_administrators_server_gets_its_own_kept_password(server, tmp_path):
    admin = server.url("app", "postgres")

    first = roles.role_urls(admin, tmp_path)
    second = roles.role_urls(admin, tmp_path)

    assert first == second
    assert len(set(first.values())) == len(roles.ROLES)
    assert (tmp_path / "database-roles.json").stat().st_mode & 0o777 == 0o600
    assert {role: ask(url, "SELECT current_user, current_database()") for role, url in first.items()} == {
        role: [(f"longstone_{role}", "longstone")] for role in roles.ROLES
    }
    kept = ask(
        admin,
        "SELECT count(*) FROM pg_authid WHERE rolname LIKE 'longstone%%' AND rolpassword LIKE %s",
        "SCRAM-SHA-256%",
    )
    assert kept == [(len(roles.ROLES),)]


def test_a_role_that_somebody_made_mighty_is_refused_by_name(server):
    server.prepare()
    ask(server.url("app"), "ALTER ROLE longstone_web BYPASSRLS")

    with pytest.raises(PostgresFault, match=r"longstone_web is a superuser or bypasses row security\. Run ALTER ROLE"):
        server.prepare()


def test_an_administrator_who_may_not_is_told_what_to_do(server):
    ask(server.url("app", "postgres"), "CREATE ROLE clerk LOGIN")

    with pytest.raises(PostgresFault, match=r"may not prepare the database .* set DATABASE_URL_OWNER"):
        roles.prepare(server.url("app", "postgres").replace("//app@", "//clerk@"))


def test_a_role_that_came_with_a_newer_version_gets_a_password_beside_those_that_are_kept(server, tmp_path):
    admin, kept = server.url("app", "postgres"), tmp_path / "database-roles.json"
    before = roles.role_urls(admin, tmp_path)
    old = {role: told for role, told in json.loads(kept.read_text()).items() if role != "public"}
    kept.write_text(json.dumps(old))

    after = roles.role_urls(admin, tmp_path)

    assert {role: after[role] for role in old} == {role: before[role] for role in old}
    assert after["public"] != before["public"]
    assert ask(after["public"], "SELECT current_user") == [("longstone_public",)]


def test_a_database_that_does_not_answer_is_said_so(tmp_path):
    with pytest.raises(PostgresFault, match="does not answer"):
        roles.prepare(f"postgresql://app@/postgres?host={tmp_path}")
