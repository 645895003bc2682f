"""Which bytes does a leaf stand for? One text for one entry, the same on every machine."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any


def text(value: Any) -> str:
    """Write a value as canonical JSON: sorted keys, no spaces, no floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def moment(at: datetime) -> str:
    """Write a moment in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_text(entry: Any) -> str:
    """Write one entry as the text that its leaf commits to."""
    on = {"id": entry.on_id, "kind": entry.on_kind, "label": entry.on_label} if entry.on_kind else None
    return text(
        {
            "at": moment(entry.at),
            "by": {"id": entry.by_id, "name": entry.by_name},
            "controller": entry.controller,
            "event": entry.event,
            "facts": json.loads(entry.facts),
            "id": str(entry.uuid),
            "on": on,
            "past": entry.past,
            "recorded_at": moment(entry.recorded_at),
        }
    )


def commitment(entry: Any) -> bytes:
    """Commit to an entry without showing it: SHA-256 of its salt and its text."""
    return hashlib.sha256(bytes(entry.salt) + entry_text(entry).encode()).digest()
