"""Does the verifier check a large bundle as fast as its bytes can be hashed, with flat memory?

python -m bench.verifier [FOLDER] [--size MIB] [--times N]

Writes a bundle with one copy of that size with the house's own code, a block at a time. Then runs the verifier and a bare
loop of read and SHA-256 over the same file in turn, each as a process of its own, starting included. A line is bare /
ours, so 1.00 is as fast. The gate is 0.8. The largest memory of each process is printed: it must not grow with the size.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import zlib
from collections.abc import Iterator
from multiprocessing import Process
from pathlib import Path
from typing import Any

GATE, MOST_MEMORY = 0.8, 100  # MiB
MIB = 1 << 20
ROOT = Path(__file__).resolve().parent.parent
ORIGIN, BAG, MOMENT = "bench.example/ledger", "bench", "2026-01-02T09:00:00.000000Z"
WHO = {"id": 1, "name": "Erin Example"}
PATTERN = os.urandom(MIB - 8)
BARE = """
import hashlib, sys
sha, block = hashlib.sha256(), memoryview(bytearray(1 << 20))
with open(sys.argv[1], "rb", buffering=0) as stream:
    while count := stream.readinto(block):
        sha.update(block[:count])
print(sha.hexdigest())
"""


def blocks(size: int) -> Iterator[bytes]:
    """Give bytes that differ from block to block and need no disk to lie on."""
    for number in range(size):
        yield number.to_bytes(8, "big") + PATTERN


def entry(event: str, **facts: Any) -> dict[str, Any]:
    """Make one entry about the exhibit."""
    on = {"id": "1", "kind": "exhibit", "label": "BEN/1"}
    about = {"at": MOMENT, "by": WHO, "controller": "1", "event": event, "facts": facts, "on": on}
    return {**about, "id": str(uuid.uuid4()), "past": False, "recorded_at": MOMENT}


def story(digest: str, size: int) -> list[dict[str, Any]]:
    """Tell of one exhibit with one copy."""
    held = {"seq": 1, "from": "*", "to": "held", "holder": WHO, "offered_to": None, "place": None, "seal": "S1"}
    seized = entry("exhibit.seized", custody={**held, "reason": None})
    return [seized, entry("copy.received", sha256=digest, size=size, name="disk.raw")]


def about(digest: str, size: int, crc: str) -> dict[str, Any]:
    """Say what the bundle is about."""
    copy = {
        "sha256": digest,
        "crc32": crc,
        "size": size,
        "name": "disk.raw",
        "included": True,
        "path": f"data/objects/{digest}",
    }
    exhibit = {"id": "1", "label": "BEN/1", "description": "A disk", "case": "BENCH"}
    told = {"format": "longstone-bundle/2", "bag": BAG, "origin": ORIGIN, "made_at": MOMENT, "made_by": WHO}
    return {**told, "exhibit": exhibit, "copies": [copy], "catalogues": []}


def written(path: Path, vkey: Path, size: int) -> None:
    """Write a bundle of so many MiB and the key to check it with."""
    import django

    django.setup()
    from longstone.evidence import case_graph
    from longstone.kernel import bundles
    from longstone.kernel.ledger import canonical

    sha, crc = hashlib.sha256(), 0
    for block in blocks(size):
        sha.update(block)
        crc = zlib.crc32(block, crc)
    digest = sha.hexdigest()
    told, header = story(digest, size * MIB), about(digest, size * MIB, f"{crc:08x}")
    payload = [
        bundles.text_member("data/bundle.json", canonical.text(header)),
        bundles.text_member("data/about.txt", "A disk.\n"),
        bundles.text_member("data/case.jsonld", case_graph.text(header, told, {})),
        bundles.Member(f"data/objects/{digest}", digest, size * MIB, lambda: blocks(size)),
    ]
    ids = [one["id"] for one in told]
    told.append(entry("bundle.made", payload=bundles.payload_digest(payload), entries=ids, custody=1))
    ledger, key = signed([canonical.text(one) for one in told])
    with path.open("wb") as out:
        bundles.write(out, BAG, payload, day=MOMENT[:10], ledger=ledger)
    vkey.write_text(key + "\n")


def signed(texts: list[str]) -> tuple[Any, str]:
    """Put entries into a ledger of their own and sign it; give what a bundle needs of it, and the public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from longstone.kernel import bundles
    from longstone.kernel.ledger import notes, tree
    from verifier.tree import leaf_hash

    salt, size, key = bytes(32), len(texts), Ed25519PrivateKey.generate()
    leaves = [leaf_hash(hashlib.sha256(salt + one.encode()).digest()) for one in texts]
    made: dict[tuple[int, int], bytes] = {}
    made |= tree.append(leaves, 0, lambda *place: made[place])
    fetch = lambda *place: made[place]  # noqa: E731
    checkpoint = notes.sign_checkpoint(origin=ORIGIN, size=size, root=tree.root(size, fetch), key=key)
    lines = [bundles.Line(one, n, tree.inclusion(n, size, fetch), salt) for n, one in enumerate(texts)]
    return bundles.Ledger(lines, checkpoint), notes.vkey(ORIGIN, key)


def ran(*told: object) -> tuple[float, int]:
    """Run a process; give its seconds and the most memory that it had, in MiB."""
    begun = time.perf_counter()
    with subprocess.Popen([sys.executable, *map(str, told)], cwd=ROOT, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"It ended with {child.returncode}: {told[:3]}")
    return time.perf_counter() - begun, used.ru_maxrss >> 10


def measured(folder: Path, *, size: int, times: int) -> int:
    path, vkey = folder / "bundle.zip", folder / "bench.vkey"
    writer = Process(target=written, args=(path, vkey, size))  # apart, for a child begins with its parent's memory
    writer.start()
    writer.join()
    ours = ("-m", "verifier", path, "--key", vkey, "--quiet")
    bare = ("-c", BARE, path)
    ran(*bare)
    print(f"load before: {os.getloadavg()[0]:.2f}; median of {times}; elapsed seconds; {size} MiB")
    pairs = [(ran(*ours), ran(*bare)) for _ in range(times)]
    mine, theirs = (statistics.median(pair[n][0] for pair in pairs) for n in (0, 1))
    memory, floor = (max(pair[n][1] for pair in pairs) for n in (0, 1))
    ratio, speed = theirs / mine, path.stat().st_size / 1e6
    print(
        f"verifier: ours {mine:.2f} s ({speed / mine:.0f} MB/s), bare {theirs:.2f} s ({speed / theirs:.0f} MB/s)",
        end="",
    )
    print(f", ratio {ratio:.2f}; memory {memory} MiB, bare {floor} MiB")
    good = ratio >= GATE and memory <= MOST_MEMORY
    print(f"load after: {os.getloadavg()[0]:.2f}; gate {GATE}, {MOST_MEMORY} MiB: {'ok' if good else 'BELOW THE GATE'}")
    return 0 if good else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=2048, help="MiB of the copy")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstone.site.settings")
    with tempfile.TemporaryDirectory(prefix="longstone-bench-", dir=asked.folder) as folder:
        free = shutil.disk_usage(folder).free >> 20
        if free < asked.size * 2:
            print(f"not run: {free} MiB are free here, and {asked.size * 2} are wanted. Give a FOLDER on another disk.")
            return 1
        return measured(Path(folder), size=asked.size, times=asked.times)


if __name__ == "__main__":
    sys.exit(main())
