"""What else must hold before a change lands? Migrations, generated pages, and no host or machine named in the tree."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKED = re.compile(r"(requirements/.*|package(-lock)?\.json|\.npmrc|pyproject\.toml|Makefile|\.ci/.*)")
HOST = re.compile(r"https?://", re.ASCII)
MACHINE = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/"]), re.ASCII)


def tracked() -> list[Path]:
    """List the files that git keeps."""
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in told.splitlines() if (ROOT / line).is_file()]


def faults() -> list[str]:
    """Find hosts in what is locked, paths of a machine anywhere, and models without a migration."""
    found = []
    for path in tracked():
        told, name = path.read_text("utf-8", "replace"), str(path.relative_to(ROOT))
        if LOCKED.fullmatch(name) and HOST.search(told):
            found.append(f"{name} names a host.")
        if MACHINE.search(told):
            found.append(f"{name} names a path of one machine.")
    return found + migrations()


def migrations() -> list[str]:
    """Find models that no migration makes."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "LONGSTONE_HOME": home, "LONGSTONE_ROLE": "owner", "PYTHONWARNINGS": "ignore"}
        told = [sys.executable, "-m", "longstone", "makemigrations", "--check", "--dry-run", "-v1"]
        rooms = ["kernel", "people", "cases", "evidence", "longstone_site"]
        done = subprocess.run([*told, *rooms], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return [f"A model has no migration:\n{done.stdout}{done.stderr[-2000:]}"] if done.returncode else []


if __name__ == "__main__":
    wrong = faults()
    sys.stdout.write(
        "".join(f"{one}\n" for one in wrong) or "The gate is open: migrations, hosts and paths are as they must be.\n"
    )
    sys.exit(bool(wrong))
