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
    receive_copy,
    sweep_staged,
    withhold,
)

__all__ = [
    "accept", "add_location", "approve_disposal", "ask_for_examination", "begin_examination", "bundle_failed", "bundle_ready", "correct_owner_role", "decline", "deposit", "dispose", "examination_failed", "examination_interrupted", "finish_examination", "hand_out", "name_contents", "not_removed", "offer", "propose_disposal", "receive_copy", "remove_bytes", "reseal", "return_to_owner", "seize", "store", "sweep_staged", "take_out", "withdraw", "withdraw_disposal", "withhold",
]  # fmt: skip
