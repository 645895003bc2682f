"""What do 20,000 files of a seized computer look like, the same on every machine?

The recipe is that of the forensic anchors: twenty thousand files, about 0.95 GB, sizes in five bands,
thirty parts in a hundred random, forty-five text, fifteen picture-like, ten deflated; two in a hundred
repeat an earlier file; some names hold spaces, other alphabets or 120 letters.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SEED = 20260101
YEAR_2025 = 1_735_689_600
SECONDS_OF_YEAR = 31_536_000
BANDS = (
    (100, 0, 0),
    (11_900, 64, 8_192),
    (6_500, 8_192, 72_000),
    (1_400, 72_000, 520_000),
    (100, 1_500_000, 3_500_000),
)
KINDS = {"random": 30, "text": 45, "picture": 15, "deflated": 10}
ENDINGS = {
    "random": ("dat", "bin", "mp4", "heic"),
    "text": ("txt", "log", "csv", "json", "html"),
    "picture": ("jpg", "jpeg"),
    "deflated": ("pdf", "docx"),
}
FOLDERS = (
    "Users/alice/Documents", "Users/alice/Pictures/2025", "Users/alice/Downloads", "Users/bob/Desktop",
    "Users/bob/AppData/Local/Cache", "ProgramData/logs", "Windows/System32/drivers", "var/log/journal",
    "data/media/0/DCIM/Camera", "data/data/com.whatsapp/files", "mobile/Library/SMS/Parts",
)  # fmt: skip


class Tool(Exception):
    """A file system could not be made here; the sentence says why."""


@dataclass
class Writer:
    """Makes the bytes and names of one corpus from one seed."""

    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    earlier: list[bytes] = field(default_factory=list)
    prose: bytes = b""

    def __post_init__(self) -> None:
        letters = "abcdefghijklmnopqrstuvwxyz"
        words = ["".join(self.chance.choices(letters, k=self.chance.randint(2, 11))) for _ in range(6000)]
        lines = (" ".join(self.chance.choices(words, k=400)) for _ in range(3200))
        self.prose = "\r\n".join(lines).encode()

    def content(self, *, kind: str, size: int) -> bytes:
        if size and size < 100_000 and self.earlier and self.chance.random() < 0.02:
            return self.chance.choice(self.earlier)
        made = getattr(self, kind)(size) if size else b""
        if 2_000 < size < 60_000 and len(self.earlier) < 300:
            self.earlier.append(made)
        return made

    def random(self, size: int) -> bytes:
        return self.chance.randbytes(size)

    def text(self, size: int) -> bytes:
        start = self.chance.randrange(len(self.prose) - size)
        return self.prose[start : start + size]

    def picture(self, size: int) -> bytes:
        return b"\xff\xd8\xff\xe1" + self.chance.randbytes(max(0, size - 6)) + b"\xff\xd9"

    def deflated(self, size: int) -> bytes:
        return b"%PDF-1.4\n" + zlib.compress(self.prose[:size], 1) + b"\n%%EOF\n"

    def path(self, *, number: int, kind: str) -> str:
        folder = f"{self.chance.choice(FOLDERS)}/d{self.chance.randrange(40):02d}"
        if self.chance.random() < 0.4:
            folder += f"/s{self.chance.randrange(8)}"
        return f"{folder}/f{number:05d}{self._flourish()}.{self.chance.choice(ENDINGS[kind])}"

    def _flourish(self) -> str:
        draw = self.chance.random()
        if draw < 0.02:
            return " with spaces"
        if draw < 0.04:
            return "_Ünïcode_文件_дело"
        return "_" + "x" * 120 if draw < 0.045 else ""


def files(*, share: float = 1.0) -> Iterator[tuple[str, bytes, int]]:
    """Yield path, bytes and time of each file; `share` takes that part of every band."""
    writer = Writer()
    plan = [(low, high) for count, low, high in BANDS for _ in range(int(count * share))]
    writer.chance.shuffle(plan)
    for number, (low, high) in enumerate(plan):
        kind = writer.chance.choices(list(KINDS), list(KINDS.values()))[0]
        path = writer.path(number=number, kind=kind)
        content = writer.content(kind=kind, size=writer.chance.randint(low, high))
        yield path, content, YEAR_2025 + writer.chance.randrange(SECONDS_OF_YEAR)


def write(*, folder: Path, share: float = 1.0) -> int:
    """Write the corpus into a folder and return its bytes."""
    total = 0
    for path, content, at in files(share=share):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, (at, at))
        total += len(content)
    return total


def ext4(*, corpus: Path, image: Path, size: int) -> None:
    """Make an ext4 image of the corpus with mkfs.ext4 -d."""
    _blank(image, size)
    _run("mkfs.ext4", "-q", "-F", "-N", "65536", "-E", "lazy_itable_init=0", "-d", str(corpus), str(image))


def ntfs(*, corpus: Path, image: Path, size: int) -> None:
    """Make an NTFS image of the corpus with mkntfs and a mount by ntfs-3g."""
    _blank(image, size)
    _run("mkntfs", "-F", "-q", "-Q", "-s", "512", "-c", "4096", "-p", "0", "-H", "255", "-S", "63", str(image))
    mount = image.with_suffix(".mount")
    mount.mkdir(exist_ok=True)
    _run("ntfs-3g", str(image), str(mount))
    try:
        shutil.copytree(corpus, mount, dirs_exist_ok=True)
    finally:
        _run("umount", str(mount))
        mount.rmdir()


def _blank(image: Path, size: int) -> None:
    with image.open("wb") as made:
        made.truncate(size)


def _run(tool: str, *arguments: str) -> None:
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    if not found:
        raise Tool(f"{tool} is not installed here.")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Tool(f"{tool} failed: {done.stderr.strip()[-200:]}")
