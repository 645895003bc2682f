"""Is keeping bytes in the store as fast as a bare loop of hash, write and fsync?

python -m bench.store [FOLDER] [--size MIB] [--times N]

Runs ours (Posix.put: hash, write, sync, link under the digest, sync of every folder above) and the bare loop in turn on
the same bytes and the same disk (FOLDER, or the temporary folder). The figure is elapsed time, for the disk's answer is
part of it; a line is floor / ours, so 1.00 is as fast and more is faster. The gate is 0.8 (issue 2). The second line,
many small files, is not gated: each costs a link and the sync of its folders, which the bare loop does not do.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from longstone.kernel.store.posix import Posix

GATE = 0.8
BLOCK = 1 << 20
SMALL, MANY = 16 << 10, 200


def bare(source: Path, folder: Path) -> None:
    """Hash, write and sync, and no more."""
    sha = hashlib.sha256()
    with source.open("rb", buffering=0) as told, (folder / source.name).open("wb", buffering=0) as out:
        while block := told.read(BLOCK):
            sha.update(block)
            out.write(block)
        os.fsync(out.fileno())


def ours(source: Path, folder: Path) -> None:
    """Keep it in the store."""
    Posix(folder).put(source)


def seconds(work: Callable[[Path, Path], None], sources: Sequence[Path], folder: Path) -> float:
    """Time the work on every source, into a folder of its own that goes again."""
    out = folder / "out"
    out.mkdir()
    begun = time.perf_counter()
    for source in sources:
        work(source, out)
    taken = time.perf_counter() - begun
    shutil.rmtree(out)
    os.sync()
    return taken


def compared(name: str, sources: Sequence[Path], folder: Path, *, times: int) -> float:
    """Run both in turn, once to warm and then `times` times; print the line and give the ratio of the medians."""
    seconds(ours, sources, folder), seconds(bare, sources, folder)
    pairs = [(seconds(ours, sources, folder), seconds(bare, sources, folder)) for _ in range(times)]
    our, floor = statistics.median(mine for mine, _ in pairs), statistics.median(theirs for _, theirs in pairs)
    size = sum(source.stat().st_size for source in sources) / 1e6
    print(f"{name}: ours {our:.2f} s ({size / our:.0f} MB/s), bare loop {floor:.2f} s, ratio {floor / our:.2f}")
    return floor / our


def written(folder: Path, name: str, size: int) -> Path:
    """Write a file of bytes that no disk can shorten."""
    path = folder / name
    with path.open("wb") as out:
        for start in range(0, size, BLOCK):
            out.write(os.urandom(min(BLOCK, size - start)))
    return path


def measured(folder: Path, *, size: int, times: int) -> int:
    print(f"load before: {os.getloadavg()[0]:.2f}; median of {times}; elapsed seconds; {size} MiB")
    ratio = compared("store, one large file", [written(folder, "large", size << 20)], folder, times=times)
    small = [written(folder, f"small-{number}", SMALL) for number in range(MANY)]
    compared(f"store, {MANY} small files (not gated)", small, folder, times=times)
    print(f"load after: {os.getloadavg()[0]:.2f}; gate {GATE}: {'ok' if ratio >= GATE else 'BELOW THE GATE'}")
    return 0 if ratio >= GATE else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=512, help="MiB of the large file")
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="longstone-bench-", dir=asked.folder) as folder:
        return measured(Path(folder), size=asked.size, times=asked.times)


if __name__ == "__main__":
    sys.exit(main())
