"""Two at once: lists that hold the same rows, and acts on one list."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import transaction

from longstone.evidence.models import Exhibit
from longstone.kernel.imports import commands, working
from longstone.site.importing import jobs
from tests.imports.specimens import as_csv, good, rows
from tests.racing import PATIENCE, in_thread, somebody_waits


def together(address, first, second):
    """Let the second come while the first has not committed; say whether it waited."""
    reached, go_on = threading.Event(), threading.Event()

    def one():
        with transaction.atomic():
            first()
            reached.set()
            go_on.wait(PATIENCE)

    threads = [in_thread(one)]
    assert reached.wait(PATIENCE)
    threads.append(in_thread(second))
    waited = somebody_waits(address, threads[1])
    go_on.set()
    for thread in threads:
        thread.join()
    return waited


@pytest.mark.parametrize("sealed", [True, False])
def test_two_lists_that_come_in_at_once_bring_a_row_in_once_and_the_second_is_told_so(
    fresh_house, importing_house, sealed
):
    importing = importing_house
    found = [[*row[:5], row[5] if sealed else "unknown (legacy)", *row[6:]] for row in rows(3, 0, importing.store)]
    one, other = (importing.send(as_csv(some)) for some in (found, [*found, good(5, importing.store)]))
    for sent in (one, other):
        commands.ask_to_bring_in(by=importing.by, at=datetime.now(UTC), imported=sent)

    waited = together(
        fresh_house,
        lambda: working.bring_in(by=importing.by, at=datetime.now(UTC), imported=one),
        lambda: jobs.bring_in(other.pk, importing.staff.pk),
    )

    one, other = importing.again(one), importing.again(other)
    assert waited
    assert (one.state, other.state, other.already, other.good, other.faulty) == ("in", "tried", 3, 1, 0)
    assert other.why.startswith("Something has changed since the list was tried.")
    assert importing.bring_in(other).state == "in"
    assert Exhibit.objects.visible_to(importing.by).count() == 4


def test_whoever_waits_for_a_list_holds_none_of_its_rows(fresh_house, importing_house):
    importing = importing_house
    sent = importing.send(as_csv(rows(3, 1, importing.store)))
    (row,) = importing.rows(sent, "faulty")
    told = {"by": importing.by, "at": datetime.now(UTC), "row": row, "corrections": {"seized_on": "01/02/2023"}}

    with psycopg.connect(fresh_house) as other:
        other.execute("SELECT FROM kernel_import WHERE id = %s FOR UPDATE", [sent.pk])
        mending = in_thread(lambda: commands.mend_row(**told))
        assert somebody_waits(fresh_house, mending)
        other.execute("SELECT FROM kernel_importrow WHERE id = %s FOR UPDATE NOWAIT", [row.pk])
    mending.join()

    assert [one.line for one in importing.rows(sent, "good")] == [2, 3, 4]
