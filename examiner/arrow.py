"""What may Arrow not do here? It loads pandas, where that happens to be installed, at its first array; we never need it.

Behind the walls the attempt would fail, and outside them it would cost a quarter of a second.
"""

from __future__ import annotations

import sys


class NoPandas:
    """A finder of modules that says of pandas that it is not there."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse pandas, and leave all else to the finders that follow."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def without_pandas() -> None:
    """Let this process do without pandas from now on."""
    if "pandas" not in sys.modules and not any(isinstance(one, NoPandas) for one in sys.meta_path):
        sys.meta_path.insert(0, NoPandas())
