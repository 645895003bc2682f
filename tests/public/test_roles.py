"""What may the public's database role do? Add to the inbox and read what is published; everything else is refused."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from tests.server import SERVER

COLUMNS = "key, form, version, title, force, reference, answers, keep_days"
REFUSED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ObjectNotInPrerequisiteState,
    psycopg.errors.UndefinedTable,
    psycopg.errors.WrongObjectType,  # a view cannot be emptied
)


@pytest.fixture
def public(site):
    """Speak to the database as the public's process does."""
    with psycopg.connect(SERVER.url("public", site.database), autocommit=True) as connection:
        yield connection


def add(connection, **changed):
    told = {"key": uuid.uuid4(), "form": "booking", "version": 1, "title": "A talk", "force": "northshire", "reference": "BK-2222",
            "answers": "[]", "keep_days": 10, **changed}  # fmt: skip
    connection.execute(
        f"INSERT INTO kernel_inbox ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", list(told.values())
    )


def names(site, told):
    return [row[0] for row in site.rows(told)]


def test_it_adds_to_the_inbox_and_cannot_read_it_back(site, public):
    add(public)

    for told in (
        "SELECT * FROM kernel_inbox",
        "SELECT count(*) FROM kernel_inbox",
        "SELECT key FROM kernel_inbox",
        "UPDATE kernel_inbox SET answers = 'x'",
        "DELETE FROM kernel_inbox",
        "TRUNCATE kernel_inbox",
        "COPY kernel_inbox TO STDOUT",
        f"INSERT INTO kernel_inbox ({COLUMNS}) VALUES (gen_random_uuid(), 'b', 1, 't', 'n', 'R', '[]', 1) RETURNING key",
        "INSERT INTO kernel_inbox (key, taken_at) VALUES (gen_random_uuid(), now())",
        "INSERT INTO kernel_inbox (key, arrived_at) VALUES (gen_random_uuid(), now())",
        "ALTER TABLE kernel_inbox DISABLE TRIGGER ALL",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute(told)
    assert len(site.rows()) == 1


def test_no_other_table_view_or_sequence_is_open_to_it(site, public):
    tables = names(site, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    views = names(site, "SELECT viewname FROM pg_views WHERE schemaname = 'public'")
    sequences = names(site, "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
    assert len(tables) > 40
    assert views == ["kernel_published"]

    for one in {*tables, *sequences}:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute(f'SELECT * FROM "{one}"')
    for one in {*tables, *views} - {"kernel_inbox"}:
        for told in (f'INSERT INTO "{one}" DEFAULT VALUES', f'DELETE FROM "{one}"', f'TRUNCATE "{one}"'):
            with pytest.raises(REFUSED):
                public.execute(told)
    public.execute("SELECT * FROM kernel_published")


def test_its_rights_are_these_and_no_more(site):
    held = site.rows(
        "SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges "
        "WHERE grantee IN ('longstone_public', 'PUBLIC') AND table_schema = 'public' ORDER BY 1, 2, 3"
    )

    assert {(table, right) for table, _, right in held} == {("kernel_inbox", "INSERT"), ("kernel_published", "SELECT")}
    assert {column for table, column, _ in held if table == "kernel_inbox"} == set(COLUMNS.split(", "))


def test_it_makes_nothing_and_becomes_nobody(public):
    for told in (
        "CREATE TABLE mine (n int)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE longstone_web",
        "SET SESSION AUTHORIZATION longstone_owner",
        "ALTER ROLE longstone_public SUPERUSER",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT kernel_inbox_takes_no_more()",
    ):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
            public.execute(told)


BOUNDS = {
    "too large": {"answers": "x" * 32769},
    "kept for ever": {"keep_days": 100_000},
    "kept for no time": {"keep_days": 0},
    "a form that is no word": {"form": "<script>"},
    "a force that is no word": {"force": "../x"},
    "a reference with a formula": {"reference": "=1+1"},
}


@pytest.mark.parametrize("changed", BOUNDS.values(), ids=BOUNDS)
def test_the_inbox_itself_refuses_what_a_form_would_not_have_let_through(public, changed):
    with pytest.raises(psycopg.errors.CheckViolation):
        add(public, **changed)


def test_the_inbox_takes_so_many_in_an_hour_whoever_asks(site, public):
    site.rows(
        f"INSERT INTO kernel_inbox ({COLUMNS}, taken_at) SELECT gen_random_uuid(), 'b', 1, 't', 'n', 'R', '', 1, now() FROM generate_series(1, 1999)"
    )
    add(public)

    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
        add(public)


def test_the_houses_own_roles_do_no_more_there_than_they_need(site):
    add_one = f"INSERT INTO kernel_inbox ({COLUMNS}) VALUES (gen_random_uuid(), 'b', 1, 't', 'n', 'R', '[]', 1)"
    for role, told in (
        ("web", add_one),
        ("web", "SELECT answers FROM kernel_inbox"),
        ("web", "DELETE FROM kernel_inbox"),
        ("worker", "UPDATE kernel_inbox SET reference = 'X'"),
        ("eraser", "SELECT key FROM kernel_inbox"),
        ("web", "DELETE FROM kernel_enquiry"),
        ("web", "SELECT * FROM kernel_published"),
    ):
        connecting = psycopg.connect(SERVER.url(role, site.database), autocommit=True)
        with connecting as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(told)
