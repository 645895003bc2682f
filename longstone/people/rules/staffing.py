"""Who may keep the staff list and the roles?"""

from datetime import date
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
