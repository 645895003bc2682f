"""Killed in the middle of bringing in or undoing: nothing is half in, and the work that begins again does all of it, once."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime

import pytest
from django.conf import settings

from longstone.evidence.models import Exhibit, Seal
from longstone.kernel.imports import commands
from longstone.kernel.imports.models import ImportProgress
from longstone.kernel.imports.sheets import child
from longstone.kernel.models import Entry
from longstone.site.importing import jobs
from tests.imports.specimens import as_csv, rows

WORK = """
import django, sys
django.setup()
from longstone.site.importing import jobs
WORK = {"trying": jobs.try_list, "bringing in": jobs.bring_in, "undoing": jobs.undo}
WORK[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
"""
ROWS = 160


def killed(address, work, sent, staff, done):
    """Begin some work in a process of its own, and kill it once so many rows are done; give how many were."""
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "LONGSTONE_ROLE": "worker",
        "LONGSTONE_HOME": str(settings.LONGSTONE_HOME),
    }
    env |= {"DJANGO_SETTINGS_MODULE": "longstone.site.settings", "LONGSTONE_TEST": "1"}
    told = [sys.executable, "-c", textwrap.dedent(WORK), work, str(sent.pk), str(staff.pk)]
    with subprocess.Popen(told, env=env) as child:
        while (so_far := ImportProgress.objects.get(of=sent)).done < done or so_far.doing != work:
            assert child.poll() is None
            time.sleep(0.02)
        child.kill()
    return so_far.done


def counts():
    exhibits = Exhibit.objects.everything(because="the test adds up")
    return (
        exhibits.exclude(state="undone").count(),
        Seal.objects.everything(because="the test counts").filter(undone_at=None).count(),
        Entry.objects.filter(on_kind="exhibit").count(),
    )


@pytest.mark.slow
def test_a_list_killed_on_its_way_in_has_left_nothing_and_comes_in_whole_when_begun_again(fresh_house, importing_house):
    importing = importing_house
    sent = importing.send(as_csv(rows(ROWS, 0, importing.store)))
    commands.ask_to_bring_in(by=importing.by, at=datetime.now(UTC), imported=sent)

    done = killed(fresh_house, "bringing in", sent, importing.staff, 50)

    assert 50 <= done < ROWS
    assert counts() == (0, 0, 0)
    assert importing.again(sent).state == "bringing_in"
    importing.work(sent)
    assert counts() == (ROWS, ROWS, ROWS)
    importing.work(sent)  # a job that is run a second time finds it done
    assert counts() == (ROWS, ROWS, ROWS)


@pytest.mark.slow
def test_a_list_killed_while_it_is_undone_is_whole_still_and_undone_whole_when_begun_again(
    fresh_house, importing_house
):
    importing = importing_house
    sent = importing.bring_in(importing.send(as_csv(rows(ROWS, 0, importing.store))))
    commands.ask_to_undo(by=importing.by, at=datetime.now(UTC), imported=sent, reason="It was the wrong list.")

    killed(fresh_house, "undoing", sent, importing.staff, 50)

    assert counts() == (ROWS, ROWS, ROWS)
    importing.work(sent)
    assert counts() == (0, 0, 2 * ROWS)
    assert importing.again(sent).state == "undone"


@pytest.mark.slow
def test_a_trial_killed_midway_begins_again_with_the_rows_that_were_read(fresh_house, importing_house):
    importing = importing_house
    sent = commands.send_in(
        by=importing.by,
        at=datetime.now(UTC),
        definition="existing_queue",
        staged=importing.staged(as_csv(rows(ROWS, 7, importing.store))),
        options={"open_cases": True},
    )

    killed(fresh_house, "trying", sent, importing.staff, 50)

    assert counts() == (0, 0, 0)
    importing.work(sent)
    sent = importing.again(sent)
    assert (sent.state, sent.good, sent.faulty) == ("tried", ROWS - 7, 7)
    assert Entry.objects.filter(event="list.read").count() == 1


def sent_in(importing):
    content = importing.staged(as_csv(rows(3, 0, importing.store)))
    told = {"definition": "existing_queue", "staged": content, "options": {"open_cases": True}}
    return commands.send_in(by=importing.by, at=datetime.now(UTC), **told)


def test_a_list_whose_work_fails_by_a_fault_that_nobody_foresaw_has_a_way_out(importing, monkeypatch):
    sent = sent_in(importing)
    monkeypatch.setattr(child.sys, "executable", "/nowhere/python")  # no process can be begun any more
    with pytest.raises(FileNotFoundError):
        jobs.try_list(sent.pk, importing.staff.pk)

    jobs.let_go(timestamp=0)

    sent = importing.again(sent)
    assert (sent.state, sent.why[:32]) == ("refused", "The machine failed at this list,")
    assert commands.give_up(by=importing.by, at=importing.now, imported=sent, reason="Once more.").state == "given_up"


def test_a_list_that_nobody_brings_in_or_undoes_any_more_goes_back_to_what_it_was(importing):
    sent = importing.send(as_csv(rows(3, 0, importing.store)))
    commands.ask_to_bring_in(by=importing.by, at=datetime.now(UTC), imported=sent)

    jobs.let_go(timestamp=0)

    assert importing.again(sent).state == "tried"
    sent = importing.bring_in(importing.again(sent))
    commands.ask_to_undo(by=importing.by, at=datetime.now(UTC), imported=sent, reason="It was the wrong list.")
    jobs.let_go(timestamp=0)
    assert importing.again(sent).state == "in"


def test_a_list_whose_work_waits_or_runs_is_left_to_it(importing):
    sent = sent_in(importing)
    jobs.try_list.defer(import_id=sent.pk, staff=importing.staff.pk)

    jobs.let_go(timestamp=0)

    assert importing.again(sent).state == "reading"
