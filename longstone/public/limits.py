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
SWEEP = 60.0  # seconds, while there is something to forget
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
        self.sweeping: threading.Timer | None = None

    def allows(self, address: str, *, now: float | None = None) -> bool:
        """Count one try; false where there were too many."""
        moment, names = time.monotonic() if now is None else now, (OF_ALL, self._name(address))
        with self.lock:
            self._forget(moment)
            if any(len(self.tries.get(name, ())) >= self.most.get(name, self.each) for name in names):
                return False
            for name in names:
                self._keep(name, moment)
            return True

    def _keep(self, name: bytes, moment: float) -> None:
        self.tries.setdefault(name, deque()).append(moment)
        self.tries.move_to_end(name)
        while len(self.tries) > MOST_NETWORKS:  # the one that was quiet for longest is forgotten first
            self.tries.popitem(last=False)
        if self.sweeping is None:
            self._sweep_later()

    def _forget(self, moment: float) -> None:
        """Forget the tries of more than ten minutes ago, and the networks that have no others."""
        for name, kept in list(self.tries.items()):
            while kept and moment - kept[0] >= WINDOW:
                kept.popleft()
            if not kept:
                del self.tries[name]

    def _sweep_later(self) -> None:
        self.sweeping = threading.Timer(SWEEP, self._sweep)
        self.sweeping.daemon = True  # the process does not wait for it
        self.sweeping.start()

    def _sweep(self) -> None:
        """Forget in time though nobody comes, and come again while there is something to forget."""
        with self.lock:
            self._forget(time.monotonic())
            self.sweeping = None
            if self.tries:
                self._sweep_later()

    def _name(self, address: str) -> bytes:
        return hashlib.blake2b(network(address).encode(), key=self.salt, digest_size=16).digest()
