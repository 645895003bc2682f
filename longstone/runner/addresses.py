"""Where is each role's database? At our own server, where the settings say, or where an administrator lets us make it."""

from __future__ import annotations

import os
from pathlib import Path

from longstone.runner.postgres import Postgres
from longstone.runner.roles import ROLES, role_urls


def addresses(home: Path, server: Postgres | None) -> dict[str, str]:
    """Give each role's database: our own server's, the settings for each role, or those made with the administrator's."""
    if server:
        server.start()
        server.prepare()
        return {role: server.url(role) for role in ROLES}
    given = {role: url for role in ROLES if (url := os.environ.get(f"DATABASE_URL_{role.upper()}"))}
    if {"owner", "worker"} <= set(given):
        return {"web": os.environ["DATABASE_URL"], **given}
    return role_urls(os.environ["DATABASE_URL"], home)
