"""How is a copy opened? By the examiner, in a process of its own that knows nothing of the house."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from longstone.evidence.catalogue import folder
from longstone.evidence.models import Copy
from longstone.kernel import store
from longstone.kernel.refusals import Refusal

FINISHED = (0, 1)  # whole, or with problems that the catalogue names


def examine(copy: Copy) -> dict[str, Any]:
    """Open a copy and put its catalogue in its place; give what the record keeps of it."""
    out = folder() / f"making-{copy.sha256}"
    shutil.rmtree(out, ignore_errors=True)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with store.lent(copy.sha256) as image:
        run = _run(image, out)
    if run.returncode not in FINISHED or not (out / "manifest.json").exists():
        raise Refusal(_last_sentence(run.stderr) or "The examiner stopped without saying why. Ask for it again.")
    return _shelve(out)


def _run(image: Path, out: Path) -> subprocess.CompletedProcess[str]:
    told = [sys.executable, "-m", "examiner", "open", str(image), "--out", str(out), "--quiet"]
    return subprocess.run(told, capture_output=True, text=True, check=False)


def _last_sentence(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _shelve(made: Path) -> dict[str, Any]:
    """Give a catalogue its name: the digest of its manifest."""
    manifest = (made / "manifest.json").read_bytes()
    digest = hashlib.sha256(manifest).hexdigest()
    place = folder() / digest
    if place.exists():
        shutil.rmtree(made)
    else:
        made.rename(place)
    told = json.loads(manifest)
    tables = told["tables"]
    return {
        "catalogue": digest,
        "complete": bool(told["complete"]),
        "files": tables["files"]["rows"],
        "problems": tables["problems"]["rows"],
    }
