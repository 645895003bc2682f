"""What may Arrow not do here? It loads pandas and NumPy, where they happen to be installed; we never need them.

Behind the walls the attempt would fail; outside them it would cost a quarter of a second, and NumPy's idle threads.
"""

from __future__ import annotations

import sys

UNWANTED = frozenset({"pandas", "numpy"})


class Unwanted:
    """A finder of modules that says of those that are not wanted that they are not there."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse what is unwanted, and leave all else to the finders that follow."""
        if name in UNWANTED:
            raise ModuleNotFoundError(name)


def on_its_own() -> None:
    """Let this process do without them from now on."""
    if not UNWANTED & sys.modules.keys() and not any(isinstance(one, Unwanted) for one in sys.meta_path):
        sys.meta_path.insert(0, Unwanted())
