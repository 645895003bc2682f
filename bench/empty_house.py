"""Where is a measurement made? In a house of its own: a server that waits for its disk, as the real one does, and nothing in it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from longstone.runner.postgres import Postgres


class EmptyHouse(NamedTuple):
    """A house's folder and server."""

    folder: Path
    server: Postgres


@contextmanager
def empty_house(role: str = "owner") -> Iterator[EmptyHouse]:
    """Start a server, migrate it, and act in this process as one database role. Django must not have read its settings yet."""
    from longstone.runner.postgres import Postgres

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "home")
        server.start()
        try:
            server.prepare()
            told = {"LONGSTONE_HOME": folder, "LONGSTONE_ROLE": "owner", "DATABASE_URL": server.url("owner")}
            os.environ.update(told, DJANGO_SETTINGS_MODULE="longstone.site.settings")
            subprocess.run([sys.executable, "-m", "longstone", "migrate", "-v0"], check=True)
            os.environ.update(LONGSTONE_ROLE="owner" if role == "app" else role, DATABASE_URL=server.url(role))
            yield EmptyHouse(Path(folder), server)
        finally:
            server.stop()
