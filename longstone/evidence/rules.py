"""Who may seize, seal, move, examine and hand out? And what makes an exhibit's particulars sound?"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.flows import START, flow
from longstone.kernel.imports import UNKNOWN
from longstone.kernel.verdict import YES, Verdict, first_no, no

CUSTODY = flow(
    "exhibit custody",
    words={
        "held": "held by a person",
        "offered": "offered to somebody",
        "stored": "in store",
        "deposited": "left in a locker",
        "returned": "returned to its owner",
        "undone": "taken back, because it was brought in by mistake",
    },
    moves={
        START: {"held", "stored"},
        "held": {"held", "offered", "stored", "deposited", "returned"},
        "offered": {"held"},
        "stored": {"held", "undone"},
        "deposited": {"held", "stored"},
        "returned": set(),
        "undone": set(),
    },
)
EXAMINATION = flow(
    "examination",
    words={"queued": "waiting", "running": "running", "finished": "finished", "failed": "failed"},
    moves={
        START: {"queued"},
        "queued": {"running"},
        "running": {"queued", "finished", "failed"},
        "failed": {"queued"},
    },
)
BUNDLE = flow(
    "bundle",
    words={"preparing": "being made", "ready": "ready", "failed": "failed"},
    moves={START: {"preparing"}, "preparing": {"ready", "failed"}},
)
DISPOSAL = flow(
    "disposal",
    words={"proposed": "proposed", "approved": "approved", "disposed": "disposed of", "withdrawn": "withdrawn"},
    moves={START: {"proposed"}, "proposed": {"approved", "withdrawn"}, "approved": {"disposed", "withdrawn"}},
)
REFERENCE = re.compile(r"[A-Z]{2,4}/\d{1,4}(-[A-Z]{2,4}/\d{1,4})*", re.ASCII)
OWNER_ROLES = {
    "suspect": "Suspect",
    "victim": "Complainant or victim",
    "witness": "Witness",
    "other": "Other",
}
AS_RECORDED = {**OWNER_ROLES, UNKNOWN: "Unknown (legacy)"}  # only an old list may leave it unknown
KINDS = {
    "phone": "Phone", "tablet": "Tablet", "laptop": "Laptop", "desktop": "Desktop computer", "console": "Games console",
    "camera": "Camera", "drive": "External drive or memory card", "other": "Other",
}  # fmt: skip
SLACK = timedelta(minutes=5)  # two clocks may differ by as much
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class HasCustody(Protocol):
    """What a rule needs to know of an exhibit."""

    @property
    def controller_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def holder_id(self) -> int | None: ...
    @property
    def offered_to_id(self) -> int | None: ...


class OfDisposal(Protocol):
    """What a rule needs to know of a disposal."""

    @property
    def controller_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def proposed_by_id(self) -> int: ...
    @property
    def due_at(self) -> datetime | None: ...


class InCase(Protocol):
    """What a rule needs to know of an exhibit's case."""

    @property
    def controller_id(self) -> int: ...
    @property
    def state(self) -> str: ...


def may_seize(*, by: Actor, case: InCase) -> Verdict:
    """Say whether the actor may book an exhibit into a case."""
    if not by.holds("seize exhibits", controller=case.controller_id):
        return no("Your role does not let you book in exhibits. Ask an exhibits officer.")
    return YES if case.state == "open" else no("This case is closed. Reopen it before adding an exhibit.")


def sound_reference(reference: str, *, parent: str | None) -> Verdict:
    """Refuse an exhibit reference that is not initials and a number, or does not carry its parent's."""
    if not REFERENCE.fullmatch(reference):
        return no("An exhibit reference is initials, a stroke and a number, such as ABC/1, or ABC/1-DEF/2.")
    if parent is None or reference.startswith(f"{parent}-"):
        return YES
    return no(f"What comes from {parent} begins with {parent}-, such as {parent}-DEF/1.")


