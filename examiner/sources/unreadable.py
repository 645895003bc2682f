"""Why can an input not be opened at all?"""

from __future__ import annotations


class Unreadable(Exception):
    """A sentence for the problems table: the input, or a part of it, cannot be read."""
