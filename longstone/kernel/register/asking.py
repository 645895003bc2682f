"""What does somebody want to see of a list? Read from an address, strictly: what cannot be read is said, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from longstone.kernel.refusals import Refusal

if TYPE_CHECKING:
    from longstone.kernel.register.definition import Register

LONGEST = 200
MARK = 600
OWN = {"order", "after", "before", "count"}  # what every list can be asked, besides its filters
SEARCH = {"q", "like"}
FORM = {"as", "by", "row", "limit"}  # in which form the answer is wanted: not part of the question


@dataclass(frozen=True)
class Ask:
    """Words to find, what was chosen of each filter, the order, and the mark from which to go on.

    `like` asks for rows whose words are spelt alike; `whole` has all rows counted, however many there are.
    """

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    after: str = ""
    before: str = ""
    like: bool = False
    whole: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)

    def address(self, **changed: str) -> str:
        """Write it as the query of an address; what is changed takes the place of what was."""
        told = {**self.fixed, "q": self.text, **self.chosen, "order": self.order, "like": "yes" if self.like else ""}
        return "?" + urlencode({name: value for name, value in {**told, **changed}.items() if value})

    def without(self, *parameters: str) -> Ask:
        """Take back what was chosen of some filters."""
        return replace(self, chosen={name: value for name, value in self.chosen.items() if name not in parameters})

    def facts(self) -> dict[str, str]:
        """Tell the ledger what was asked for."""
        told = {"find": self.text, **self.chosen, "order": self.order, "like": "yes" if self.like else ""}
        return {name: value for name, value in told.items() if value}


def parse(register: Register, told: Mapping[str, str]) -> Ask:
    """Read an address; a name that the list does not know, or a value that it cannot have, is refused in a sentence."""
    names = {*OWN, *(SEARCH if register.search else ()), *register.parameters(), *register.fixed}
    if unknown := sorted(set(told) - names - FORM):
        raise Refusal(
            f"This list cannot be asked for “{cleaned(unknown[0], 40)}”. It knows {', '.join(sorted(names))}."
        )
    return Ask(
        text=cleaned(told.get("q", ""), LONGEST),
        chosen={name: value for name in register.parameters() if (value := cleaned(told.get(name, ""), LONGEST))},
        order=_one_of("order", told, register.orders()),
        after=cleaned(told.get("after", ""), MARK),
        before=cleaned(told.get("before", ""), MARK),
        like=bool(_one_of("like", told, ["yes"])),
        whole=bool(_one_of("count", told, ["all"])),
        fixed=register.fixed,
    )


def cleaned(value: str, longest: int = LONGEST) -> str:
    """Take out what no name holds: control signs, and halves of a letter; refuse what is longer than anything here."""
    kept = "".join(sign for sign in value if sign.isprintable()).strip()
    if len(kept) > longest:
        raise Refusal(f"This is too long: “{kept[:30]}…”. Use at most {longest} signs.")
    return kept


def _one_of(name: str, told: Mapping[str, str], known: list[str]) -> str:
    value = told.get(name, "")
    if value and value not in known:
        raise Refusal(
            f"What is asked cannot be read: {name} cannot be “{cleaned(value[:40], LONGEST)}”. Use one of {', '.join(known) or 'none'}."
        )
    return value
