"""How do tests let two meet? Each with a connection of its own, and the second is known to wait before the first goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

PATIENCE = 30.0
WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def in_thread(work: Callable[[], Any]) -> threading.Thread:
    """Run work with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def somebody_waits(address: str, thread: threading.Thread) -> bool:
    """Say whether somebody waits for a lock, as soon as somebody does; no if the thread is through without waiting."""
    until = time.monotonic() + PATIENCE
    with psycopg.connect(address.replace("longstone_worker", "app"), autocommit=True) as admin:
        while time.monotonic() < until and thread.is_alive():
            if admin.execute(WAITS).fetchone():
                return True
            time.sleep(0.01)
    return False
