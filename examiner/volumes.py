"""Which volumes lie on the media, and which of them can be walked?

Partition tables and file systems are read by The Sleuth Kit (DOS/MBR with its extended chain, GPT, Apple, BSD and
Sun tables). A volume that cannot be walked is a finding: it gets its row and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytsk3

from examiner.board import Board
from examiner.sources import Source
from examiner.sources.signatures import LOOKED_AT, unread_volume

ALLOCATED = int(pytsk3.TSK_VS_PART_FLAG_ALLOC)
SCHEMES = {1: "DOS partition table", 2: "BSD disk label", 4: "Sun table", 8: "Apple partition map", 16: "GPT"}
FAMILIES = {
    "NTFS": pytsk3.TSK_FS_TYPE_NTFS_DETECT,
    "FAT": pytsk3.TSK_FS_TYPE_FAT_DETECT,
    "ext": pytsk3.TSK_FS_TYPE_EXT_DETECT,
    "HFS": pytsk3.TSK_FS_TYPE_HFS_DETECT,
    "APFS": pytsk3.TSK_FS_TYPE_APFS_DETECT,
    "ISO 9660": pytsk3.TSK_FS_TYPE_ISO9660_DETECT,
    "UFS": pytsk3.TSK_FS_TYPE_FFS_DETECT,
    "YAFFS2": pytsk3.TSK_FS_TYPE_YAFFS2_DETECT,
}
NAMES = {
    "NTFS": "NTFS", "FAT12": "FAT12", "FAT16": "FAT16", "FAT32": "FAT32", "EXFAT": "exFAT", "EXT2": "ext2",
    "EXT3": "ext3", "EXT4": "ext4", "HFS": "HFS+", "APFS": "APFS", "ISO9660": "ISO 9660", "FFS1": "UFS1",
    "FFS2": "UFS2", "YAFFS2": "YAFFS2",
}  # fmt: skip
FILE_SYSTEMS = {int(getattr(pytsk3, f"TSK_FS_TYPE_{name}")): said for name, said in NAMES.items()}
LOCAL_CLOCKS = {"FAT12", "FAT16", "FAT32", "exFAT", "ISO 9660"}
PARTITIONS_MOST = 4096


class Media(pytsk3.Img_Info):  # type: ignore[misc]
    """The media of a source, as The Sleuth Kit wants to see it."""

    def __init__(self, source: Source, *, board: Board) -> None:
        self._source, self._board = source, board
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def read(self, offset: int, length: int) -> bytes:
        self._board.post()
        return self._source.read(offset, length)

    def get_size(self) -> int:
        return self._source.size


@dataclass(frozen=True)
class Volume:
    """One partition, or the whole media: `start` and `length` in bytes; `system` is None where it cannot be walked."""

    number: int
    scheme: str
    description: str
    start: int
    length: int
    system: pytsk3.FS_Info | None
    why: str | None

    @property
    def file_system(self) -> str | None:
        if self.system is None:
            return None
        return FILE_SYSTEMS.get(int(self.system.info.ftype), f"file system {int(self.system.info.ftype)}")

    @property
    def block(self) -> int:
        return int(self.system.info.block_size) if self.system else 0

    @property
    def cut_short(self) -> bool:
        """Whether the file system says it has blocks that the image does not."""
        return bool(self.system and self.system.info.last_block_act < self.system.info.last_block)

    def zone(self) -> tuple[str | None, str]:
        """The zone of the times on it, and how that is known (decision D3)."""
        if self.file_system in LOCAL_CLOCKS:
            return None, f"{self.file_system} writes the clock of the device without a zone that this examiner reads"
        return "UTC", f"{self.file_system} writes UTC"

    def row(self) -> tuple[object, ...]:
        state = "walked" if self.system else "not read"
        at = (self.number, self.scheme, self.description, self.start, self.length)
        return (*at, self.file_system, self.block or None, state, self.why)


def volumes(*, source: Source, media: Media) -> Iterator[Volume]:
    """Yield each volume in the order of the partition table; without a table, the media is one volume."""
    found = list(_partitions(source, media))
    if any(volume.system for volume in found):
        yield from found
        return
    whole = _volume(0, ("none", "whole media"), (0, source.size), source, media)
    yield from [whole] if whole.system or not found else found


def _partitions(source: Source, media: Media) -> Iterator[Volume]:
    table = _table(media)
    if table is None:
        return
    scheme = SCHEMES.get(int(table.info.vstype), "partition table")
    seen: set[int] = set()
    for part in table:
        start, length = part.start * table.info.block_size, part.len * table.info.block_size
        if int(part.flags) != ALLOCATED or start in seen or len(seen) >= PARTITIONS_MOST:
            continue
        words = (scheme, part.desc.decode("utf-8", "replace"))
        yield _volume(len(seen), words, (start, length), source, media)
        seen.add(start)


def _table(media: Media) -> pytsk3.Volume_Info | None:
    try:
        return pytsk3.Volume_Info(media)
    except OSError:
        return None


def _volume(number: int, words: tuple[str, str], span: tuple[int, int], source: Source, media: Media) -> Volume:
    system, why = _file_system(media, span[0])
    if system is None:
        why = _reason(why, source.read(span[0], LOOKED_AT), beyond=span[0] >= source.size)
    return Volume(number, *words, *span, system, why)


def _reason(said: str | None, first: bytes, *, beyond: bool) -> str:
    if beyond:
        return "It lies beyond the end of the image."
    found = unread_volume(first)
    return f"{found} (The Sleuth Kit: {said})" if said else found


def _file_system(media: Media, start: int) -> tuple[pytsk3.FS_Info | None, str | None]:
    try:
        return pytsk3.FS_Info(media, offset=start), None
    except OSError as error:
        return _named_by_family(media, start, str(error))


def _named_by_family(media: Media, start: int, said: str) -> tuple[pytsk3.FS_Info | None, str | None]:
    """Where two families both claim a volume, take the first that opens; else say what The Sleuth Kit said."""
    short = said.rpartition("unable to open the FS as ")[2] if "unable to open" in said else said
    if "more than one" not in said.lower() and "multiple" not in said.lower():
        return None, tsk_words(short)
    for kind in FAMILIES.values():
        try:
            return pytsk3.FS_Info(media, offset=start, type=kind), None
        except OSError:
            continue
    return None, tsk_words(short)


def tsk_words(said: object) -> str:
    """What The Sleuth Kit said, without the place in its source, at most 200 letters."""
    text = str(said).split(") ", 1)[-1]
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200].strip()
