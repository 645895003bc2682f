"""What kind of container was handed in? One format a file; this one only chooses.

A source gives the bytes of the disk that was imaged ("the media"), whatever they are packed in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol

from examiner.board import Board
from examiner.sources import ewf, raw
from examiner.sources.damage import Damage
from examiner.sources.signatures import container_named
from examiner.sources.unreadable import Unreadable

__all__ = ["Damage", "Source", "Unreadable", "open_source"]


class Source(Protocol):
    """The media of one input.

    `size` is in bytes; `read` gives exactly what lies at an offset, shorter only at the end of the media;
    `verify` reads all of it once and returns facts for the manifest; `damage` says which bytes are not to be trusted.
    """

    kind: str
    size: int
    damage: Damage

    def read(self, offset: int, length: int) -> bytes: ...

    def verify(self, *, board: Board, wanted: bool) -> dict[str, str]: ...


def open_source(parts: Sequence[int]) -> Source:
    """Open the container whose files are these descriptors, in order.

    Raises Unreadable with a sentence when the first bytes belong to a format this examiner does not open.
    """
    first = os.pread(parts[0], 4096, 0)
    if first.startswith(ewf.MAGIC):
        return ewf.Ewf(parts)
    media = raw.Raw(parts)
    if named := container_named(first, tail=media.read(max(0, media.size - 512), 512)):
        raise Unreadable(f"This is {named}, which this examiner does not open yet. Convert it to a raw image or E01.")
    return media
