"""How is a text from a stranger shown so that it can do no harm? What does not print is spelled out, and nothing is longer than a page."""

from __future__ import annotations

import unicodedata

MOST = 20_000
KEPT = frozenset("\n\t‍")  # line ends, tabs, and what joins the parts of one emoji
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(untrusted_text: str, most: int = MOST) -> str:
    """Spell out what does not print (NUL, what turns the direction of writing), and cut what is too long."""
    text = untrusted_text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(_printed(letter) for letter in text[:most])
    return f"{shown} … (cut here: {len(text)} characters)" if len(text) > most else shown


def _printed(letter: str) -> str:
    if letter in KEPT or unicodedata.category(letter) not in HIDDEN:
        return letter
    return f"⟨U+{ord(letter):04X}⟩"
