"""Two at once: bytes that are claimed in the moment in which they are removed are not lost, whoever comes first."""

import threading
import time

import psycopg
from django.db import connection, transaction

from longstone.evidence import commands
from longstone.evidence.jobs import SWEEPER
from longstone.kernel import store
from longstone.kernel.models import Tombstone
from longstone.kernel.store import staging
from tests.evidence.room import stones

TOLD = b"no file system " * 100
PATIENCE = 30.0


def in_thread(work):
    """Run work with a connection of its own."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def waits_for_a_lock(address, done):
    """Say whether somebody waits for an advisory lock, as soon as somebody does or the other one is through."""
    until = time.monotonic() + PATIENCE
    with psycopg.connect(address.replace("longstone_worker", "app"), autocommit=True) as admin:
        while time.monotonic() < until and not done.is_set():
            if admin.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
                return True
            time.sleep(0.01)
    return False


class Two:
    """A removal and a claim of the same bytes; the first stops before its commit until the second waits, or is through."""

    def __init__(self, room):
        commands.dispose(by=SWEEPER, at=room.now, disposal=room.approved())
        staged = staging.begin(by=room.officer, at=room.now, name="image.raw", size=len(TOLD))
        self.room, self.staged = room, staging.append(staged, [TOLD], offset=0, at=room.now)
        self.stone = Tombstone.objects.get()
        self.reached, self.go_on, self.through = threading.Event(), threading.Event(), threading.Event()

    def claim(self):
        told = {"by": self.room.officer, "at": self.room.now, "exhibit": self.room.exhibit}
        commands.receive_copy(**told, staged=self.staged.pk)

    def remove(self):
        commands.remove_bytes(by=SWEEPER, at=self.room.now, stone=self.stone)

    def meet(self, first, second, address):
        """Let the second come while the first has not committed; say whether it waited."""

        def one():
            with transaction.atomic():
                first()
                self.reached.set()
                self.go_on.wait(PATIENCE)

        def other():
            second()
            self.through.set()

        threads = [in_thread(one)]
        assert self.reached.wait(PATIENCE)
        threads.append(in_thread(other))
        waited = waits_for_a_lock(address, self.through)
        self.go_on.set()
        for thread in threads:
            thread.join()
        return waited


def test_a_removal_waits_for_a_claim_and_then_leaves_the_bytes(room, fresh_house):
    two = Two(room)

    assert two.meet(two.claim, two.remove, fresh_house)

    assert store.current().verify(room.copy.sha256).size == len(TOLD)
    assert stones() == [("store", room.copy.sha256, "shared")]


def test_a_claim_waits_for_a_removal_and_then_keeps_the_bytes_anew(room, fresh_house):
    two = Two(room)

    assert two.meet(two.remove, two.claim, fresh_house)

    assert store.current().verify(room.copy.sha256).size == len(TOLD)
    assert stones() == [("store", room.copy.sha256, "removed")]
