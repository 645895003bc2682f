"""The kernel's tables, and what other rooms' tables are made of."""

from longstone.kernel.backups import Backup
from longstone.kernel.controllers import Controller, Share
from longstone.kernel.history import Dated
from longstone.kernel.ledger.entries import Checkpoint, Entry, Node
from longstone.kernel.ledger.restorations import Restoration
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.states import Event, Stateful, Transition
from longstone.kernel.store.models import Staged
from longstone.kernel.versions import OneUseKey, Versioned

__all__ = [
    "Backup", "Checkpoint", "Controller", "Dated", "Entry", "Event", "Node", "OneUseKey", "Restoration", "Scoped",
    "ScopedQuerySet", "Share", "Staged", "Stateful", "Transition", "Versioned",
]  # fmt: skip
