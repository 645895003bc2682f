"""Who may open, work, allocate, close, reopen and share a case?"""

from datetime import datetime, timedelta
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.flows import START, flow
from longstone.kernel.verdict import YES, Verdict, first_no, no

CASE = flow(
    "case",
    words={"open": "open", "closed": "closed", "undone": "taken back, because it was opened by mistake"},
    moves={START: {"open"}, "open": {"closed", "undone"}, "closed": {"open"}, "undone": set()},
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
CONNECTIONS = {
    "party": "A party to it",
    "relative": "A relative or friend of somebody in it",
    "complaint": "A colleague under complaint",
}
FINDINGS = {"approved": "It was right", "challenged": "It was not right"}
GLASS_LASTS = timedelta(hours=8)  # a shift
READ_ONLY = "This case is closed, and you see it through broken glass: you can read it, not change it. Ring the team whose case it is."


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


def may_review(*, by: Actor, case: HasCase) -> Verdict:
    """Say whether the actor may review the case: never the officer whose case it is."""
    return first_no(
        _own(by, "review cases", case, "Only a supervisor can review a case."),
        no("This is your own case. Somebody else must review it.") if case.officer_id == by.id else YES,
        is_open(case),
    )


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


def may_restrict(*, by: Actor, case: HasCase) -> Verdict:
    """Say whether the actor may say who alone sees the case."""
    return _own(by, "restrict cases", case, "Only a supervisor can say who alone sees a case.")


def may_lift_restriction(*, by: Actor, case: HasCase, restricted: bool) -> Verdict:
    """Say whether the actor may let everybody see the case again who sees cases like it."""
    return first_no(
        _own(by, "restrict cases", case, "Only a supervisor can lift a restriction."),
        YES if restricted else no("This case is not restricted."),
    )


def said(reason: str) -> Verdict:
    """Refuse an act for which no reason is given."""
    return YES if reason.strip() else no("Say why: the reason stands in the record.")


def may_break_glass(*, by: Actor, controller: int, visible: bool) -> Verdict:
    """Say whether the actor may open, in need, a case that they do not see."""
    if not by.holds("break the glass", controller=controller):
        return no("Your role does not let you open a case that is not yours. Ring the team whose case it is.")
    return no("You see this case already. Open it.") if visible else YES


def may_review_glass(*, by: Actor, controller: int, staff: int, reviewed: bool) -> Verdict:
    """Say whether the actor may judge that a glass was broken: never one that they broke themselves."""
    if by.id == staff:
        return no("You broke this glass, so somebody else must review it.")
    if not by.holds("review broken glass", controller=controller):
        return no("Only a supervisor can review why a glass was broken.")
    return no("This has been reviewed already.") if reviewed else YES


def may_connect(*, by: Actor, controller: int, staff: int | None = None) -> Verdict:
    """Say whether the actor may record or lift that a colleague is connected to a case: never of themselves."""
    if not by.holds("keep connections", controller=controller):
        return no("Only professional standards record who is connected to a case. Ring them.")
    return (
        no("Nobody records their own connection. Ask a colleague in professional standards.") if by.id == staff else YES
    )


def may_take_back(*, by: Actor, case: HasCase, untouched: bool) -> Verdict:
    """Say whether the actor may take back a case that an import opened: only while nobody has added to it."""
    if not by.holds("import records", controller=case.controller_id):
        return no("Only those who bring in old records can take one back.")
    return YES if case.state == "open" and untouched else no("Somebody has worked on this case since it was opened.")
