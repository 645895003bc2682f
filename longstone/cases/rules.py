"""Who may open, work, allocate, close, reopen and share a case?"""

from datetime import datetime
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.flows import START, flow
from longstone.kernel.verdict import YES, Verdict, first_no, no

CASE = flow(
    "case",
    words={"open": "open", "closed": "closed"},
    moves={START: {"open"}, "open": {"closed"}, "closed": {"open"}},
)
ROLES = {
    "suspect": "Suspect",
    "convicted": "Convicted",
    "victim": "Victim",
    "witness": "Witness",
    "other": "Other",
}
OUTCOMES = {
    "charged": "Charged or summonsed",
    "caution": "Out-of-court resolution",
    "no_further_action": "No further action",
    "passed": "Passed to another force or agency",
    "no_crime": "No crime",
}


class HasCase(Protocol):
    """What a rule needs to know of a case."""

    @property
    def controller_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def officer_id(self) -> int | None: ...


def may_open(*, by: Actor) -> Verdict:
    """Say whether the actor may open a case for their force."""
    if by.controller is not None and by.holds("open cases", controller=by.controller):
        return YES
    return no("Your role does not let you open a case. Ask your supervisor.")


def is_open(case: HasCase) -> Verdict:
    """Refuse to change a closed case."""
    return YES if case.state == "open" else no("This case is closed. Reopen it first.")


def _own(by: Actor, power: str, case: HasCase, sentence: str) -> Verdict:
    return YES if by.holds(power, controller=case.controller_id, team=case.team_id) else no(sentence)


def may_work(*, by: Actor, case: HasCase) -> Verdict:
    """Say whether the actor may add to a case."""
    return first_no(_own(by, "work cases", case, "Only the officers of this case can add to it."), is_open(case))


def may_allocate(*, by: Actor, case: HasCase) -> Verdict:
    """Say whether the actor may give the case to somebody."""
    return first_no(_own(by, "allocate cases", case, "Only a supervisor can allocate a case."), is_open(case))


def may_close(*, by: Actor, case: HasCase) -> Verdict:
    """Say whether the actor may close the case."""
    return first_no(
        _own(by, "close cases", case, "Only a supervisor can close a case."),
        YES if case.state == "open" else no("This case is closed already."),
    )


def may_reopen(*, by: Actor, case: HasCase) -> Verdict:
    """Say whether the actor may reopen the case."""
    return first_no(
        _own(by, "close cases", case, "Only a supervisor can reopen a case."),
        YES if case.state == "closed" else no("This case is open already."),
    )


def may_share(*, by: Actor, case: HasCase, to: int) -> Verdict:
    """Say whether the actor may let another force see the case."""
    if to == case.controller_id:
        return no("A case is shared with another force, not with your own.")
    return _own(by, "share cases", case, "Only a supervisor can share a case with another force.")


def sound_share(*, shared: bool, until: datetime | None, at: datetime) -> Verdict:
    """Refuse a second share with the same force, and one that ends before it begins."""
    if shared:
        return no("That force sees this case already. End that share before you make another.")
    return YES if until is None or until > at else no("The share ends before it begins. Choose a later day.")
