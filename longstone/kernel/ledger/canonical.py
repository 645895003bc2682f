"""Which bytes does a leaf stand for? One text for one entry, the same on every machine."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_quoted: Callable[[str], str] = (
    json.encoder.encode_basestring
)  # the same quotes as the writer's, without its preparations

# The same text (behind its salt) as the database writes it, much quicker than we do. It quotes nothing: so what it writes counts only where
# there is nothing to quote in WORDS, and no text of one column can then pass for another's. Elsewhere `commitment` below writes it. Facts
# stand in both as they were stored, which is canonical JSON already (`text`).
WORDS = "concat(by_name, controller, event, on_kind, on_id, on_label)"
PLAIN = "octet_length(to_json({0})::text) = octet_length({0}) + 2"
_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
SALTED_TEXT = f"""salt || textsend(concat('{{"at":"', {_MOMENT.format("at")}, '","by":{{"id":', coalesce(by_id::text, 'null'), ',"name":"', by_name,
    '"}},"controller":"', controller, '","event":"', event, '","facts":', facts, ',"id":"', uuid,
    CASE WHEN on_kind = '' THEN '","on":null,"past":' ELSE
      '","on":{{"id":"' || on_id || '","kind":"' || on_kind || '","label":"' || on_label || '"}},"past":' END,
    past::text, ',"recorded_at":"', {_MOMENT.format("recorded_at")}, '"}}'))"""


def text(value: Any) -> str:
    """Write a value as canonical JSON: sorted keys, no spaces, no floats."""
    return _WRITER.encode(value)


def moment(at: datetime) -> str:
    """Write a moment in UTC, to the microsecond."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def entry_text(entry: Any) -> str:
    """Write one entry as the text that its leaf commits to: canonical JSON, put together here because a ledger has millions."""
    on = f'{{"id":{_quoted(entry.on_id)},"kind":{_quoted(entry.on_kind)},"label":{_quoted(entry.on_label)}}}'
    by = f'{{"id":{"null" if entry.by_id is None else entry.by_id},"name":{_quoted(entry.by_name)}}}'
    return (
        f'{{"at":"{moment(entry.at)}","by":{by},"controller":{_quoted(entry.controller)},"event":{_quoted(entry.event)},'
        f'"facts":{entry.facts},"id":"{entry.uuid}","on":{on if entry.on_kind else "null"},'
        f'"past":{"true" if entry.past else "false"},"recorded_at":"{moment(entry.recorded_at)}"}}'
    )


def commitment(entry: Any) -> bytes:
    """Commit to an entry without showing it: SHA-256 of its salt and its text."""
    return hashlib.sha256(bytes(entry.salt) + entry_text(entry).encode()).digest()
