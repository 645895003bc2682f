"""What else must hold before a change lands? Migrations, generated pages, and nothing tracked that does not belong."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import shape
from tests.shape.size import lengths

ROOT = Path(__file__).resolve().parent.parent
LOCKED = re.compile(r"(requirements/.*|package(-lock)?\.json|\.npmrc|pyproject\.toml|Makefile|\.ci/.*)")
HOST = re.compile(r"https?://", re.ASCII)
MACHINE = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/"]), re.ASCII)
SECRETS = {  # each written in two parts, so that this file is not one
    "a private key": r"-----BEGIN" + r"( [A-Z]+)? PRIVATE KEY( BLOCK)?-----",
    "a signing key": r"PRIVATE" + r"\+KEY\+[\w.+/-]+\+[0-9a-f]{8}\+[\w+/=]{20,}",
    "a cloud's key": r"\b(AKIA|ASIA)" + r"[0-9A-Z]{16}\b",
    "a code host's token": r"\b(gh[pousr]_|github_" + r"pat_|glpat-)[\w-]{20,}",
    "a package registry's token": r"\b(npm_[A-Za-z0-9]{36}|pypi-" + r"AgEI[\w-]{20,})",
    "a chat's token": r"\bxox[abprs]-" + r"[\w-]{10,}",
    "a service's key": r"\b(AIza[\w-]{35}|[sr]k_live_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9-]{32,})" + r"\b",
    "a signed token": r"\beyJ[\w-]{10,}\." + r"eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"\b[a-z][a-z0-9+]*://[^\s:/@\"'{}<>$]+:"
    r"(?!(password|secret)@)[^\s:/@\"'{}<>$]{3,}@",
    "a secret written out": r"(?i)\b\w*(password|passwd|secret(_key)?|api_?key|auth_?token)\b[\"']?\s*[:=]\s*[\"']"
    r"[A-Za-z0-9+/_=-]{20,}[\"']",
}
OTHERS = re.compile(
    r".*\.(ttf|otf|woff2?|eot|png|jpe?g|gif|webp|avif|ico|bmp|mp[34]|pdf|min\.(js|css)|map)", re.IGNORECASE
)
DRAWN = re.compile(r"longstone/(site/static/longstone|public/static)/[\w-]+\.svg", re.ASCII)  # we draw these ourselves
PICTURE = re.compile(r"docs/pictures/[\w-]+\.png", re.ASCII)  # we take these of the demo: python -m docs.pictures
PNG, MOST_OF_ONE, MOST_IN_ALL = b"\x89PNG\r\n\x1a\n", 200_000, 1_000_000
BUDGETS = {"longstone/kernel": 2500, "verifier": 600}  # alarms, not walls: a person decides


def tracked() -> list[Path]:
    """List the files that git keeps."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in told.split("\0") if name and (ROOT / name).is_file()]


def faults_of(name: str, content: bytes) -> Iterator[str]:
    """Find what does not belong in one tracked file."""
    told = content.decode("utf-8", "replace")
    if LOCKED.fullmatch(name) and HOST.search(told):
        yield f"{name} names a host."
    if MACHINE.search(told):
        yield f"{name} names a path of one machine."
    yield from (f"{name} holds {what}. Take it out, and change it where it is used." for what in secrets(told))
    if is_somebody_elses(name, content):
        yield f"{name} is not text of ours. Make it when it is needed, or fetch it from a locked package."


def secrets(told: str) -> list[str]:
    """Name the kinds of secret that a text holds."""
    return [what for what, pattern in SECRETS.items() if re.search(pattern, told)]


def is_somebody_elses(name: str, content: bytes) -> bool:
    """Say whether a file is a font, a picture, a recording or built code, by its name or by its bytes."""
    if name.lower().endswith(".svg"):
        return not DRAWN.fullmatch(name)
    if PICTURE.fullmatch(name) and content.startswith(PNG):
        return False
    return bool(OTHERS.fullmatch(name)) or not is_text(content)


def pictures(sizes: dict[str, int]) -> list[str]:
    """Find pictures of the demo that are too heavy for a repository, one or all together."""
    found = {name: size for name, size in sizes.items() if PICTURE.fullmatch(name)}
    heavy = [
        f"{name} has {size:,} bytes; a picture may have {MOST_OF_ONE:,}."
        for name, size in found.items()
        if size > MOST_OF_ONE
    ]
    total = sum(found.values())
    return heavy + ([f"docs/pictures/ has {total:,} bytes; {MOST_IN_ALL:,} are enough."] if total > MOST_IN_ALL else [])


def is_text(content: bytes) -> bool:
    """Say whether bytes are text."""
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def faults() -> list[str]:
    """Find everything that keeps the gate shut."""
    found = [fault for path in tracked() for fault in faults_of(str(path.relative_to(ROOT)), path.read_bytes())]
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in tracked()}
    return found + pictures(sizes) + pages() + migrations()


def pages() -> list[str]:
    """Find pages of docs/made/ that the code no longer says."""
    done = subprocess.run(
        [sys.executable, "-m", "docs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr[-2000:]).splitlines() if done.returncode else []


def migrations() -> list[str]:
    """Find models that no migration makes."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "LONGSTONE_HOME": home, "LONGSTONE_ROLE": "owner", "PYTHONWARNINGS": "ignore"}
        told = [sys.executable, "-m", "longstone", "makemigrations", "--check", "--dry-run", "-v1"]
        rooms = ["kernel", "people", "cases", "evidence", "longstone_site"]
        done = subprocess.run([*told, *rooms], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return [f"A model has no migration:\n{done.stdout}{done.stderr[-2000:]}"] if done.returncode else []


def alarms() -> Iterator[str]:
    """Say how long functions are, and which package has outgrown its budget."""
    house = shape.read(ROOT)
    found = lengths(house)
    yield f"Functions: {len(found)}, median {statistics.median(found):g} lines, longest {found[-1]}."
    for package, budget in BUDGETS.items():
        lines = sum(len(one.text.splitlines()) for one in house.modules if one.name.startswith(f"{package}/"))
        if lines > budget:
            yield f"Alarm: {package} has {lines} lines of Python; the design's budget is {budget}."


if __name__ == "__main__":
    wrong = faults()
    for line in [*alarms(), *wrong]:
        sys.stdout.write(f"{line}\n")
    if not wrong:
        sys.stdout.write("The gate is open: migrations, pages, hosts, paths, secrets and assets are as they must be.\n")
    sys.exit(bool(wrong))
