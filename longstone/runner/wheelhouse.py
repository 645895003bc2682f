"""make wheelhouse: one folder from which a machine without any network gets the house, with digests and a list of all that is in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from longstone.runner.house import ROOT

SUMS, SBOM, INSTALL = "SHA256SUMS", "sbom.json", "install.py"
LEFT_OUT = ("tests/", "bench/", ".ci/")  # what checks the house and does not run it
BUILT = Path("longstone/site/static/built")
LOCKED = Path("requirements/run.txt")


class NotMade(RuntimeError):
    """The folder could not be made; the sentence says why."""


def main() -> int:
    """Make the folder, and say where it is."""
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
    place = ROOT / "dist" / f"longstone-{version}"
    try:
        make(place, version)
    except NotMade as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    count, size = len(list(files(place))), sum(path.stat().st_size for path in files(place))
    sys.stdout.write(f"{place}: {count} files, {size / 1e6:.0f} MB. docs/how-to/deploy.md says how to install it.\n")
    return 0


def make(place: Path, version: str) -> None:
    """Fill a new folder, and write its digests last."""
    making = place.with_name(f"{place.name}.partial")
    shutil.rmtree(making, ignore_errors=True)
    (making / "wheels").mkdir(parents=True)
    source(making / "source")
    download(making / "wheels")
    shutil.copyfile(ROOT / "longstone" / "runner" / "installing.py", making / INSTALL)
    told = sbom(version, making / "wheels", json.loads((ROOT / "package-lock.json").read_text()))
    (making / SBOM).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
    (making / SUMS).write_text(sums(making))
    shutil.rmtree(place, ignore_errors=True)
    making.rename(place)


def source(to: Path) -> None:
    """Copy what runs the house: what git keeps, and the page assets that were built."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()  # noqa: S607
    names = [name for name in told.split("\0") if name and not name.startswith(LEFT_OUT)]
    if not (ROOT / BUILT / "stamp").exists():
        raise NotMade("The page assets are not built. Run `python3 bootstrap.py run` first.")
    built = [str(path.relative_to(ROOT)) for path in (ROOT / BUILT).rglob("*") if path.is_file()]
    for name in [*names, *built]:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)


def download(to: Path) -> None:
    """Fetch the wheel of every locked requirement for this platform; pip compares each with its hash."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    told = [*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / LOCKED), "-d", str(to)]
    if subprocess.run(told, check=False).returncode:
        raise NotMade("The packages could not be fetched. Is the package index reachable? Then try again.")


def files(place: Path) -> Iterator[Path]:
    """List the files in a folder in the order of their names."""
    return iter(sorted(path for path in place.rglob("*") if path.is_file()))


def sums(place: Path) -> str:
    """Write the digest of every file but this list, as sha256sum does."""
    told = (path for path in files(place) if path.name != SUMS or path.parent != place)
    return "".join(f"{_sha256(path)}  {path.relative_to(place)}\n" for path in told)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sbom(version: str, wheels: Path, locked: dict[str, Any]) -> dict[str, Any]:
    """Name every package that runs, and every one that the pages load, with version, licence and digest (CycloneDX 1.5)."""
    python = [_wheel(path) for path in files(wheels)]
    pages = [_page_package(name, told) for name, told in sorted(locked["packages"].items()) if name]
    ours = {"type": "application", "name": "longstone", "version": version, "purl": f"pkg:generic/longstone@{version}"}
    licence = [{"license": {"id": "Apache-2.0"}}]
    told = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}
    return {**told, "metadata": {"component": {**ours, "licenses": licence}}, "components": [*python, *pages]}


def _wheel(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as opened:
        name = next(one for one in opened.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one))
        told = HeaderParser().parsestr(opened.read(name).decode("utf-8", "replace"))
    name, version = re.sub(r"[-_.]+", "-", told["Name"]).lower(), told["Version"]
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": _licence(told),
        "hashes": [{"alg": "SHA-256", "content": _sha256(path)}],
        "properties": [{"name": "file", "value": path.name}],
    }


def _licence(told: Any) -> list[dict[str, Any]]:
    """Say what a package says of its licence: an expression, else its classifiers, else its own short words."""
    if expression := told["License-Expression"]:
        return [{"expression": expression}]
    found = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License :: ")]
    words = (told["License"] or "").strip().split("\n")[0][:80]
    return [{"license": {"name": one}} for one in found or ([words] if words else ["not said"])]


def _page_package(path: str, told: dict[str, Any]) -> dict[str, Any]:
    name, version = path.rpartition("node_modules/")[2], told["version"]
    algorithm, _, digest = told["integrity"].partition("-")
    hashes = [{"alg": f"SHA-{algorithm.removeprefix('sha')}", "content": base64.b64decode(digest).hex()}]
    licence = [{"license": {"name": told.get("license", "not said")}}]
    purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "name": name, "version": version, "purl": purl, "licenses": licence, "hashes": hashes}


if __name__ == "__main__":
    sys.exit(main())
