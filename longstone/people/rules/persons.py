"""Who may record persons and markers, and read who has read of a person?"""

from datetime import date, datetime

from longstone.kernel.actor import Actor
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people.rules.staffing import HasController


def may_record_person(*, by: Actor) -> Verdict:
    """Say whether the actor may add a person to the record."""
    if by.controller is not None and by.holds("record people", controller=by.controller):
        return YES
    return no("Your role does not let you add people to the record.")


def may_change_person(*, by: Actor, person: HasController) -> Verdict:
    """Say whether the actor may change what is known of a person."""
    if by.holds("record people", controller=person.controller_id):
        return YES
    return no("Only the force that holds this person's record can change it.")


def sensible_birth(born: date | None, *, today: date) -> Verdict:
    """Refuse a date of birth that nobody alive can have."""
    if born is None or date(1900, 1, 1) <= born <= today:
        return YES
    return no("A date of birth lies between 1900 and today.")


def may_keep_markers(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may set, review and lift a safeguarding marker."""
    if by.holds("keep markers", controller=controller):
        return YES
    return no("Only the safeguarding lead keeps markers. Ring them.")


def not_marked(*, stands: bool) -> Verdict:
    """Refuse a second marker on a person."""
    return no("There is a marker on this person already. Review it instead.") if stands else YES


def sound_marker(*, until: datetime | None, at: datetime) -> Verdict:
    """Refuse a marker that ends before it begins."""
    return YES if until is None or until > at else no("The marker ends before it begins. Choose a later day.")


def said(reason: str) -> Verdict:
    """Refuse an act for which no reason is given."""
    return YES if reason.strip() else no("Say why: the reason stands in the record.")


def may_read_who_read(*, by: Actor, controller: int | None = None) -> Verdict:
    """Say whether the actor may read who has read of a person."""
    if by.holds("read who has read", controller=controller):
        return YES
    return no("Only the data protection officer and the auditor read who has read.")
