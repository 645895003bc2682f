"""How does a cell that a spreadsheet would take for a formula stay text? With an apostrophe, which comes off again when it is read."""

from __future__ import annotations

import re

SIGNS = "=+-@|%\t\r\n＝＋－＠"  # with which begins what one spreadsheet or another would run
FORMULA = re.compile(rf"'*\s*[{re.escape(SIGNS)}]")
WORN = re.compile(rf"'{FORMULA.pattern}")


def safe(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if FORMULA.match(text) else text


def bare(text: str) -> str:
    """Take off the apostrophe that `safe` put on, and no other."""
    return text[1:] if WORN.match(text) else text
