"""Does a text that must name nobody seem to name somebody? Addresses, numbers, dates of birth and names are refused; single odd words are asked about.

This is a help, not a wall: no rule knows every name. A person reads what comes, and refuses what still says who somebody is; its text is
then wiped at once. Nothing of a refused text is kept or written down here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from longstone.kernel import shelves

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
WHAT: dict[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[^\s@]{1,64}\s?(?:@|\(at\)|\[at\])\s?[^\s@]{1,255}\.[a-z]{2,}", re.IGNORECASE),
    "an account name": re.compile(r"(?<![\w@])@[\w.-]{2,}|\b\w{2,32}#\d{4}\b|\b(?:user ?name|gamer ?tag|handle|nick ?name|tag) (?:is|was|of|:)", re.IGNORECASE),
    "a web address": re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<!\d)(?:\+|00)?\d(?:[ ()./-]{0,3}\d){8,14}(?!\d)"),
    "a date of birth": re.compile(
        rf"\b\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:19|20)?\d{{2}}\b|\b(?:19|20)\d{{2}}-\d{{1,2}}-\d{{1,2}}\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH},? (?:19|20)\d{{2}}\b|\b{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}\b"
        rf"|\b(?:born (?:on|in)|date of birth|d\.?o\.?b\b|birthday)", re.IGNORECASE,
    ),
    "a postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE),
    "a class": re.compile(r"\b(?:class|form|tutor group|set)\s?\d{1,2}[a-z]{1,3}\b|\b(?:[7-9]|1[0-3])[A-Z]{1,3}\b"),
    "a name": re.compile(
        r"\b(?i:mr|mrs|ms|miss|mx|dr|pc|sgt)\.? [A-Z]\w+"
        r"|\b(?i:called|named|name is|name's|name was|known as|surname|goes by) [A-Z\"'“‘]?\w*[A-Z]\w*",
    ),
}  # fmt: skip
WORD = re.compile(r"[^\W\d_][\w'’-]*")
SENTENCE = re.compile(r"(?:^|[.!?:;\n\"“”‘(•*-])\s*$")


class Names(shelves.Strict):
    """Words that are given names, and words with a capital that are nobody's."""

    given: list[str]
    nobody: list[str]


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    found = shelves.read_file(Path(__file__).parent / "names.yaml", Names)
    return frozenset(found.given), frozenset(found.nobody)


def identifying(untrusted_text: str) -> list[str]:
    """Name what in a text seems to say who somebody is, such as "a telephone number"; nothing if nothing does."""
    text = straight(untrusted_text)
    found = [what for what, pattern in WHAT.items() if pattern.search(text)]
    if "a name" not in found and (_given_names(text) or _pairs(text)):
        found.append("a name")
    return found


def doubtful(untrusted_text: str) -> list[str]:
    """Give the words with a capital inside a sentence that are in no list: perhaps names, perhaps not."""
    found = {word for before, word in _words(straight(untrusted_text)) if _is_odd(word) and not SENTENCE.search(before)}
    return sorted(found)


def straight(text: str) -> str:
    """Write letters that only look different as they usually are, and leave out what does not show."""
    flat = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in flat if letter in "\n\t" or unicodedata.category(letter) not in {"Cf", "Cc"})


def _words(text: str) -> Iterator[tuple[str, str]]:
    for match in WORD.finditer(text):
        yield text[max(0, match.start() - 6) : match.start()], match[0]


def _given_names(text: str) -> bool:
    given, _ = _known()
    return any(_plain(word) in given for _, word in _words(text))


def _pairs(text: str) -> bool:
    """Find two words with a capital side by side, neither of them on the list of what is nobody's."""
    words = [(match.start(), match.end(), match[0]) for match in WORD.finditer(text)]
    neighbours = pairwise(words)
    return any(text[one[1] : two[0]] == " " and _is_odd(one[2]) and _is_odd(two[2]) and not _begins(text, one[0]) for one, two in neighbours)  # fmt: skip


def _begins(text: str, start: int) -> bool:
    return bool(SENTENCE.search(text[max(0, start - 6) : start]))


def _is_odd(word: str) -> bool:
    _, nobody = _known()
    return word[0].isupper() and _plain(word) not in nobody


def _plain(word: str) -> str:
    bare = word.casefold().replace("’", "'").removesuffix("'s")
    return bare.strip("'-")
