"""Who may answer what the public sent, who may publish, and what may follow what?"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.flows import START, flow
from longstone.kernel.verdict import YES, Verdict, first_no, no

ANSWER = "answer the inbox"
TAKE_IN = "take in enquiries"
PROPOSE = "propose publications"
PUBLISH = "publish"
ENQUIRY = flow(
    "enquiry",
    words={"received": "received", "accepted": "accepted", "answered": "answered", "refused": "refused"},
    moves={
        START: {"received"},
        "received": {"accepted", "refused"},
        "accepted": {"accepted", "answered", "refused"},  # accepted again: a colleague takes it over
    },
)
PUBLICATION = flow(
    "publication",
    words={"proposed": "proposed", "published": "published", "declined": "declined", "withdrawn": "withdrawn"},
    moves={START: {"proposed"}, "proposed": {"published", "declined"}, "published": {"withdrawn"}},
)
WHY_REFUSED = {
    "identifies": "It says who somebody is, in a form that must not (its text is wiped at once)",
    "not_ours": "It is for another force or agency",
    "cannot": "We have nobody for it, or not on those days",
    "crime": "It reports a crime: it went to those who record crime",
    "at_once": "Somebody may be in danger: it went to the control room at once",
    "declined": "It is an offer that we cannot take up",
    "unclear": "It does not say enough to act on, and there is no way to ask",
    "twice": "We have it already",
    "abuse": "It is abuse, advertising or a machine's",
}
HOW_ANSWERED = {"email": "By e-mail", "telephone": "By telephone", "visit": "In person"}
WIPED_AT_ONCE = "identifies"
KINDS = {"paper": "Paper", "material": "Material"}
MEDIA = {"pdf": "application/pdf", "txt": "text/plain"}
MOST_BYTES = 5 << 20
PDF = b"%PDF-"


class HasController(Protocol):
    """What a rule needs to know of a row."""

    @property
    def controller_id(self) -> int: ...


class HasOwner(HasController, Protocol):
    """What a rule needs to know of an enquiry."""

    @property
    def state(self) -> str: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def owner_name(self) -> str: ...


class HasProposer(HasController, Protocol):
    """What a rule needs to know of a publication."""

    @property
    def state(self) -> str: ...
    @property
    def proposed_by_id(self) -> int: ...


def may_take_in(*, by: Actor) -> Verdict:
    """Say whether the actor may take in what lies in the inbox."""
    return YES if by.holds(TAKE_IN) else no("Only the house's own worker takes in what the public sent.")


def may_answer(*, by: Actor, enquiry: HasController) -> Verdict:
    """Say whether the actor may answer what the public sent to a force."""
    if by.holds(ANSWER, controller=enquiry.controller_id):
        return YES
    return no("Your role does not let you answer the inbox. Ask the engagement officers of your force.")


def _is(enquiry: HasOwner, *states: str) -> Verdict:
    if enquiry.state in states:
        return YES
    return no(f"This enquiry is {ENQUIRY.words[enquiry.state]} already. Go back to the inbox.")


def may_accept(*, by: Actor, enquiry: HasOwner) -> Verdict:
    """Say whether the actor may accept an enquiry, and become its owner."""
    return first_no(may_answer(by=by, enquiry=enquiry), _is(enquiry, "received"))


def may_refuse(*, by: Actor, enquiry: HasOwner) -> Verdict:
    """Say whether the actor may refuse an enquiry: whoever answers the inbox before it is accepted, and then its owner."""
    mine = enquiry.state != "accepted" or enquiry.owner_id == by.id
    return first_no(
        may_answer(by=by, enquiry=enquiry),
        _is(enquiry, "received", "accepted"),
        YES if mine else no(f"{enquiry.owner_name} has accepted this. Take it over first."),
    )


def may_take_over(*, by: Actor, enquiry: HasOwner) -> Verdict:
    """Say whether the actor may take an accepted enquiry over from a colleague."""
    return first_no(
        may_answer(by=by, enquiry=enquiry),
        _is(enquiry, "accepted"),
        YES if enquiry.owner_id != by.id else no("It is yours already."),
    )


def may_say_answered(*, by: Actor, enquiry: HasOwner) -> Verdict:
    """Say whether the actor may record that the reply was given: its owner may."""
    return first_no(
        may_answer(by=by, enquiry=enquiry),
        _is(enquiry, "accepted"),
        YES if enquiry.owner_id == by.id else no(f"{enquiry.owner_name} has accepted this. Take it over first."),
    )


def may_forget(*, by: Actor, dispose_on: date, today: date, wiped: bool) -> Verdict:
    """Say whether an enquiry's text may go: its time is over, and it is still there."""
    return first_no(
        may_take_in(by=by),
        YES if dispose_on <= today else no(f"It is kept until {dispose_on:%d/%m/%Y}."),
        no("Its text is gone already.") if wiped else YES,
    )


def may_propose(*, by: Actor) -> Verdict:
    """Say whether the actor may propose that something be published for their force."""
    if by.controller is not None and by.holds(PROPOSE, controller=by.controller):
        return YES
    return no("Your role does not let you propose a publication. Ask the engagement officers of your force.")


def may_decide(*, by: Actor, publication: HasProposer) -> Verdict:
    """Say whether the actor may publish or decline what a colleague proposed."""
    if not by.holds(PUBLISH, controller=publication.controller_id):
        return no("Your role does not let you publish. Ask a supervisor or an engagement officer.")
    if publication.proposed_by_id == by.id:
        return no("Two people publish: whoever proposed it cannot publish it. Ask a colleague.")
    return YES if publication.state == "proposed" else no(f"This is {publication.state} already.")


def may_withdraw(*, by: Actor, publication: HasProposer) -> Verdict:
    """Say whether the actor may withdraw what is published; one person may, and at once."""
    if not by.holds(PUBLISH, controller=publication.controller_id):
        return no("Your role does not let you withdraw a publication. Ask a supervisor or an engagement officer.")
    return YES if publication.state == "published" else no("Only what is published can be withdrawn.")


def sound_file(*, name: str, size: int, begins: bytes) -> Verdict:
    """Refuse a file that is empty, too large, or not what its name says."""
    if not 0 < size <= MOST_BYTES:
        return no(f"The file has {size} bytes. Choose one with something in it, of at most 5 MB.")
    ending = name.rpartition(".")[2].lower()
    if ending not in MEDIA:
        return no("Only PDF and plain text are published. Choose a file that ends in .pdf or .txt.")
    if ending == "pdf" and not begins.startswith(PDF):
        return no("That file is called .pdf and is none. Export it again as PDF.")
    return YES


def same_digest(*, told: str, found: str) -> Verdict:
    """Refuse bytes that are not those whose digest the officer gave."""
    if not told or told.strip().lower() == found:
        return YES
    return no(f"The digest that you gave is not this file's ({found}). Choose the file again, or correct the digest.")
