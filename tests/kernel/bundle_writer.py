"""Keeps one bundle in a store, in a process of its own that a test can break: `... ROOT FILES careful|straight`."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

from longstone.kernel import bundles
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.posix import Posix


def straight(bag: str, payload: list[Any], *, day: str, ledger: Any, key: str, folder: Path, put: Any) -> Any:
    """Write under the final name at once, as nobody should: the faults must catch it."""
    with (folder / "bundle.zip").open("w+b") as out:
        bundles.write(out, bag, payload, day=day, ledger=ledger)
        out.seek(0)
        return put(out)


def main() -> None:
    """Say the digest of what was kept, or why nothing was."""
    root, files, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    keep = {"careful": bundles.keep, "straight": straight}[how]
    bag, payload, day, ledger, key = pickle.loads(files.read_bytes())
    members = [bundles.bytes_member(path, told) for path, told in payload]
    try:
        stored = keep(bag, members, day=day, ledger=ledger, key=key, folder=root, put=Posix(root).put)
    except Refusal as refusal:
        sys.stdout.write(f"refused: {refusal.sentence}\n")
    else:
        sys.stdout.write(f"{stored.sha256}\n")


if __name__ == "__main__":
    main()
