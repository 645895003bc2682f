"""How is it shown that an entry is in the ledger, and that the ledger only grew?"""

from __future__ import annotations

from longstone.kernel.ledger import tree
from longstone.kernel.ledger.entries import Checkpoint
from longstone.kernel.ledger.sequencer import fetch
from longstone.kernel.refusals import Refusal


def latest_checkpoint() -> Checkpoint:
    """Give the newest signed checkpoint."""
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        raise Refusal("The ledger has not signed anything yet. Is the sequencer running?")
    return last


def inclusion(index: int, size: int) -> list[bytes]:
    """Prove that the entry of an index is in the tree of a size."""
    return tree.inclusion(index, size, fetch)


def consistency(old: int, new: int) -> list[bytes]:
    """Prove that the tree of one size is the beginning of the tree of another."""
    return tree.consistency(old, new, fetch)
