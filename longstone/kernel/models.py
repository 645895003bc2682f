"""The kernel's tables, and what other rooms' tables are made of."""

from longstone.kernel.backups import Backup
from longstone.kernel.controllers import Controller, Share
from longstone.kernel.erasures import Erasure
from longstone.kernel.history import Dated
from longstone.kernel.holds import Hold
from longstone.kernel.ledger.entries import Checkpoint, Cosignature, Entry, Node, Outage, Token, Witnessed
from longstone.kernel.ledger.restorations import Restoration
from longstone.kernel.register.views import View
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.states import Event, Stateful, Transition
from longstone.kernel.store.models import Check, Difference, Inventory, ObjectKey, Probe, Staged, Tombstone
from longstone.kernel.versions import OneUseKey, Versioned

__all__ = [
    "Backup", "Check", "Checkpoint", "Controller", "Cosignature", "Dated", "Difference", "Entry", "Erasure", "Event", "Hold", "Inventory",
    "Node", "ObjectKey", "OneUseKey", "Outage", "Probe", "Restoration", "Scoped", "ScopedQuerySet", "Share", "Staged", "Stateful",
    "Token", "Tombstone", "Transition", "Versioned", "View", "Witnessed",
]  # fmt: skip
