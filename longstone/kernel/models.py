"""The kernel's tables, and what other rooms' tables are made of."""

from longstone.kernel.controllers import Controller, Share
from longstone.kernel.erasures import Erasure
from longstone.kernel.history import Dated
from longstone.kernel.holds import Hold
from longstone.kernel.ledger.entries import Checkpoint, Cosignature, Entry, Node, Outage, Token, Witnessed
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.states import Event, Stateful, Transition
from longstone.kernel.store.models import Staged
from longstone.kernel.versions import OneUseKey, Versioned

__all__ = [
    "Checkpoint", "Controller", "Cosignature", "Dated", "Entry", "Erasure", "Event", "Hold", "Node", "OneUseKey",
    "Outage", "Scoped", "ScopedQuerySet", "Share", "Staged", "Stateful", "Token", "Transition", "Versioned", "Witnessed",
]  # fmt: skip
