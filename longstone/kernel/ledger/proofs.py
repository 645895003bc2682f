"""How is it shown that an entry is in the ledger, and that the ledger only grew?"""

from __future__ import annotations

from longstone.kernel.ledger import tree
from longstone.kernel.ledger.entries import Checkpoint, Cosignature, Token
from longstone.kernel.ledger.nodes import hashes
from longstone.kernel.refusals import Refusal
from verifier import note
from verifier.tree import BadProof, verify_consistency


def newest() -> Checkpoint | None:
    """Give the newest signed checkpoint, if anything was signed yet."""
    return Checkpoint.objects.order_by("-size").first()


def latest_checkpoint() -> Checkpoint:
    """Give the newest signed checkpoint; refuses when there is none."""
    last = newest()
    if last is None:
        raise Refusal("The ledger has not signed anything yet. Is the sequencer running?")
    return last


def cosigned(checkpoint: Checkpoint) -> str:
    """Give a checkpoint's note with the cosignatures that witnesses have given for it."""
    lines = Cosignature.objects.filter(checkpoint=checkpoint).order_by("pk").values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def tokens(checkpoint: Checkpoint) -> list[bytes]:
    """Give the time stamp authorities' answers for a checkpoint, as they came."""
    found = Token.objects.filter(checkpoint=checkpoint).order_by("authority")
    return [bytes(raw) for raw in found.values_list("raw", flat=True)]


def inclusion(index: int, size: int) -> list[bytes]:
    """Prove that the entry of an index is in the tree of a size."""
    return tree.inclusion(index, size, hashes(tree.inclusion_nodes(index, size)).fetch)


def consistency(old: int, new: int) -> list[bytes]:
    """Prove that the tree of one size is the beginning of the tree of another."""
    return tree.consistency(old, new, hashes(tree.consistency_nodes(old, new)).fetch)


def since(kept: note.Checkpoint, to: note.Checkpoint | None = None) -> list[bytes]:
    """Prove that one checkpoint, the newest unless another is named, continues an old one; refuses if the ledger does not."""
    last = latest_checkpoint()
    to = to or note.Checkpoint(kept.origin, last.size, bytes(last.root))
    first, second = sorted((kept, to), key=lambda one: one.size)
    if not 0 < first.size <= second.size <= last.size:
        raise Refusal(f"From {first.size} to {second.size} entries nothing can be shown: the ledger has {last.size}.")
    proof = consistency(first.size, second.size)
    try:
        verify_consistency(first.size, second.size, proof, first.root, second.root)
    except BadProof as error:
        raise Refusal(f"The ledger does not continue the checkpoint of {first.size} entries: {error}") from error
    return proof
