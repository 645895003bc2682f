"""What does the manifest of a catalogue state, and how is it written?

The manifest is JSON with sorted keys and holds nothing of the run (no time, host, path or worker): those are in
run.json, which no digest covers. The same input, settings and versions make the same manifest, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytsk3

from examiner.catalogue import schema
from examiner.catalogue.writer import TableWriter, digest_of, synced
from examiner.settings import Settings
from examiner.version import VERSION

NAME, RUN = "manifest.json", "run.json"
HASHES = ("md5", "sha1")
WHOLE_NUMBERS = re.compile(r"landlock|media_size|(count_|part_size:).*")
NUMBER, PART = re.compile(r"[0-9]{1,19}"), re.compile(r"part_sha256:([0-9]{1,4})")


def tools() -> dict[str, str]:
    """The versions that decide the bytes of a catalogue."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    sleuthkit = str(pytsk3.TSK_VERSION_STR)
    return {
        "examiner": VERSION,
        "pytsk3": pytsk3.get_version(),
        "sleuthkit": sleuthkit,
        "pyarrow": pa.__version__,
        "python": python,
    }


def manifest(
    *,
    facts: Mapping[str, str],
    settings: Settings,
    tables: Mapping[str, TableWriter],
    counts: Mapping[str, int],
    strong: bool,
    unfinished: list[str],
) -> dict[str, Any]:
    """Everything the manifest says, as plain values."""
    return {
        "format": schema.FORMAT,
        "tools": tools(),
        "settings": settings.as_facts(),
        "sandbox": "walled" if strong else "weak: neither Landlock nor seccomp, as was allowed",
        "input": input_facts(facts),
        "complete": not unfinished,
        "unfinished": unfinished,
        "counts": counts,
        "tables": {table: _table(writer) for table, writer in sorted(tables.items())},
        "deleted_content": "read where its place is still known" if settings.read_deleted else "not read",
    }


def _table(writer: TableWriter) -> dict[str, Any]:
    return {"rows": writer.rows, "bytes": writer.path.stat().st_size, "sha256": digest_of(writer.path)}


def may_be_fact(name: str, value: str) -> bool:
    """Whether a fact from the limited process can be true: where a whole number is due, nothing else will do."""
    return not WHOLE_NUMBERS.fullmatch(name) or bool(NUMBER.fullmatch(value))


def input_facts(facts: Mapping[str, str]) -> dict[str, Any]:
    """What was handed in: its kind, the digest of each of its files, of the media, and the digests it carried."""
    found = (int(part[1]) for part in map(PART.fullmatch, facts) if part)
    parts = sorted(number for number in found if f"part_size:{number}" in facts)
    return {
        "kind": facts.get("input_kind", "not known"),
        "parts": [{"bytes": int(facts[f"part_size:{n}"]), "sha256": facts[f"part_sha256:{n}"]} for n in parts],
        "media": {"bytes": int(facts.get("media_size", "0")), "sha256": facts.get("media_sha256")},
        "stored_digests": {name: _compared(facts, name) for name in HASHES if f"stored_{name}" in facts},
    }


def _compared(facts: Mapping[str, str], name: str) -> dict[str, str | None]:
    stored, now = facts[f"stored_{name}"], facts.get(f"media_{name}")
    verdict = "not compared" if now is None else "agrees" if stored == now else "differs"
    return {"stored": stored, "now": now, "verdict": verdict}


def write(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Write one JSON file of a catalogue so that equal content is equal bytes."""
    path = folder / name
    path.write_text(json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    synced(path)


def digest(folder: Path) -> str:
    """The SHA-256 of a catalogue's manifest: it vouches for every table."""
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
