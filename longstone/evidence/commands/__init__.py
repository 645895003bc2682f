"""What is done in the evidence room."""

from longstone.evidence.commands.custody import (
    accept,
    correct_owner_role,
    decline,
    deposit,
    offer,
    reseal,
    return_to_owner,
    seize,
    store,
    take_out,
    withdraw,
)
from longstone.evidence.commands.disposal import (
    approve_disposal,
    dispose,
    not_removed,
    propose_disposal,
    remove_bytes,
    withdraw_disposal,
)
from longstone.evidence.commands.furnishing import add_location
from longstone.evidence.commands.handing_out import bundle_failed, bundle_ready, hand_out, name_contents
from longstone.evidence.commands.material import (
    ask_for_examination,
    begin_examination,
    examination_failed,
    examination_interrupted,
    finish_examination,
    read_findings,
    receive_copy,
    sweep_staged,
    withhold,
)
from longstone.evidence.commands.queue import complete, receive_from_queue, take_back_from_queue

__all__ = [
    "accept", "add_location", "approve_disposal", "ask_for_examination", "begin_examination", "bundle_failed", "bundle_ready", "complete", "correct_owner_role", "decline", "deposit", "dispose", "examination_failed", "examination_interrupted", "finish_examination", "hand_out", "name_contents", "not_removed", "offer", "propose_disposal", "read_findings", "receive_copy", "receive_from_queue", "remove_bytes", "reseal", "return_to_owner", "seize", "store", "sweep_staged", "take_back_from_queue", "take_out", "withdraw", "withdraw_disposal", "withhold",
]  # fmt: skip
