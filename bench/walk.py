"""Is our walk with SHA-256 and a catalogue as fast as a plain loop of pytsk3 and hashlib?

python -m bench.walk [CACHE] [--small] [--times N]

Builds the corpus of bench/corpus.py as ext4 and NTFS images in CACHE (a temporary folder if none is named), then runs
ours and the peer in turn. The figure is processor time, user and system, of the process and its children; a ratio is
peer / ours, so 1.00 is as fast and more is faster; the gate is 0.9 (decision D26). Two lines an image: the same work as
the peer, and with the SHA-256 of the whole image, which the peer then adds with sha256 over the file. Each line gives the
whole command, and the walk alone: the command less what the same command takes for an image without a file system
(starting Python, loading libraries), measured in the same turn. The gate stands on the walk; both are printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import corpus

GATE = 0.9
NOTHING_FOUND = 1  # how the peer ends on an image without a file system
HERE = Path(__file__).resolve().parent.parent
WHOLE_DIGEST = "import hashlib,sys; print(hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256').hexdigest())"


@dataclass(frozen=True)
class Line:
    """One comparison: medians of processor seconds of the whole command, and of starting it for nothing."""

    name: str
    ours: float
    peer: float
    our_start: float
    peer_start: float

    @property
    def walk(self) -> float:
        return (self.peer - self.peer_start) / (self.ours - self.our_start)

    def __str__(self) -> str:
        verdict = "ok" if self.walk >= GATE else "BELOW THE GATE"
        command = f"command: ours {self.ours:.2f} s, peer {self.peer:.2f} s, ratio {self.peer / self.ours:.2f}"
        return f"{self.name}: walk ratio {self.walk:.2f} (gate {GATE}) {verdict}; {command}"


def seconds(command: Sequence[str]) -> float:
    """Processor seconds of a command and all its children."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, NOTHING_FOUND):
        raise corpus.Tool(f"{' '.join(command)} ended with {child.returncode}.")
    return used.ru_utime + used.ru_stime


def ours(image: Path, *, whole: bool) -> float:
    out = image.with_suffix(".catalogue")
    shutil.rmtree(out, ignore_errors=True)
    only = [] if whole else ["--no-input-digest"]
    return seconds([sys.executable, "-m", "examiner", "open", str(image), "--out", str(out), "--quiet", *only])


def peer(image: Path, *, whole: bool) -> float:
    taken = seconds([sys.executable, "-m", "bench.peer_pytsk3", str(image)])
    return taken + (seconds([sys.executable, "-c", WHOLE_DIGEST, str(image)]) if whole else 0.0)


def compared(name: str, image: Path, nothing: Path, *, whole: bool, times: int) -> Line:
    """Run both in turn, once to warm and then `times` times."""
    ours(image, whole=whole), peer(image, whole=whole)
    turns = [[run(given, whole=whole) for given in (image, nothing) for run in (ours, peer)] for _ in range(times)]
    our, their, our_start, their_start = (statistics.median(column) for column in zip(*turns, strict=True))
    return Line(name, our, their, our_start, their_start)


def empty(cache: Path) -> Path:
    """An image that holds nothing: what a command takes for it is its start."""
    image = cache / "nothing.raw"
    image.write_bytes(bytes(1 << 20))
    return image


def images(cache: Path, *, small: bool) -> dict[str, Path | str]:
    """Build what is not there yet; a file system that cannot be made here gives the sentence why."""
    share, size, mark = (0.05, 128 << 20, "small-") if small else (1.0, 1280 << 20, "")
    folder = cache / f"{mark}corpus"
    if not folder.exists():
        corpus.write(folder=folder, share=share)
    makers = {"ext4": corpus.ext4, "ntfs": corpus.ntfs}
    return {name: _made(cache / f"{mark}{name}.raw", folder, size, make) for name, make in makers.items()}


def _made(image: Path, folder: Path, size: int, make: Callable[..., None]) -> Path | str:
    if image.exists():
        return image
    begun = image.with_suffix(".begun")
    try:
        make(corpus=folder, image=begun, size=size)
    except corpus.Tool as said:
        return str(said)
    return begun.rename(image)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", nargs="?", type=Path)
    parser.add_argument(
        "--small", action="store_true", help="a twentieth of the corpus: shows that it runs, gates nothing"
    )
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="longstone-bench-") as temporary:
        cache = asked.cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        found = images(cache, small=asked.small)
        return _report(found, empty(cache), small=asked.small, times=asked.times)


def _report(found: dict[str, Path | str], nothing: Path, *, small: bool, times: int) -> int:
    print(f"load before: {os.getloadavg()[0]:.2f}; median of {times}; processor seconds")
    lines = []
    for name, image in found.items():
        if isinstance(image, str):
            print(f"walk {name}: not run: {image}")
            continue
        for whole in (False, True):
            title = f"walk {name}{' + image digest' if whole else ''}"
            lines.append(compared(title, image, nothing, whole=whole, times=times))
            print(lines[-1], flush=True)
    print(f"load after: {os.getloadavg()[0]:.2f}")
    return 1 if not small and any(line.walk < GATE for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
