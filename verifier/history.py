"""Was the ledger shown to everybody alike? What a kept checkpoint, a witness or a time stamp can add. (docs/how-to/verify.md)"""

from __future__ import annotations

from verifier import note, restoration, stamp, tree
from verifier.bundle import CHECKPOINT, CONSISTENCY, naming
from verifier.records import CannotCheck, Failed
from verifier.report import Report


def check_witness(report: Report, witness: note.Key) -> None:
    """Check that a witness whose key the caller supplied has cosigned the checkpoint. Raises Failed."""
    with naming(CHECKPOINT):
        moments = note.cosigned_at(report.note, witness)
    if not moments:
        raise Failed(f"The witness {witness.name} has not cosigned {CHECKPOINT}.")
    report.checks.append(
        f"The witness {witness.name} cosigned the ledger's checkpoint at {moments[-1]:%Y-%m-%d %H:%M:%S} UTC."
    )


def check_stamps(report: Report, root: bytes) -> None:
    """Check the time stamps of an authority whose certificate (PEM) the caller supplied.

    Raises Failed if one that it issued does not hold, and CannotCheck if the bundle brings none of its.
    """
    authority, held = stamp.authority(root), False
    for path, token in sorted(report.stamps.items()):
        with naming(path):
            if name := stamp.check_signature(token, authority):
                held = True
                report.stamped.add(path)
                report.checks.append(f"{name} stamped the ledger's checkpoint at {token.moment}: {path}.")
    if not held:
        raise CannotCheck(
            "The bundle brings no time stamp of that authority. Ask the force for one, or for another root."
        )


def check_since(report: Report, old: note.Note, key: note.Key | None, given: list[bytes] | None) -> None:
    """Check that the older of two checkpoints begins the newer; the proof may be given or lie in the bundle.

    Raises Failed, or CannotCheck if the old checkpoint is not this ledger's or a proof is absent. RFC 6962, 2.1.2.
    """
    kept, found = note.parse_checkpoint(old.text), report.checkpoint
    if kept.origin != found.origin or (key and not note.verify(old, key)):
        raise CannotCheck("The old checkpoint is another ledger's, or is not signed with the key you supplied.")
    if kept.size == 0:
        raise CannotCheck("The old checkpoint is of an empty ledger, which shows nothing. Use a later one.")
    if forked := restoration.explain(kept, report.restored):
        raise Failed(f"The ledger does not continue the one that you kept a checkpoint of. {forked}")
    first, second = sorted((kept, found), key=lambda one: one.size)
    proof = _proof(report, first, second, given)
    spoiled = f", or {CONSISTENCY}{first.size} was spoiled" if proof and given is None else ""
    with naming(f"The ledger is not the one that you kept a checkpoint of{spoiled}"):
        tree.verify_consistency(first.size, second.size, proof, first.root, second.root)
    report.checks.append(
        f"The ledger only grew from {first.size} to {second.size} entries: what you kept is part of it."
    )


def _proof(report: Report, first: note.Checkpoint, second: note.Checkpoint, given: list[bytes] | None) -> list[bytes]:
    if first.size == second.size:
        return []
    if given is not None:
        return given
    if second is report.checkpoint and first.size in report.proofs:
        return report.proofs[first.size]
    told = f"from {first.size} to {second.size}"
    raise CannotCheck(f"Ask the force for its consistency proof {told} entries, and give it with --proof.")


def left(report: Report, *, witness: note.Key | None, old: note.Note | None) -> list[str]:
    """Say what was not checked, and what would: none of it is passed by silence."""
    found = [
        f"{path} says that the checkpoint was stamped at {token.moment}; by whom: give --tsa-root"
        for path, token in sorted(report.stamps.items())
        if path not in report.stamped
    ]
    found += [f"what entry {one} said: the force erased it, and owes you the legal ground" for one in report.erased]
    if witness is None:
        found.append("whether somebody outside the force saw the same ledger: give --witness")
    if old is None:
        found.append("whether history was rewritten since you last looked: give --since")
    return found
