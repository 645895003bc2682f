"""Install the house from the folder that this file lies in, without any network: python3 install.py FOLDER."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST = (3, 11)


def main() -> int:
    """Compare every digest, then install; nothing is installed from a folder in which anything is wrong."""
    if sys.version_info < OLDEST:
        return _refuse("Longstone needs Python 3.11 or newer. Install it, and run this with it.")
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):  # noqa: PLR2004 - the program and the folder
        return _refuse("Say into which folder: python3 install.py FOLDER")
    place = Path(sys.argv[1]).resolve()
    if place.exists() and any(place.iterdir()):
        return _refuse(f"{place} is not empty. Name a new folder; an older version stays where it is.")
    if wrong := faults(HERE):
        return _refuse(" ".join(wrong[:20]) + " Nothing was installed. Copy the folder again.")
    return install(place)


def faults(place: Path) -> list[str]:
    """Name every file that is missing, changed, or not on the list."""
    listed = {}
    for line in (place / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    there = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    missing = [f"{name} is missing." for name in sorted(set(listed) - there)]
    strange = [f"{name} is not on the list." for name in sorted(there - set(listed))]
    return (
        missing + strange + [f"{n} is damaged." for n in sorted(there & set(listed)) if _sha256(place / n) != listed[n]]
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def install(place: Path) -> int:
    """Copy the source, make its environment, and install the wheels into it, each by its hash."""
    shutil.copytree(HERE / "source", place, dirs_exist_ok=True)
    python, locked = place / ".venv" / "bin" / "python", place / "requirements" / "run.txt"
    subprocess.run([sys.executable, "-m", "venv", str(place / ".venv")], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
    told = [*pip, "--find-links", str(HERE / "wheels"), "--require-hashes", "-r", str(locked)]
    if subprocess.run(told, check=False).returncode:
        return _refuse(
            "The packages could not be installed: are they for this platform and this Python? The lines above say more."
        )
    (place / ".venv" / "run.stamp").write_text(hashlib.sha256(locked.read_bytes()).hexdigest())
    sys.stdout.write(
        f"Longstone is in {place}. Try it: cd {place} && make run. To run it for a force: docs/how-to/deploy.md\n"
    )
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
