"""What does the demo look like? `python -m docs.pictures` starts a demo of its own, takes its pictures and writes them into docs/pictures/.

Pictures hold today's dates and times, so that no two takings are the same bytes: they are outside `--check`, and are taken again by hand
when a page that they show has changed (`make pictures`). Only the invented demo is ever shown.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import PASSWORD

FOLDER = Path(__file__).resolve().parent / "pictures"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ADDRESS = re.compile(r"Longstone is at (http://127\.0\.0\.1:\d+/)")
MOST, MOST_IN_ALL = 200_000, 1_000_000  # bytes: the gate wants the same
DESK, TELEPHONE = (1180, 780), (360, 740)


class NoPictures(RuntimeError):
    """The pictures cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Shot:
    """One picture: its name, who looks, at which page, where they press first, and in which light."""

    name: str
    who: str
    page: str
    press: str = ""
    size: tuple[int, int] = DESK
    dark: bool = False


SHOTS = [
    Shot("front", "sam.northshire", "/"),
    Shot("doors", "sam.northshire", "/#doors"),
    Shot("search", "sam.northshire", "/search/?q=ransomwear"),
    Shot("list", "sam.northshire", "/cases/?state=open"),
    Shot("case", "sam.northshire", "/cases/?state=open", press="main tbody a"),
    Shot("areas", "ada.northshire", "/areas/", press="main tbody a"),
    Shot("telephone", "sam.northshire", "/", size=TELEPHONE),
    Shot("dark", "erin.northshire", "/evidence/", press="main tbody a", dark=True),
]


def main() -> int:
    """Take every picture."""
    try:
        with tempfile.TemporaryDirectory(prefix="longstone-pictures-") as home, demo(Path(home)) as address:
            take(address)
        sizes = weigh()
    except NoPictures as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"docs/pictures/: {len(sizes)} pictures, {sum(sizes.values()) // 1000} kB in all.\n")
    return 0


@contextmanager
def demo(home: Path) -> Iterator[str]:
    """Run a demo of its own until the pictures are taken, and give its address."""
    Path(home).chmod(0o755)
    env = {name: told for name, told in os.environ.items() if not name.startswith(("DATABASE_URL", "LONGSTONE_"))}
    env |= {"LONGSTONE_HOME": str(home / "house"), "LONGSTONE_PUBLIC": "0", "PYTHONUNBUFFERED": "1"}
    argv = [sys.executable, "-m", "longstone.runner", "--port", "0"]
    running = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield _address(running)
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)


def _address(running: subprocess.Popen[str]) -> str:
    said: list[str] = []
    for line in running.stdout or ():
        said.append(line)
        if found := ADDRESS.search(line):
            return found[1]
    raise NoPictures(f"The demo did not start. It said last: {''.join(said[-5:])}")


def take(address: str) -> None:
    """Take the pictures of the demo that answers at an address."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("LONGSTONE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        raise NoPictures("No Chromium is here: install it, or name it in LONGSTONE_CHROMIUM.")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        kept: dict[str, Any] = {}
        for shot in SHOTS:
            _shoot(browser, address, shot, kept)
        browser.close()


def _shoot(browser: Any, address: str, shot: Shot, kept: dict[str, Any]) -> None:
    wide, high = shot.size
    context = browser.new_context(
        base_url=address, viewport={"width": wide, "height": high}, color_scheme="dark" if shot.dark else "light",
        storage_state=kept.get(shot.who),
    )  # fmt: skip
    page = context.new_page()
    if shot.who not in kept:
        _sign_in(page, shot.who)
        kept[shot.who] = context.storage_state()
    page.goto(shot.page)
    if shot.press:
        page.locator(shot.press).first.click()
        page.wait_for_load_state()
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()


def _sign_in(page: Any, who: str) -> None:
    page.goto("/sign-in/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("^http://[^/]+/$"))


def weigh() -> dict[str, int]:
    """Take away what is no picture of ours any more, and refuse what is too heavy for a repository."""
    wanted = {f"{shot.name}.png" for shot in SHOTS}
    for path in FOLDER.glob("*"):
        if path.name not in wanted:
            path.unlink()
    sizes = {path.name: path.stat().st_size for path in sorted(FOLDER.glob("*.png"))}
    if heavy := [name for name, size in sizes.items() if size > MOST]:
        raise NoPictures(f"{', '.join(heavy)}: over {MOST // 1000} kB. Make the window smaller.")
    if sum(sizes.values()) > MOST_IN_ALL:
        raise NoPictures(f"The pictures are over {MOST_IN_ALL // 1000} kB together. Leave some out.")
    return sizes


if __name__ == "__main__":
    sys.exit(main())
