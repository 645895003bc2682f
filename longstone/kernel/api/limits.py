"""How often may somebody ask? So many times a minute, counted for all processes together in the shared cache."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction

MINUTE = 60


def waits(who: str, *, per_minute: int, at: datetime) -> tuple[int, bool]:
    """Count one more request of somebody's; give the seconds to wait (0: go on), and whether this is the first to be turned away.

    One counts at a time: a count that two processes read and write together would let both through.
    """
    minute, second = divmod(int(at.timestamp()), MINUTE)
    key = f"api:{hashlib.sha256(who.encode('utf-8', 'replace')).hexdigest()}:{minute}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        count = int(cache.get(key, 0)) + 1
        cache.set(key, count, 2 * MINUTE)
    return (MINUTE - second if count > per_minute else 0), count == per_minute + 1
