"""Killed in the middle: afterwards everything adds up."""

import os
import subprocess
import sys
import textwrap
import time

import psycopg
import pytest
from django.conf import settings

from longstone.evidence.models import CustodyMove, Exhibit, Seal
from longstone.kernel.ledger import sequencer
from longstone.kernel.models import Entry, Staged
from longstone.kernel.store import staging
from tests.house import sent_when_free

START = """
import django, sys
django.setup()
from datetime import UTC, datetime
from longstone.cases.models import Case
from longstone.evidence import commands
from longstone.kernel.store import staging
from longstone.people.models import Staff
from longstone.people.queries import actor_for
from tests.house import seizing
at = datetime.now(UTC)
by = actor_for(Staff.objects.get(username="exhibits_officer.northshire"), at=at)
case = Case.objects.visible_to(by).get()
print("ready", flush=True)
"""
ACTS = """
for number in range(1, 9999):
    at = datetime.now(UTC)
    exhibit = commands.seize(by=by, **seizing(case, at, reference=f"ABC/{number}", seal=f"S{number}"))
    commands.offer(by=by, at=at, exhibit=exhibit, to=Staff.objects.get(username="detective.northshire"))
    print(number, flush=True)
"""
UPLOADS = """
from longstone.kernel.models import Staged
staged = staging.begin(by=by, at=at, name="big", size=400 << 20)
for number in range(400):
    staged = staging.append(staged, [bytes([number % 251]) * (1 << 20)], offset=staged.offset, at=at)
    print(staged.offset, flush=True)
"""


PIECE = 1 << 20
MOMENTS = [0, 0.02, 0.31, *(pytest.param(number / 97, marks=pytest.mark.deep) for number in range(1, 60))]


def killed(address, script, seconds):
    """Run a script against the house, kill it some time after its first line, and give the last line it acknowledged."""
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "LONGSTONE_ROLE": "worker",
        "LONGSTONE_HOME": str(settings.LONGSTONE_HOME),
    }
    env |= {"DJANGO_SETTINGS_MODULE": "longstone.site.settings", "LONGSTONE_TEST": "1"}
    told = [sys.executable, "-c", textwrap.dedent(START + script)]
    with subprocess.Popen(told, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout.readline() == "ready\n"
        first = child.stdout.readline()
        time.sleep(seconds)
        child.kill()
        lines = [first, *child.stdout.read().split()]
    return int(lines[-1])


@pytest.mark.parametrize("seconds", MOMENTS)
def test_acts_that_were_acknowledged_are_whole_and_no_other_is_seen(fresh_house, worker_house, seconds):
    acknowledged = killed(fresh_house, ACTS, seconds)

    exhibits = Exhibit.objects.everything(because="the test adds up").count()
    assert 1 <= acknowledged <= exhibits <= acknowledged + 1
    assert Seal.objects.everything(because="the test counts").count() == exhibits
    moves = CustodyMove.objects.count()
    assert 2 * acknowledged <= moves <= 2 * exhibits
    assert Entry.objects.filter(on_kind="exhibit").count() == moves
    sequencer.catch_up()
    assert not Entry.objects.filter(leaf=None).exists()


@pytest.mark.parametrize("seconds", MOMENTS)
def test_an_upload_goes_on_from_what_was_acknowledged(fresh_house, worker_house, seconds):
    _, now, _ = worker_house
    acknowledged = killed(fresh_house, UPLOADS, seconds)

    staged = Staged.objects.get()
    assert PIECE <= acknowledged <= staged.offset <= acknowledged + PIECE
    assert staging._path(staged.pk).stat().st_size >= staged.offset
    piece = sent_when_free(staged, [b"\xff" * 1000], at=now)
    assert piece.offset == staged.offset + 1000
    with staging._path(staged.pk).open("rb") as kept:
        for number in range(staged.offset // PIECE):
            assert kept.read(PIECE) == bytes([number % 251]) * PIECE
        assert kept.read() == b"\xff" * 1000


def test_a_backend_killed_in_the_middle_of_an_act_leaves_nothing_half_done(fresh_house, worker_house):
    from django.db import OperationalError, connection, transaction

    from longstone.evidence import commands
    from tests.house import seizing

    force, now, case = worker_house
    by = force.actor("exhibits_officer", now)
    with pytest.raises(OperationalError), transaction.atomic():
        commands.seize(by=by, **seizing(case, now))
        with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as admin:
            pid = connection.connection.info.backend_pid
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.cursor().execute("SELECT 1")
    connection.close()

    assert Exhibit.objects.everything(because="the test adds up").count() == 0
    assert Entry.objects.filter(on_kind="exhibit").count() == 0
