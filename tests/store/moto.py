"""moto's S3 server on loopback: it keeps object locks, and takes a wrong checksum."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.store.serving import Server, free_port

KEY, SECRET = "house", "not a secret"


def why_not() -> str:
    """Say why moto cannot run, or nothing."""
    try:
        import moto.server  # noqa: F401
    except ImportError:
        return "moto is not installed with its server (requirements/dev.in names it)."
    return ""


def server(folder: Path) -> Server:
    """Give the server, not started yet."""
    port = free_port()
    return Server("moto", [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port, folder)
