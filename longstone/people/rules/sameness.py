"""When may two records be of one, what speaks for it, and who may merge them?"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.verdict import YES, Verdict, no


def may_merge(*, by: Actor, record: int, survivor: int, same: bool, shared: bool = False) -> Verdict:
    """Say whether the actor may find two records to be of one: both of a force for which they may, or one shared with it."""
    if same:
        return no("A record is not merged with itself.")
    if record != survivor and not shared:
        return no(
            "These are records of two forces. Only records of one force are merged, or one that is shared with it."
        )
    if by.holds("merge records", controller=record) and (shared or by.holds("merge records", controller=survivor)):
        return YES
    return no("Your role does not let you merge records. Ask a supervisor.")


def stands_alone(*, merged: bool, keeps: bool, survivor_merged: bool) -> Verdict:
    """Refuse to merge what is merged already, and to merge into what is merged: that would be a chain, or a circle."""
    if merged:
        return no("That record is merged already. Undo that first.")
    if keeps:
        return no("Other records are merged into that one. Keep it, or undo those first.")
    return no("The record to be kept is itself merged with another. Choose that one.") if survivor_merged else YES


def may_unmerge(*, by: Actor, controller: int, merged: bool) -> Verdict:
    """Say whether the actor may undo a merge."""
    if not by.holds("merge records", controller=controller):
        return no("Your role does not let you undo a merge. Ask a supervisor.")
    return YES if merged else no("That record is not merged with another.")


def match_keys(*, family_name: str, given_names: str, born: date | None) -> dict[str, str]:
    """Work out the keys by which the same person can be found again, and merged or un-merged later."""
    family, given = _letters(family_name), _letters(given_names.split(" ", 1)[0])
    keys = {"name": f"{family} {given}"} if family else {}
    if family and given and (heard := sound(family)):
        keys["sound"] = f"{heard} {sound(given)}"
    if born and family:
        keys["name and birth"] = f"{family} {born.isoformat()}"
        keys["birth and initial"] = f"{born.isoformat()} {given[:1]}"
    return keys


def _letters(name: str) -> str:
    return re.sub(r"[^\w]", "", name.casefold())


SOUNDS = {
    letter: digit for digit, letters in enumerate(["bfpv", "cgjkqsxz", "dt", "l", "mn", "r"], 1) for letter in letters
}


def sound(name: str) -> str:
    """Write how a name sounds, by Soundex: its first letter and three digits; nothing without Latin letters, or with figures."""
    letters = (
        []
        if any(sign.isdigit() for sign in name)
        else [sign for sign in _bare(name) if sign.isascii() and sign.isalpha()]
    )
    if not letters:
        return ""
    told, last = letters[0], SOUNDS.get(letters[0])
    for letter in letters[1:]:
        digit = SOUNDS.get(letter)
        if digit and digit != last:
            told += str(digit)
        last = last if letter in "hw" else digit
    return told[:4].ljust(4, "0")


def _bare(name: str) -> str:
    """Take the accents off."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))


class IsPerson(Protocol):
    """What a comparison needs to know of a record of a person."""

    @property
    def family_name(self) -> str: ...
    @property
    def given_names(self) -> str: ...
    @property
    def born_on(self) -> date | None: ...
    @property
    def safe_contact(self) -> str: ...


def compare(one: IsPerson, other: IsPerson) -> tuple[list[str], list[str]]:
    """Say what speaks for two records being of one person, and what speaks against it."""
    reasons = [_names(one, other), *_births(one, other), _contacts(one, other)]
    found = [reason for reason in reasons if reason]
    return [say for good, say in found if good], [say for good, say in found if not good]


def _names(one: IsPerson, other: IsPerson) -> tuple[bool, str]:
    mine, theirs = ((_letters(p.family_name), _letters(p.given_names.split(" ", 1)[0])) for p in (one, other))
    if mine == theirs:
        return True, "The family name and the first given name are the same."
    if (mine[1], mine[0]) == theirs:
        return True, "The family name and the given name are the other way round."
    if [sound(name) for name in mine] == [sound(name) for name in theirs]:
        return True, "The names sound the same, and are spelt differently."
    return False, "The names differ."


def _births(one: IsPerson, other: IsPerson) -> Iterator[tuple[bool, str]]:
    if not one.born_on or not other.born_on:
        yield False, "A date of birth is missing, so it says nothing."
    elif one.born_on == other.born_on:
        yield True, "The date of birth is the same."
    elif (one.born_on.month, one.born_on.day) == (other.born_on.day, other.born_on.month):
        yield True, "Day and month of birth are the other way round."
        yield False, "The dates of birth differ as they are written."
    else:
        yield False, "The dates of birth differ."


def _contacts(one: IsPerson, other: IsPerson) -> tuple[bool, str] | None:
    if one.safe_contact and _letters(one.safe_contact) == _letters(other.safe_contact):
        return True, "The safe contact is the same."
    return None
