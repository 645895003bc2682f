"""Who may bring a list in, mend it, bring it in whole, and undo it?"""

from typing import Protocol

from longstone.kernel.actor import Actor
from longstone.kernel.flows import START, flow
from longstone.kernel.verdict import YES, Verdict, first_no, no

POWER, PAST, RUN = "import records", "record past acts", "run imports"
IMPORT = flow(
    "import",
    words={
        "reading": "being read and tried",
        "refused": "refused",
        "tried": "tried",
        "bringing_in": "being brought in",
        "in": "brought in",
        "undoing": "being undone",
        "undone": "undone",
        "given_up": "given up",
    },
    moves={
        START: {"reading"},
        "reading": {"tried", "refused"},
        "tried": {"reading", "bringing_in", "given_up"},
        "bringing_in": {"in", "tried"},
        "in": {"undoing"},
        "undoing": {"undone", "in"},
        "refused": {"given_up"},
        "undone": set(),
        "given_up": set(),
    },
)
NOT_IN_YET = ("reading", "tried", "bringing_in")  # somebody has still to do something, or the house has
ROWS = {
    "read": "not tried yet",
    "good": "right",
    "faulty": "to be mended",
    "already": "brought in before",
    "left_out": "left out",
    "in": "brought in",
    "undone": "taken back",
}


class OfImport(Protocol):
    """What a rule needs to know of an import."""

    @property
    def controller_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def good(self) -> int: ...
    @property
    def faulty(self) -> int: ...


def may_import(*, by: Actor, controller: int, past: bool = False) -> Verdict:
    """Say whether the actor may bring lists in; `past` says that the list tells of what was done long ago."""
    if not by.holds(POWER, controller=controller):
        return no("Only an importer of old records can do that. Ask the force administrator for that post.")
    if past and not by.holds(PAST):
        return no("Your role does not let you record what was done in the past.")
    return YES


def _stands(imported: OfImport, *states: str) -> Verdict:
    if imported.state in states:
        return YES
    return no(f"This list is {IMPORT.words[imported.state]}. Open its page again to see what can be done now.")


def may_mend(*, by: Actor, imported: OfImport) -> Verdict:
    """Say whether the actor may mend rows, or leave them out."""
    return first_no(may_import(by=by, controller=imported.controller_id), _stands(imported, "tried"))


def may_bring_in(*, by: Actor, imported: OfImport) -> Verdict:
    """Say whether the list may be brought in: every row is right, was brought in before, or is left out."""
    verdict = may_mend(by=by, imported=imported)
    if not verdict:
        return verdict
    if imported.faulty:
        rows = "1 row is" if imported.faulty == 1 else f"{imported.faulty:,} rows are"
        return no(f"{rows} still to be mended. Mend them, or leave them out.")
    return YES if imported.good else no("There is nothing to bring in: no row is new and right.")


def may_go_on(*, by: Actor, imported: OfImport, state: str) -> Verdict:
    """Say whether work that was asked for may be done now; what cannot be done, the machine itself may say."""
    may = YES if by.holds(RUN) else may_import(by=by, controller=imported.controller_id)
    return first_no(may, _stands(imported, state))


def may_undo(*, by: Actor, imported: OfImport) -> Verdict:
    """Say whether the actor may undo the import."""
    return first_no(may_import(by=by, controller=imported.controller_id), _stands(imported, "in"))


def may_give_up(*, by: Actor, imported: OfImport) -> Verdict:
    """Say whether the actor may give a list up that was not brought in."""
    return first_no(may_import(by=by, controller=imported.controller_id), _stands(imported, "tried", "refused"))


def said(reason: str) -> Verdict:
    """Refuse an act without its reason."""
    return YES if reason.strip() else no("Say why: the reason stands in the record.")
