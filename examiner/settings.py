"""What may one examination spend, and what is it asked to do?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Settings:
    """What decides a catalogue's content: every field is written into the manifest.

    Limits count bytes, entries and steps, so the same input meets them at the same place on every machine.
    """

    digest_input: bool = True
    read_deleted: bool = True
    weak_sandbox: bool = False
    hole_bytes_per_file: int = 4 * GIB
    hole_bytes_in_all: int = 64 * GIB
    read_bytes_per_input_byte: int = 64
    entries: int = 50_000_000
    entries_in_one_folder: int = 1_000_000
    path_bytes: int = 4096
    depth: int = 512
    problems: int = 1_000_000

    def as_facts(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Walls:
    """What the limited process may take from the machine: none of it decides a whole catalogue's content."""

    memory_bytes: int = 352 * MIB
    cpu_seconds: int = 7 * 24 * 3600
    open_files: int = 1200
    stall_seconds: float = 900.0
