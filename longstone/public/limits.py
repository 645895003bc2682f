"""Who sends too often? Counted in this process alone, by network and over all, and forgotten after ten minutes; no address is kept or written down.

The database role could keep no count (it adds to the inbox and reads what is published, and no more), so each process counts for itself.
The inbox's own bounds in the database hold over all processes (kernel/migrations).
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict, deque

from longstone.kernel.addresses import network

WINDOW = 600.0  # seconds
MOST_NETWORKS = 10_000
OF_ALL = b"of all"


class Limit:
    """How many tries there may be in ten minutes, from one network and from all."""

    def __init__(self, each: int, of_all: int) -> None:
        self.most = {OF_ALL: of_all}
        self.each = each
        self.salt = os.urandom(32)  # of this process: what is counted cannot be traced to an address
        self.tries: OrderedDict[bytes, deque[float]] = OrderedDict()
        self.lock = threading.Lock()

    def allows(self, address: str, *, now: float | None = None) -> bool:
        """Count one try; false where there were too many."""
        moment = time.monotonic() if now is None else now
        with self.lock:
            counted = [self._counted(name, moment) for name in (OF_ALL, self._name(address))]
            if not all(counted):
                return False
            for name in (OF_ALL, self._name(address)):
                self.tries[name].append(moment)
            return True

    def _counted(self, name: bytes, moment: float) -> bool:
        kept = self.tries.setdefault(name, deque())
        self.tries.move_to_end(name)
        while kept and moment - kept[0] >= WINDOW:
            kept.popleft()
        while len(self.tries) > MOST_NETWORKS:  # the one that was quiet for longest is forgotten first
            self.tries.popitem(last=False)
        return len(kept) < self.most.get(name, self.each)

    def _name(self, address: str) -> bytes:
        return hashlib.blake2b(network(address).encode(), key=self.salt, digest_size=16).digest()
