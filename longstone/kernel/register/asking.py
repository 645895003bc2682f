"""What does somebody want to see of a list? Read from an address, strictly: what cannot be read is said, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from longstone.kernel.register.definition import Register

LONGEST = 200
MARK = 400


@dataclass(frozen=True)
class Ask:
    """Words to find, what was chosen of each filter, the order, and the mark from which to go on."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    after: str = ""
    before: str = ""

    def address(self, **changed: str) -> str:
        """Write it as the query of an address; what is changed takes the place of what was."""
        told = {"q": self.text, **self.chosen, "order": self.order, **changed}
        return "?" + urlencode({name: value for name, value in told.items() if value})

    def without(self, *parameters: str) -> Ask:
        """Take back what was chosen of some filters."""
        return replace(self, chosen={name: value for name, value in self.chosen.items() if name not in parameters})

    def facts(self) -> dict[str, str]:
        """Tell the ledger what was asked for."""
        told = {"find": self.text, **self.chosen, "order": self.order}
        return {name: value for name, value in told.items() if value}


def parse(register: Register, told: Mapping[str, str]) -> Ask:
    """Read an address; parameters that are no filter of the register are another's business."""
    return Ask(
        text=_clean(told.get("q", ""), LONGEST),
        chosen={name: value for name in register.parameters() if (value := _clean(told.get(name, ""), LONGEST))},
        order=_one_of(told.get("order", ""), register.orders()),
        after=_clean(told.get("after", ""), MARK),
        before=_clean(told.get("before", ""), MARK),
    )


def _clean(value: str, longest: int) -> str:
    """Take out what no name holds: control signs, and halves of a letter."""
    return "".join(sign for sign in value if sign.isprintable())[:longest].strip()


def _one_of(value: str, known: Iterable[str]) -> str:
    return value if value in set(known) else ""
