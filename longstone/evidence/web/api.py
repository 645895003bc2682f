"""What may programs do and read in the evidence room?"""

from __future__ import annotations

from datetime import datetime

from longstone.evidence.models import Bundle, Copy
from longstone.evidence.web.registers import examinations, exhibits
from longstone.kernel.api import Listing, Registered, Row, Rows
from longstone.kernel.register import listing

HANDS = "Custody passes from hand to hand, each step by a person's own sign-in: a program has no hands (D18)."
TWO = "Two people decide what is disposed of, each by their own sign-in (D20)."
WORKER = "The house's own worker does this; what it found is read from the lists."
OLD_LISTS = "An old list comes in as one act that an officer stands by, and is undone as one."
NOT_FOR_SYSTEMS = {
    **dict.fromkeys(("receive_from_queue", "take_back_from_queue"), OLD_LISTS),
    "complete": "A person says what an old list did not, and stands by it.",
    "read_findings": "A person says what they have read: a program reads nothing.",
    **dict.fromkeys(
        ("seize", "offer", "accept", "decline", "withdraw", "store", "deposit", "take_out", "reseal", "return_to_owner"), HANDS
    ),
    **dict.fromkeys(("propose_disposal", "approve_disposal"), TWO),
    **dict.fromkeys(
        (
            "begin_examination", "examination_interrupted", "finish_examination", "examination_failed", "name_contents",
            "bundle_ready", "bundle_failed", "sweep_staged", "dispose", "remove_bytes", "not_removed",
        ),
        WORKER,
    ),
}  # fmt: skip


class CopyRow(Row):
    """A copy of an exhibit's bytes, known by its digest."""

    exhibit_id: int
    sha256: str
    size: int
    received_at: datetime
    disposed_at: datetime | None


class BundleRow(Row):
    """A custody bundle, and whether it is ready."""

    exhibit_id: int
    state: str
    sha256: str
    size: int | None
    why_failed: str


LISTS: list[Listing] = [
    Registered(exhibits.REGISTER, listing),
    Rows("copies", "Copies of exhibits", CopyRow, Copy.objects.visible_to),
    Registered(examinations.REGISTER, listing),
    Rows("bundles", "Custody bundles", BundleRow, Bundle.objects.visible_to),
]
