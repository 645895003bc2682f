"""What do pages load? Copies of the packages' built files, without the licensed font and the crown."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = Path(__file__).resolve().parent / "static" / "built"
GOVUK = "govuk-frontend/dist/govuk"
LICENSED = ("GDS Transport", "@font-face", "govuk-crest", "/assets/")


def without_licensed(css: str) -> str:
    """Take out the licensed typeface and the crest, and let our own font stand in."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "var(--longstone-font)").replace("GDS Transport,", "")
    css = re.sub(r"(?:-webkit-)?(?:background|mask)-image:url\(/assets/images/govuk-crest\.svg\);?", "", css)
    return re.sub(r"/\*#.*?\*/", "", css)


def build(modules: Path, out: Path) -> None:
    """Write what the pages load; nothing licensed may be left in it."""
    out.mkdir(parents=True, exist_ok=True)
    css = without_licensed((modules / GOVUK / "govuk-frontend.min.css").read_text("utf-8"))
    left = [word for word in LICENSED if word in css]
    if left:
        raise SystemExit(f"The built stylesheet still holds {', '.join(left)}. See longstone/site/assets.py.")
    (out / "govuk-frontend.min.css").write_text(css, "utf-8")
    shutil.copyfile(modules / GOVUK / "govuk-frontend.min.js", out / "govuk-frontend.min.js")
    shutil.copyfile(modules / "tus-js-client/dist/tus.min.js", out / "tus.min.js")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "node_modules", OUT)
