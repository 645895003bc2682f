"""What does the kernel keep from programs? What is decided by two people, and what the house writes of itself."""

from __future__ import annotations

from longstone.kernel.api import Listing

TWO = "Two people decide what is erased, each by their own sign-in (D20)."
ITSELF = "The house itself does this, by a machine of its own that no token opens."
INSTALLER = "The one who runs the server does this, on the server."
LISTS_OF_OLD = "An officer tries an old list, mends it and stands by it; a program tells each record by its own act."
ANSWERED = "A person answers what a person outside asked."
PUBLISHED = "Two people decide what is published, each by their own sign-in."
NOT_FOR_SYSTEMS = {
    "propose": TWO,
    "approve": TWO,
    "refuse": TWO,
    "erase": ITSELF,
    "lift_hold": "A person takes it on themselves that something may go; a program may only place a hold.",
    "backed_up": ITSELF,
    "record_round": ITSELF,
    "record_inventory": ITSELF,
    "probe": ITSELF,
    "keep": ITSELF,
    **dict.fromkeys(
        ("send_in", "mend_row", "mend_with_sheet", "leave_out", "give_up", "ask_to_bring_in", "ask_to_undo"), LISTS_OF_OLD
    ),
    **dict.fromkeys(
        (
            "bring_in", "undo", "not_brought_in", "not_undone", "note_mended", "note_rows", "note_trial", "refuse_sheet",
            "take_in", "empty", "forget", "gather", "count_again",
            "note_caught_up",
        ),
        ITSELF,
    ),
    **dict.fromkeys(("accept", "turn_down", "take_over", "say_answered"), ANSWERED),
    **dict.fromkeys(
        ("propose_publication", "publish", "decline_publication", "withdraw_publication"), PUBLISHED
    ),
    **dict.fromkeys(("import_region", "withdraw_region"), "A person looks at the map of what they bring in, and stands by its licence."),
    **dict.fromkeys(("keep_view", "rename_view", "forget_view"), "A view is a person's own, or their team's."),
    "explain_breach": "A person says why something was late, and stands by it.",
    "rotate": INSTALLER,
    "retire": INSTALLER,
    "reconcile": INSTALLER,
}  # fmt: skip
LISTS: list[Listing] = []