def sound_seizure(seized_at: datetime, *, at: datetime) -> Verdict:
    """Refuse a seizure before 1990 or after now."""
    if seized_at > at:
        return no("The time of seizure lies in the future. Check the date and the time.")
    return YES if seized_at >= EARLIEST else no("The time of seizure lies before 1990. Check the date.")


def _holds_it(by: Actor, exhibit: HasCustody) -> Verdict:
    if exhibit.state == "held" and exhibit.holder_id == by.id:
        return YES
    return no("You do not hold this exhibit. Only the person who holds it can pass it on.")


def may_offer(*, by: Actor, exhibit: HasCustody, to: int) -> Verdict:
    """Say whether the actor may offer the exhibit to somebody."""
    return first_no(_holds_it(by, exhibit), no("You hold this exhibit already.") if to == by.id else YES)


def may_accept(*, by: Actor, exhibit: HasCustody) -> Verdict:
    """Say whether the actor may take the exhibit, or decline it: only the one to whom it was offered."""
    if exhibit.state != "offered":
        return no("Nobody is offering this exhibit.")
    return YES if exhibit.offered_to_id == by.id else no("This exhibit is offered to somebody else.")


def may_withdraw(*, by: Actor, exhibit: HasCustody) -> Verdict:
    """Say whether the actor may take back an offer."""
    if exhibit.state == "offered" and exhibit.holder_id == by.id:
        return YES
    return no("Only the person who offered the exhibit can take the offer back.")


def may_put_away(*, by: Actor, exhibit: HasCustody) -> Verdict:
    """Say whether the actor may put the exhibit into store, leave it in a locker, reseal or return it."""
    return _holds_it(by, exhibit)


def may_take_out(*, by: Actor, exhibit: HasCustody) -> Verdict:
    """Say whether the actor may take the exhibit out of a store or a locker."""
    if exhibit.state not in {"stored", "deposited"}:
        return no("This exhibit is not in a store or a locker.")
    if by.holds("move exhibits", controller=exhibit.controller_id):
        return YES
    return no("Only those who may move exhibits can take one out of store.")


def may_receive_copy(*, by: Actor, exhibit: HasCustody) -> Verdict:
    """Say whether the actor may add a copy of the exhibit's data."""
    if by.holds("receive copies", controller=exhibit.controller_id):
        return YES
    return no("Only exhibits officers and examiners can add a copy.")


def may_examine(*, by: Actor, controller: int, examined: bool) -> Verdict:
    """Say whether the actor may ask for a copy to be examined."""
    if not by.holds("ask for examinations", controller=controller):
        return no("Your role does not let you ask for an examination.")
    return no("This copy is being examined or has been. Its catalogue is on the exhibit's page.") if examined else YES


def still_here(disposed_at: datetime | None) -> Verdict:
    """Say whether a copy is still here to be worked on."""
    return YES if disposed_at is None else no(f"This copy was disposed of on {disposed_at:%d/%m/%Y}.")


def may_run(*, by: Actor) -> Verdict:
    """Say whether the machine may run what was asked for."""
    return YES if by.holds("run examinations") else no("Only the examiner itself does that.")


