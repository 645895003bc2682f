"""How fast are bytes kept? Ours against a bare loop of hash, write and fsync; each in turn, in one run."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from longstone.kernel.store.posix import BLOCK, Posix

SIZE = 512 << 20
TIMES = 5


def bare(source: Path, out: Path) -> None:
    """Hash, write and fsync, and nothing else."""
    sha = hashlib.sha256()
    with source.open("rb", buffering=0) as told, out.open("wb", buffering=0) as kept:
        while block := told.read(BLOCK):
            sha.update(block)
            kept.write(block)
        os.fsync(kept.fileno())


def seconds(work: object, *given: object) -> float:
    """Time one call."""
    os.sync()
    began = time.perf_counter()
    work(*given)  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    """Measure in turn, and print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        root, ours, floor = Path(folder), [], []
        source = root / "source"
        source.write_bytes(os.urandom(1 << 20) * (SIZE >> 20))
        for number in range(TIMES):
            floor.append(seconds(bare, source, root / f"bare-{number}"))
            with source.open("rb", buffering=0) as told:
                ours.append(seconds(Posix(root / f"store-{number}").put, told))
    ratio = median(f / o for f, o in zip(floor, ours, strict=True))
    sys.stdout.write(
        f"store: ours {SIZE / median(ours) / 1e6:.0f} MB/s, bare loop {SIZE / median(floor) / 1e6:.0f} MB/s, "
        f"ratio {ratio:.2f} (at least 0.80), load {os.getloadavg()[0]:.1f}\n"
    )


if __name__ == "__main__":
    main()
