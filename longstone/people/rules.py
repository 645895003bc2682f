"""Who may keep the staff list, the roles and the nominal index?"""

import re
from datetime import date, datetime
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.verdict import YES, Verdict, first_no, no


class HasController(Protocol):
    """Anything that belongs to a force."""

    @property
    def controller_id(self) -> int: ...


def may_found(*, by: Actor) -> Verdict:
    """Say whether the actor may enter a force or a consortium."""
    return YES if by.holds("found forces") else no("Only the installer can enter a force or a consortium.")


def may_keep_staff(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may take on staff, give posts and end them."""
    if by.holds("keep the staff list", controller=controller):
        return YES
    return no("Only those who keep the staff list of this force can do that. Ask your administrator.")


def may_appoint(*, by: Actor, staff: int, controllers: frozenset[int]) -> Verdict:
    """Say whether the actor may give a post with powers over these forces: never to themselves."""
    if staff == by.id:
        return no("Nobody gives themselves a post. Ask another administrator.")
    if all(by.holds("keep the staff list", controller=one) for one in controllers):
        return YES
    return no("Only those who keep the staff list of every force that the post reaches can give it.")


def sound_post(from_on: date, to_on: date | None) -> Verdict:
    """Refuse a post that ends before it begins."""
    return YES if to_on is None or to_on > from_on else no("The post ends before it begins. Check the two dates.")


def sound_end(*, ended: date | None, from_on: date, to_on: date, today: date) -> Verdict:
    """Refuse to end a post twice, before it began, or in the past: what was done under it stays done."""
    if ended is not None and ended <= today:
        return no("This post has ended already.")
    return YES if to_on >= max(today, from_on) else no("A post ends today or later, and not before it began.")


def may_release(*, by: Actor, staff: int, controller: int, serving: bool) -> Verdict:
    """Say whether the actor may record that somebody has left: never of themselves."""
    if staff == by.id:
        return no("Nobody records their own leaving. Ask another administrator.")
    return first_no(
        may_keep_staff(by=by, controller=controller), YES if serving else no("They are recorded as having left.")
    )


def may_see_competence(*, by: Actor, holder: int, controller: int) -> Verdict:
    """Say whether the actor may read what somebody is trained, certified and vetted for."""
    kept = by.holds("record competence", controller=controller) or by.holds("allocate cases", controller=controller)
    if holder == by.id or kept:
        return YES
    return no("Only they themselves, their supervisors and their administrator see this.")


def may_certify(*, by: Actor, holder: int | None, controller: int) -> Verdict:
    """Say whether the actor may record somebody's competence: never their own."""
    if holder == by.id:
        return no("Nobody records their own competence. Ask your assessor.")
    if not by.holds("record competence", controller=controller):
        return no("Only assessors can record competence.")
    return YES


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


def may_merge(*, by: Actor, record: int, survivor: int, same: bool, shared: bool = False) -> Verdict:
    """Say whether the actor may find two records to be of one: both of a force for which they may, or one shared with it."""
    if same:
        return no("A record is not merged with itself.")
    if record != survivor and not shared:
        return no("These are records of two forces. Only records of one force are merged, or one that is shared with it.")
    if by.holds("merge records", controller=record) and (shared or by.holds("merge records", controller=survivor)):
        return YES
    return no("Your role does not let you merge records. Ask a supervisor.")


def stands_alone(*, merged: bool, survivor_merged: bool) -> Verdict:
    """Refuse to merge what is merged already, and to merge into what is merged: that would be a chain, or a circle."""
    if merged:
        return no("That record is merged already. Undo that first.")
    return no("The record to be kept is itself merged with another. Choose that one.") if survivor_merged else YES


def match_keys(*, family_name: str, given_names: str, born: date | None) -> dict[str, str]:
    """Work out the keys by which the same person can be found again, and merged or un-merged later."""
    family, given = _letters(family_name), _letters(given_names.split(" ", 1)[0])
    keys = {"name": f"{family} {given}"} if family else {}
    if born and family:
        keys["name and birth"] = f"{family} {born.isoformat()}"
    return keys


def _letters(name: str) -> str:
    return re.sub(r"[^\w]", "", name.casefold())
