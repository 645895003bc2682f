"""Who writes, and for whom is read? The database is told who acts; in tests and in the demo a write outside a command is an error."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql import base
from psycopg.sql import Composable

from longstone.kernel import acting
from longstone.kernel.promises import may_write

SILENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)  # what is said in a statement, not done
WRITES = re.compile(
    r"(?:^|[;()]|\$\w*\$|\b(?:BEGIN|THEN|ELSE|LOOP|EXPLAIN|ANALYZE|VERBOSE))\s*"
    r"(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)"
    r'\s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?(\w+)"?',
    re.IGNORECASE,
)
FREE = (
    "account_",
    "django_",
    "procrastinate_",
    "cache_",
    "mfa_",
    "socialaccount_",
)  # sign-in, session, cache, queue


class WroteOutsideACommand(AssertionError):
    """Some code changed a row without hold, require and record."""


def tables_written(sql: str) -> list[str]:
    """Name the tables that a text of statements writes to, in its parts and in its blocks too."""
    return [found.lower() for found in WRITES.findall(SILENT.sub(" ", sql))]


def said(sql: Any) -> str:
    """Give the text of a statement, in whichever form psycopg takes it."""
    if isinstance(sql, Composable):
        return sql.as_string(None)
    return sql.decode() if isinstance(sql, bytes) else str(sql)


def guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    """Refuse a write that no command stands behind."""
    if not may_write():
        for table in tables_written(said(sql)):
            if not table.startswith(FREE):
                raise WroteOutsideACommand(f"{table} was written outside a command.")
    return execute(sql, params, many, context)


TURNS = (
    "SAVEPOINT",
    "ROLLBACK",
    "RELEASE",
    "SET TRANSACTION",
)  # of a transaction, which may be broken or must be told this first


def announce(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    """Tell the database who acts before it is asked; what is asked outside a transaction gets one of its own."""
    connection, wanted = context["connection"], acting.now()
    if said(sql).startswith(TURNS) or connection.needs_rollback:
        return execute(sql, params, many, context)
    if connection.in_atomic_block:
        connection.tell(wanted)
        return execute(sql, params, many, context)
    if not wanted:
        return execute(sql, params, many, context)
    with transaction.atomic(using=connection.alias):
        connection.tell(wanted)
        return execute(sql, params, many, context)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection, with who acts and the guard on writes."""

    told: str | None = None  # who acts, as this transaction was told; nothing where that is not known

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(announce)
        if settings.LONGSTONE_WRITE_GUARD:
            self.execute_wrappers.append(guard)

    def tell(self, wanted: str) -> None:
        """Tell this transaction who acts, unless it was told so already."""
        if self.told != wanted:
            with self.wrap_database_errors:  # a connection that is gone is Django's own fault, as for any statement
                self.connection.execute("SELECT set_config(%s, %s, true)", [acting.SETTING, wanted])
            self.told = wanted

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's own signature
        self.told = None
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # unknown to the stubs

    def _commit(self) -> None:
        self.told = None
        super()._commit()  # type: ignore[misc]  # unknown to the stubs

    def _rollback(self) -> None:
        self.told = None
        super()._rollback()  # type: ignore[misc]  # unknown to the stubs

    def _savepoint_rollback(self, sid: str) -> None:
        self.told = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # unknown to the stubs
