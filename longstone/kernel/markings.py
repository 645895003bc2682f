"""How carefully must this be handled? OFFICIAL-SENSITIVE is the ceiling of this system."""

from enum import StrEnum

from longstone.kernel.verdict import YES, Verdict, no


class Marking(StrEnum):
    """The government's classifications that this house may hold."""

    OFFICIAL = "OFFICIAL"
    SENSITIVE = "OFFICIAL-SENSITIVE"


CHOICES = [(marking.value, marking.value) for marking in Marking]


def may_hold(marking: str) -> Verdict:
    """Say whether material of a marking may be kept here."""
    if marking in {m.value for m in Marking}:
        return YES
    return no(f"{marking} cannot be held here: the ceiling is OFFICIAL-SENSITIVE. Use the force's higher system.")
