"""What was checked and found? (Filled as the check goes on, so that a failure can say how far it came.)"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from verifier.custody import Step
from verifier.note import Checkpoint, Note
from verifier.restoration import Restoration
from verifier.stamp import Stamp


@dataclass
class Report:
    """What was checked, in plain words, and what the bundle is about; filled as the check goes on."""

    checks: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    proofs: dict[int, list[bytes]] = field(default_factory=dict)
    note: Note = field(default_factory=lambda: Note("", ()))
    checkpoint: Checkpoint = field(default_factory=lambda: Checkpoint("", 0, b""))
    last: int = -1
    stamps: dict[str, Stamp] = field(default_factory=dict)
    stamped: set[str] = field(default_factory=set)
    restored: list[Restoration] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    crcs: dict[str, str] = field(default_factory=dict)
    signed: bool = False
