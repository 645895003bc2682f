"""What tests of imports are given: a force with somebody who may bring lists in, and a way to send one in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from longstone.kernel.imports import commands
from longstone.kernel.imports.models import Import, ImportRow
from longstone.kernel.store import staging
from longstone.people import commands as people
from longstone.site.importing import jobs
from tests.house import installer


class Importing:
    """A force, its importer, and what they do."""

    def __init__(self, force, now):
        self.force, self.now = force, now
        self.staff = force.staff["exhibits_officer"]
        people.appoint(
            by=installer(force.controller), at=now, staff=self.staff, role="importer", from_on=date(2020, 1, 1)
        )

    @property
    def by(self):
        return self.force.actor("exhibits_officer", self.now)

    @property
    def store(self):
        return str(self.force.store)

    def staged(self, content, name="queue.csv"):
        staged = staging.begin(by=self.by, at=self.now, name=name, size=len(content))
        staging.append(staged, [content], offset=0, at=self.now)
        return staged.pk

    def send(self, content, *, name="queue.csv", open_cases=True):
        """Send a list in, and let it be tried."""
        sent = commands.send_in(
            by=self.by, at=datetime.now(UTC), definition="existing_queue", staged=self.staged(content, name),
            options={"open_cases": open_cases},
        )  # fmt: skip
        jobs.try_list(sent.pk, self.staff.pk)
        return self.again(sent)

    def again(self, sent):
        return Import.objects.visible_to(self.by).get(pk=sent.pk)

    def rows(self, sent, state):
        return list(ImportRow.objects.visible_to(self.by).filter(of=sent, state=state).order_by("line"))

    def work(self, sent):
        """Do the work that is asked for."""
        for job in (jobs.try_list, jobs.bring_in, jobs.undo):
            job(sent.pk, self.staff.pk)

    def bring_in(self, sent):
        commands.ask_to_bring_in(by=self.by, at=datetime.now(UTC), imported=sent)
        jobs.bring_in(sent.pk, self.staff.pk)
        return self.again(sent)

    def undo(self, sent, reason="It was the wrong list."):
        commands.ask_to_undo(by=self.by, at=datetime.now(UTC), imported=sent, reason=reason)
        jobs.undo(sent.pk, self.staff.pk)
        return self.again(sent)


@pytest.fixture
def importing(force, now):
    """Give an importer, in a transaction of the test's own."""
    return Importing(force, now)


@pytest.fixture
def importing_house(worker_house):
    """Give an importer in a house of its own, with real commits."""
    force, now, _ = worker_house
    return Importing(force, now)
