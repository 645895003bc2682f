"""Who may let other programs in, with which powers, and until when?"""

import hashlib
from datetime import date, datetime
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.verdict import YES, Verdict, first_no, no
from longstone.people.rules.staffing import HasController

KEEP_SYSTEMS = "keep systems"
TWO_PEOPLE = "Two people let a system in: whoever has seen its secret cannot give its powers, nor the other way round."
ONLY_PEOPLE = frozenset(  # what no act or list of the API asks for, or what only a person answers for
    {
        KEEP_SYSTEMS, "record past acts", "found forces", "approve disposal", "propose erasures", "approve erasures",
        "record competence", "move exhibits", "read catalogues", "read the ledger", "see shared cases", "watch the store",
        "break the glass", "review broken glass", "keep connections", "restrict cases", "merge records", "read who has read",
        "run the house",
    }
)  # fmt: skip
LONGEST_TERM, MOST_A_MINUTE, SHORTEST_SECRET = 366, 6000, 32


def may_keep_systems(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may register, change and end the programs that act here."""
    if by.id is not None and by.holds(KEEP_SYSTEMS, controller=controller):
        return YES
    return no("Only an administrator or the records manager can let a system in, or end it.")


class HasSystem(HasController, Protocol):
    """What a rule needs to know of a system."""

    @property
    def powers_by_id(self) -> int | None: ...
    @property
    def secret_by_id(self) -> int | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


def may_end_system(*, by: Actor, system: HasSystem) -> Verdict:
    """Say whether the actor may end a system, or change one that is not ended."""
    ended = no("This system was ended. Register a new one.") if system.ended_at else YES
    return first_no(may_keep_systems(by=by, controller=system.controller_id), ended)


def may_give_powers(*, by: Actor, system: HasSystem) -> Verdict:
    """Say whether the actor may say what a system can do: never one whose secret they made."""
    seen = system.secret_by_id is not None and system.secret_by_id == by.id
    return first_no(may_end_system(by=by, system=system), no(TWO_PEOPLE) if seen else YES)


def may_make_secret(*, by: Actor, system: HasSystem) -> Verdict:
    """Say whether the actor may make a system's secret: never of one whose powers they gave."""
    gave = system.powers_by_id is not None and system.powers_by_id == by.id
    return first_no(may_end_system(by=by, system=system), no(TWO_PEOPLE) if gave else YES)


def sound_powers(powers: list[str], *, known: frozenset[str]) -> Verdict:
    """Refuse powers that are none, or that only people hold."""
    if strange := sorted(set(powers) - known):
        return no(f"A system cannot be given the power “{strange[0]}”. Choose from the list.")
    return YES if powers else no("Choose at least one power, or end the system.")


def sound_term(ends_on: date, *, today: date, per_minute: int) -> Verdict:
    """Refuse a term that is over or longer than a year, and a pace that is none or beyond this house."""
    if not today < ends_on <= date.fromordinal(today.toordinal() + LONGEST_TERM):
        return no("A system's powers end on a day within a year from now. Give them anew when they do.")
    return (
        YES if 1 <= per_minute <= MOST_A_MINUTE else no(f"Choose a pace from 1 to {MOST_A_MINUTE} requests a minute.")
    )


def sound_secret(secret: str) -> Verdict:
    """Refuse a secret that could be guessed."""
    return YES if len(secret) >= SHORTEST_SECRET else no("A system's secret is made by the house. Open the page again.")


def may_come_in(stands: str) -> Verdict:
    """Say whether a system may have a token today."""
    return YES if stands == "live" else no(f"This system cannot come in: {stands}. Ask those who keep systems.")


def digest_of(secret: str) -> str:
    """Give what is kept of a secret or a token: these are long and made by chance, so that nobody can turn a plain digest back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
