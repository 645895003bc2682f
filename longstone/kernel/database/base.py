"""Who writes? In tests and in the demo a write outside a command is an error, whatever code it comes from."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from longstone.kernel.promises import may_write

WRITES = re.compile(
    r"^\s*(?:WITH\b.*?\)\s*)?(INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)"
    r'\s+(?:ONLY\s+)?"?(\w+)"?',
    re.IGNORECASE | re.DOTALL,
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


def table_written(sql: str) -> str:
    """Name the table that a statement writes to, or nothing."""
    found = WRITES.match(sql)
    return found[2].lower() if found else ""


def guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    """Refuse a write that no command stands behind."""
    table = table_written(sql) if isinstance(sql, str) else ""
    if table and not table.startswith(FREE) and not may_write():
        raise WroteOutsideACommand(f"{table} was written outside a command.")
    return execute(sql, params, many, context)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection with the guard on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.LONGSTONE_WRITE_GUARD:
            self.execute_wrappers.append(guard)
