"""A room in which disposal can be tested: two who may approve, one copy, and no delay."""

from longstone.evidence import commands, jobs, shelved
from longstone.evidence.jobs import SWEEPER
from longstone.kernel.models import Inventory, Tombstone
from longstone.kernel.store import watching

WHY = {"reason": "The review is done.", "authority": "Retention schedule 4.2"}


class Room:
    def __init__(self, force, now):
        self.force, self.now = force, now
        self.officer = force.actor("exhibits_officer", now)
        self.one, self.other = force.actor("supervisor", now), force.actor("detective", now)

    def propose(self, copy=None, by=None):
        return commands.propose_disposal(by=by or self.one, at=self.now, copy=copy or self.copy, **WHY)

    def approved(self, copy=None):
        return commands.approve_disposal(by=self.other, at=self.now, disposal=self.propose(copy))

    def disposed(self, copy=None):
        done = commands.dispose(by=SWEEPER, at=self.now, disposal=self.approved(copy))
        jobs.dispose_due(timestamp=0)
        return done


def stones():
    return sorted((one.holding, one.sha256, one.bytes_are) for one in Tombstone.objects.all())


def differences(now):
    watching.take_inventory(next(iter(shelved.holdings())), by=SWEEPER, at=now)
    return [one.kind for one in Inventory.objects.last().found_wrong.all()]
