"""What is in what was seized? Opens images and folders and writes down what they hold, and nothing else.

`python -m examiner open IMAGE --out DIR` makes a catalogue; `docs/catalogue.md` says what it holds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from examiner.opening import Opened, open_image
    from examiner.refusals import Refused
    from examiner.settings import Settings, Walls
    from examiner.version import VERSION

__all__ = ["VERSION", "Opened", "Refused", "Settings", "Walls", "open_image"]

HOME = {
    "Opened": "opening",
    "open_image": "opening",
    "Refused": "refusals",
    "Settings": "settings",
    "Walls": "settings",
}


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: who only asks about a catalogue needs no Arrow."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME.get(name, 'version')}"), name)
