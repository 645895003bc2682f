"""Who writes? In tests and in the demo a write outside a command is an error, whatever code it comes from."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.sql import Composable

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


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection with the guard on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.LONGSTONE_WRITE_GUARD:
            self.execute_wrappers.append(guard)
