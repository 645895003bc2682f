"""How do two that would change one object wait for each other? By a lock on its digest, in the database, until the commit."""

from __future__ import annotations

from django.db import connection

from longstone.kernel.store.disk import sound


def hold_digest(sha256: str) -> None:
    """Wait for whoever claims or removes this object; call it in the transaction that does so."""
    number = int.from_bytes(bytes.fromhex(sound(sha256))[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
