"""What do pages load? Copies of the packages' built files, without the licensed font and the crown."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = Path(__file__).resolve().parent / "static" / "built"
GOVUK = "govuk-frontend/dist/govuk"
FONT = "@expo-google-fonts/atkinson-hyperlegible"
LICENSED = ("GDS Transport", "@font-face", "crest", "/assets/")
COPIES = {
    "govuk-frontend.min.js": f"{GOVUK}/govuk-frontend.min.js",
    "tus.min.js": "tus-js-client/dist/tus.min.js",
    "atkinson-regular.ttf": f"{FONT}/400Regular/AtkinsonHyperlegible_400Regular.ttf",
    "atkinson-bold.ttf": f"{FONT}/700Bold/AtkinsonHyperlegible_700Bold.ttf",
    "atkinson-licence.txt": f"{FONT}/LICENSE_FONT",
}


def without_licensed(css: str) -> str:
    """Take out the licensed typeface and the crest, and let our own font stand in."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "var(--longstone-font)").replace("GDS Transport,", "")
    css = re.sub(r"(?:-webkit-)?(?:background|mask)-image:url\(/assets/images/govuk-crest\.svg\);?", "", css)
    return re.sub(r"/\*#.*?\*/", "", css)


def stylesheet(css: str) -> str:
    """Give the stylesheet that pages load, or stop if anything licensed is left in it."""
    css = without_licensed(css)
    left = [word for word in LICENSED if word in css]
    if left:
        raise SystemExit(f"The built stylesheet still holds {', '.join(left)}. Mend longstone/site/assets.py.")
    return css


def build(modules: Path, out: Path) -> None:
    """Write what the pages load into one folder."""
    css = stylesheet((modules / GOVUK / "govuk-frontend.min.css").read_text("utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    (out / "govuk-frontend.min.css").write_text(css, "utf-8")
    for name, source in COPIES.items():
        shutil.copyfile(modules / source, out / name)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "node_modules", OUT)
