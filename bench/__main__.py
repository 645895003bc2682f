"""Every measurement, one after the other; each prints its ratio or its figure, and what it should be."""

import subprocess
import sys

MEASURED = ("store", "ledger", "reads", "sequencer", "walk", "verifier", "clocks", "imports", "lists")


def measured(name: str) -> int:
    """Measure in a process of its own, for Django reads its settings once."""
    print(f"== {name}", flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode


if failed := [name for name in MEASURED if measured(name)]:
    sys.exit(f"Not met or not run: {', '.join(failed)}.")