def may_withhold(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may withhold a row of a catalogue."""
    if by.holds("withhold material", controller=controller):
        return YES
    return no("Only examiners and supervisors can withhold material.")


def may_read_catalogue(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may read what an examination found."""
    if by.holds("read catalogues", controller=controller):
        return YES
    return no("Your role does not let you read what is on a device.")


def may_say_read(*, by: Actor, controller: int, finished: bool, read: bool) -> Verdict:
    """Say whether the actor may say that they have read what an examination found."""
    return first_no(
        may_read_catalogue(by=by, controller=controller),
        YES if finished else no("This copy has not been examined yet. There is nothing to read."),
        no("You have said already that you read this.") if read else YES,
    )


def may_hand_out(*, by: Actor, exhibit: HasCustody) -> Verdict:
    """Say whether the actor may have a custody bundle made."""
    if by.holds("hand out bundles", controller=exhibit.controller_id):
        return YES
    return no("Only exhibits officers and supervisors can hand out a bundle.")


def may_keep_locations(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may add a store or a locker of a force."""
    if by.holds("keep locations", controller=controller):
        return YES
    return no("Only exhibits officers and administrators can add a location.")


def sound_owner_since(since: datetime, *, seized_at: datetime, at: datetime) -> Verdict:
    """Refuse to say whose a device was before it was seized, or from a moment still to come."""
    if since > at + SLACK:
        return no("That moment lies in the future. Check the date and the time.")
    return YES if since >= seized_at else no("That lies before the seizure. Choose the time of seizure or later.")


def may_propose_disposal(*, by: Actor, controller: int, disposed: bool, proposed: bool) -> Verdict:
    """Say whether the actor may propose that a copy is disposed of."""
    if disposed:
        return no("This copy has been disposed of.")
    if not by.holds("propose disposal", controller=controller):
        return no("Only exhibits officers and supervisors can propose a disposal.")
    return no("The disposal of this copy has been proposed already.") if proposed else YES


def may_approve_disposal(*, by: Actor, disposal: OfDisposal) -> Verdict:
    """Say whether the actor may approve a disposal: never the one who proposed it."""
    if disposal.state != "proposed":
        return no("This disposal does not wait for an approval.")
    if disposal.proposed_by_id == by.id:
        return no("Disposal takes two people: you proposed it, so somebody else must approve it.")
    if by.holds("approve disposal", controller=disposal.controller_id):
        return YES
    return no("Only supervisors can approve a disposal.")


def may_withdraw_disposal(*, by: Actor, disposal: OfDisposal) -> Verdict:
    """Say whether the actor may stop a disposal that has not been carried out."""
    if disposal.state not in {"proposed", "approved"}:
        return no("There is no disposal to stop: it was carried out or withdrawn.")
    powers = ("propose disposal", "approve disposal")
    if any(by.holds(power, controller=disposal.controller_id) for power in powers):
        return YES
    return no("Only exhibits officers and supervisors can stop a disposal.")


def may_dispose(*, by: Actor, disposal: OfDisposal, at: datetime, busy: bool) -> Verdict:
    """Say whether the machine may carry out a disposal: approved, its delay over, and nobody at work on the copy."""
    if not by.holds("run examinations"):
        return no("Only the night watch carries out a disposal.")
    if disposal.state != "approved" or disposal.due_at is None:
        return no("This disposal is not approved.")
    if at < disposal.due_at:
        return no(f"This disposal waits until {disposal.due_at:%d/%m/%Y %H:%M} UTC. It can be stopped until then.")
    return no("The copy is being examined or bundled. It is disposed of afterwards.") if busy else YES


def may_receive_from_queue(*, by: Actor, controller: int) -> Verdict:
    """Say whether the actor may bring in a device that an older list says was waiting."""
    if not by.holds("import records", controller=controller):
        return no("Only those who bring in old records can do that. Ask the force administrator for that post.")
    return YES if by.holds("record past acts") else no("Your role does not let you record what was done in the past.")


def sound_wait(submitted_on: date, *, seized_on: date, today: date) -> Verdict:
    """Refuse a device that was submitted before it was seized, or after today."""
    if submitted_on > today:
        return no("The day it was submitted lies in the future. Check the date.")
    return YES if submitted_on >= seized_on else no("It was submitted before it was seized. Check both dates.")


def may_take_back(*, by: Actor, exhibit: HasCustody, since: str) -> Verdict:
    """Say whether the actor may take back what an import brought in; `since` names what was done to it since."""
    if not by.holds("import records", controller=exhibit.controller_id):
        return no("Only those who bring in old records can take one back.")
    return no(f"Somebody has worked on it since it was brought in: {since}.") if since else YES


def may_complete(*, by: Actor, exhibit: HasCustody, known: bool) -> Verdict:
    """Say whether the actor may fill in what an old list did not say of an exhibit."""
    if not by.holds("seize exhibits", controller=exhibit.controller_id):
        return no("Your role does not let you fill this in. Ask an exhibits officer.")
    return no("Its legal power and its place of seizure are known already.") if known else YES
