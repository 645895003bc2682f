"""The kernel's tables, and what other rooms' tables are made of."""

from longstone.kernel.backups import Backup
from longstone.kernel.clocks.models import ClockFact, ClockFollowed, ClockRun
from longstone.kernel.controllers import Controller, Share
from longstone.kernel.erasures import Erasure
from longstone.kernel.history import Dated
from longstone.kernel.holds import Hold
from longstone.kernel.imports.models import Import, ImportMove, ImportProgress, ImportRow
from longstone.kernel.inbox.models import Enquiry, EnquiryMove, Inbox, Publication, PublicationMove
from longstone.kernel.ledger.entries import (
    Checkpoint,
    Cosignature,
    Entry,
    Leaf,
    Node,
    Outage,
    Token,
    Waiting,
    Witnessed,
)
from longstone.kernel.ledger.restorations import Restoration
from longstone.kernel.maps.models import Area, Region
from longstone.kernel.register.views import View
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.states import Event, Stateful, Transition
from longstone.kernel.store.models import Check, Difference, Inventory, ObjectKey, Probe, Staged, Tombstone
from longstone.kernel.versions import OneUseKey, Versioned

__all__ = [
    "Area", "Backup", "Check", "Checkpoint", "ClockFact", "ClockFollowed", "ClockRun", "Controller", "Cosignature", "Dated",
    "Difference", "Enquiry", "EnquiryMove", "Entry", "Erasure", "Event", "Hold", "Import", "ImportMove", "ImportProgress",
    "ImportRow", "Inbox", "Inventory", "Leaf", "Node", "ObjectKey", "OneUseKey", "Outage", "Probe", "Publication",
    "PublicationMove", "Region", "Restoration", "Scoped", "ScopedQuerySet", "Share", "Staged", "Stateful", "Token", "Tombstone",
    "Transition", "Versioned", "View", "Waiting", "Witnessed",
]  # fmt: skip
