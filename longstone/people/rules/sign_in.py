"""Who may let whom in, how long does a session last, and how are tries counted?"""

from datetime import datetime, timedelta

from longstone.kernel.actor import Actor
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people.rules.staffing import may_keep_staff

IDLE = "Nothing was done in it for too long."
TOO_LONG = "It had lasted as long as a session may."
FAR = "50/60m/key"  # tries for one name from all addresses where it was never used before


def may_end_session(*, by: Actor, staff: int, controller: int) -> Verdict:
    """Say whether the actor may end a session: their own, or as one who keeps the staff list; the house may."""
    if staff == by.id or by.id is None or by.holds("keep the staff list", controller=controller):
        return YES
    return no("Only they themselves, and those who keep the staff list, can end a session.")


def may_let_in(*, by: Actor, staff: int, controller: int) -> Verdict:
    """Say whether the actor may help somebody in: unlock, give a one-time code, take off factors; never for themselves."""
    if staff == by.id:
        return no("Nobody lets themselves in. Ask another administrator.")
    return may_keep_staff(by=by, controller=controller)


def over(*, since: datetime, seen_at: datetime, at: datetime, idle: timedelta, longest: timedelta) -> str:
    """Say why a session is over at a moment, or nothing."""
    if at - seen_at > idle:
        return IDLE
    return TOO_LONG if at - since > longest else ""


def typed_name(username: str) -> str:
    """Give a username as tries are counted under it, however it was typed."""
    return username.replace("\x00", "").strip().casefold()[:60]


def shut_until(when: str, *, whom: str) -> str:
    """Say that the door is shut, until when, and whom to ring."""
    return f"Too many tries failed, so the door is shut until {when}. Try again then, or ring {whom}."


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Windows", "Windows"),
           ("Mac OS", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux"))  # fmt: skip


def device(agent: str) -> str:
    """Say in words which browser on what a session is in, from what the browser says of itself."""
    browser = next((word for mark, word in BROWSERS if mark in agent), "A browser")
    system = next((word for mark, word in SYSTEMS if mark in agent), "an unknown device")
    return f"{browser} on {system}"


def may_drop_factor(*, left: int, wanted: bool) -> Verdict:
    """Refuse to take off the last second factor of somebody who must have one."""
    if wanted and not left:
        return no("Your role needs a second factor. Add another one before you take this one off.")
    return YES
