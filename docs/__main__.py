"""How are the pages of docs/made/ written? `python -m docs` writes them; `--check` says which are out of date."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

MADE = Path(__file__).resolve().parent / "made"
BY_HAND = "*Made from the code by `make docs`. Change the code, not this page.*"


def start() -> None:
    """Start the house without a database, and without a force's own shelves."""
    os.environ.setdefault("LONGSTONE_SECRET_KEY", secrets.token_hex())  # signs nothing here, and is not kept
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstone.site.settings")
    os.environ["LONGSTONE_SHELVES"] = ""
    import django

    django.setup()


def pages() -> dict[str, str]:
    """Make every page: one for each writer on the shelf, under the writer's name."""
    from docs import writers

    names = sorted(one.name for one in iter_modules(writers.__path__) if not one.name.startswith("_"))
    return {f"{name}.md": _page(import_module(f"docs.writers.{name}")) for name in names}


def _page(writer: object) -> str:
    title, lines = getattr(writer, "TITLE"), getattr(writer, "lines")()  # noqa: B009 - every writer has both
    return "\n".join([f"# {title}", "", BY_HAND, "", *lines]).rstrip() + "\n"


def out_of_date(made: dict[str, str], folder: Path = MADE) -> list[str]:
    """Name the pages that are missing, differ, or have no writer any more."""
    kept = {path.name: path.read_text("utf-8") for path in folder.glob("*")}
    return sorted(name for name in {*made, *kept} if made.get(name) != kept.get(name))


def write(made: dict[str, str], folder: Path = MADE) -> list[str]:
    """Write the pages that are out of date, take away those without a writer, and name both."""
    folder.mkdir(exist_ok=True)
    changed = out_of_date(made, folder)
    for name in changed:
        if name in made:
            (folder / name).write_text(made[name], "utf-8")
        else:
            (folder / name).unlink()
    return changed


def main(told: list[str]) -> int:
    """Write the pages, or check them."""
    asked = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    asked.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is out of date")
    check = asked.parse_args(told).check
    start()
    changed = out_of_date(pages()) if check else write(pages())
    for name in changed:
        sys.stdout.write(f"docs/made/{name} {'is out of date. Run make docs.' if check else 'is written.'}\n")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
