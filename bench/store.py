"""Is keeping bytes in the store as fast as a bare loop of hash, write and fsync?

python -m bench.store [FOLDER] [--size MIB] [--times N]

Runs ours (Posix.put: hash, write, sync, link under the digest, sync of every folder above) and the bare loop in turn on
the same bytes and the same disk (FOLDER, or the temporary folder). The figure is elapsed time, for the disk's answer is
part of it; a line is floor / ours, so 1.00 is as fast and more is faster. The gate is 0.8 (issue 2). The second line,
many small files, is not gated: each costs a link and the sync of its folders, which the bare loop does not do.

For information, without a gate: encrypting beside not encrypting (in memory: what the cipher adds to a digest), and a
bucket of OpenStack Swift and of moto on loopback, beside the bare loop; these say more of the servers than of ours.
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
from typing import BinaryIO, cast

from longstone.kernel.store.address import Bucket
from longstone.kernel.store.asking import Asking
from longstone.kernel.store.cache import Cache
from longstone.kernel.store.cipher import Encrypting, new_key
from longstone.kernel.store.disk import digest_of
from longstone.kernel.store.posix import Posix
from longstone.kernel.store.s3 import S3
from tests.store import moto, swift

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


Work = Callable[[Path, Path], None]


def compared(
    name: str, sources: Sequence[Path], folder: Path, *, times: int, mine: Work = ours, floor_of: Work = bare
) -> float:
    """Run both in turn, once to warm and then `times` times; print the line and give the ratio of the medians."""
    seconds(mine, sources, folder), seconds(floor_of, sources, folder)
    pairs = [(seconds(mine, sources, folder), seconds(floor_of, sources, folder)) for _ in range(times)]
    our, floor = statistics.median(one for one, _ in pairs), statistics.median(theirs for _, theirs in pairs)
    size = sum(source.stat().st_size for source in sources) / 1e6
    print(f"{name}: ours {our:.2f} s ({size / our:.0f} MB/s), floor {floor:.2f} s, ratio {floor / our:.2f}")
    return floor / our


def written(folder: Path, name: str, size: int) -> Path:
    """Write a file of bytes that no disk can shorten."""
    path = folder / name
    with path.open("wb") as out:
        for start in range(0, size, BLOCK):
            out.write(os.urandom(min(BLOCK, size - start)))
    return path


def encrypted(source: Path, folder: Path) -> None:  # noqa: ARG001 - every work takes both
    """Encrypt a file and hash what comes of it, which is what an encrypted store does before it writes."""
    with source.open("rb", buffering=0) as told:
        digest_of(cast("BinaryIO", Encrypting(told, new_key())))


def hashed(source: Path, folder: Path) -> None:  # noqa: ARG001 - every work takes both
    """Hash a file, which is what a store does before it writes."""
    with source.open("rb", buffering=0) as told:
        digest_of(told)


def bucket(place: Bucket) -> Callable[[Path, Path], None]:
    """Keep it in a bucket, read back and all; each time it is removed first, so that it is sent again."""

    def keep(source: Path, folder: Path) -> None:
        kept = S3(place, Cache(folder / "cache"))
        made = kept.put(source)
        kept.discard(made.sha256)

    return keep


def buckets(source: Path, folder: Path, *, times: int) -> None:
    """Measure the servers that can be started here; say of each other why not."""
    for name, why, servers, key, secret in (
        ("swift", swift.why_not(folder), lambda: swift.servers(new(folder, "swift")), swift.KEY, swift.SECRET),
        ("moto", moto.why_not(), lambda: [moto.server(new(folder, "moto"))], moto.KEY, moto.SECRET),
    ):
        if why:
            print(f"bucket of {name}: not run: {why}")
            continue
        started = servers()
        try:
            for server in started:
                server.start()
            place = Bucket("bench", f"http://127.0.0.1:{started[-1].port}", "us-east-1", key, secret, plain=True)
            Asking(place).ask("PUT")
            compared(f"bucket of {name} (information)", [source], folder, times=times, mine=bucket(place))
        finally:
            for server in started:
                server.stop()


def new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def measured(folder: Path, *, size: int, times: int) -> int:
    print(f"load before: {os.getloadavg()[0]:.2f}; median of {times}; elapsed seconds; {size} MiB")
    ratio = compared("store, one large file", [written(folder, "large", size << 20)], folder, times=times)
    small = [written(folder, f"small-{number}", SMALL) for number in range(MANY)]
    compared(f"store, {MANY} small files (not gated)", small, folder, times=times)
    large = folder / "large"
    compared(
        "encrypting beside hashing alone (information)", [large], folder, times=times, mine=encrypted, floor_of=hashed
    )
    buckets(written(folder, "middle", min(size, 32) << 20), folder, times=times)
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
