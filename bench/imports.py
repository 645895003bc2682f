"""How long does a list take? 4,000 rows, 37 of them bad: tried, brought in and undone, beside the bare acts in one transaction.

python -m bench.imports [--rows N] [--bad N]

On a server that waits for its disk, with the worker's role and without the tests' guard on writes. Seconds are printed with the load; what is
gated is a ratio within one run: bringing in over the same acts done one after another in one transaction, at most 1.3.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from typing import Any

from bench.empty_house import empty_house
from bench.said import ended, said
from bench.sequencer import elapsed


def arguments() -> argparse.Namespace:
    """Read what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=4000)
    asked.add_argument("--bad", type=int, default=37)
    return asked.parse_args()


def importer() -> tuple[Any, Any]:
    """Make a force with somebody who may bring lists in."""
    from longstone.kernel import keys
    from longstone.people import commands as people
    from tests.house import installer, make_force

    keys.ensure("sealed")
    at = datetime.now(UTC)
    force = make_force("northshire", at)
    staff, by = force.staff["exhibits_officer"], installer(force.controller)
    people.appoint(by=by, at=at, staff=staff, role="importer", from_on=date(2020, 1, 1))
    return force, staff


def sent_in(force: Any, content: bytes) -> Any:
    """Send a list in."""
    from longstone.kernel.imports import commands
    from longstone.kernel.store import staging

    at = datetime.now(UTC)
    by = force.actor("exhibits_officer", at)
    staged = staging.begin(by=by, at=at, name="queue.csv", size=len(content))
    staging.append(staged, [content], offset=0, at=at)
    told = {"definition": "existing_queue", "staged": staged.pk, "options": {"open_cases": True}}
    return commands.send_in(by=by, at=at, **told)


def bare(force: Any, sent: Any) -> None:
    """Do the acts of the right rows one after another in one transaction, and take them back."""
    from django.db import transaction

    from longstone.kernel.imports.models import ImportRow
    from longstone.kernel.imports.trying import Trial

    by = force.actor("exhibits_officer", datetime.now(UTC))
    trial = Trial(sent, by=by, at=datetime.now(UTC))
    rows = ImportRow.objects.visible_to(by).filter(of=sent, state="good").order_by("line")
    read = [trial._read(row)[1] for row in rows]  # noqa: SLF001 - the floor is the acts alone, so their reading is done before
    with transaction.atomic():
        for given in read:
            trial.told.run(by=by, at=trial._moment(given), **given, **sent.options)  # noqa: SLF001 - as above
        transaction.set_rollback(True)


def measure(told: argparse.Namespace) -> None:
    """Take the list through all of its way."""
    from longstone.kernel.imports import commands
    from longstone.site.importing import jobs
    from tests.imports.specimens import as_csv, rows

    force, staff = importer()
    sent = sent_in(force, as_csv(rows(told.rows, told.bad, str(force.store))))
    tried = elapsed(lambda: jobs.try_list(sent.pk, staff.pk))
    at = datetime.now(UTC)
    by = force.actor("exhibits_officer", at)
    sent = type(sent).objects.visible_to(by).get(pk=sent.pk)
    commands.leave_out(by=by, at=at, imported=sent, reason="They are mended later.")
    floor = elapsed(lambda: bare(force, sent))
    commands.ask_to_bring_in(by=by, at=at, imported=sent)
    brought = elapsed(lambda: jobs.bring_in(sent.pk, staff.pk))
    commands.ask_to_undo(by=by, at=datetime.now(UTC), imported=sent, reason="It was the wrong list.")
    undone = elapsed(lambda: jobs.undo(sent.pk, staff.pk))
    for name, seconds in (("tried", tried), ("brought in", brought), ("undone", undone)):
        print(
            f"{told.rows} rows, {sent.faulty} bad, {name}: {seconds:.1f} s; load {os.getloadavg()[0]:.1f}", flush=True
        )
    said("bringing in over the bare acts", brought / floor, "at most 1.3", ok=brought / floor <= 1.3)


def main() -> None:
    """Measure as the worker does."""
    given = arguments()
    with empty_house("worker"):
        import django

        django.setup()
        measure(given)


if __name__ == "__main__":
    main()
    sys.exit(ended())
