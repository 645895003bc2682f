"""Who may keep the staff list, the roles and the nominal index?"""

import hashlib
import re
from datetime import date, datetime, timedelta
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


def match_keys(*, family_name: str, given_names: str, born: date | None) -> dict[str, str]:
    """Work out the keys by which the same person can be found again, and merged or un-merged later."""
    family, given = _letters(family_name), _letters(given_names.split(" ", 1)[0])
    keys = {"name": f"{family} {given}"} if family else {}
    if born and family:
        keys["name and birth"] = f"{family} {born.isoformat()}"
    return keys


def _letters(name: str) -> str:
    return re.sub(r"[^\w]", "", name.casefold())


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


KEEP_SYSTEMS = "keep systems"
TWO_PEOPLE = "Two people let a system in: whoever has seen its secret cannot give its powers, nor the other way round."
ONLY_PEOPLE = frozenset(  # what no act or list of the API asks for, or what only a person answers for
    {
        KEEP_SYSTEMS, "record past acts", "found forces", "approve disposal", "propose erasures", "approve erasures",
        "record competence", "move exhibits", "read catalogues", "read the ledger", "see shared cases", "watch the store",
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
