"""The four beats: nothing is committed that was not required and recorded."""

import pytest
from django.db import transaction
from django.utils import timezone

from longstone.cases.models import Case
from longstone.kernel import ledger
from longstone.kernel.actor import NOBODY, Actor, Grant
from longstone.kernel.command import COMMANDS, command, hold, require, sitting
from longstone.kernel.database.base import WroteOutsideACommand, table_written
from longstone.kernel.models import Controller, Entry
from longstone.kernel.refusals import NotPermitted, NotVisible, Stale, Unscoped
from longstone.kernel.verdict import YES, no
from longstone.people import commands as people


@pytest.fixture
def forget():
    """Forget the commands that a test makes."""
    before = dict(COMMANDS)
    yield
    COMMANDS.clear()
    COMMANDS.update(before)


def test_an_act_that_records_nothing_is_not_committed(db, forget):
    @command
    def silent(*, by, at):
        require(YES)
        Controller.objects.create(slug="x", name="X")

    with pytest.raises(AssertionError, match="must require a verdict and record"):
        silent(by=NOBODY, at=timezone.now())

    assert not Controller.objects.filter(slug="x").exists()


def test_an_act_that_requires_nothing_is_not_committed(db, forget):
    @command
    def careless(*, by, at):
        Controller.objects.create(slug="x", name="X")
        ledger.record("x.done", on=None, by=by, at=at)

    with pytest.raises(AssertionError, match="must require"):
        careless(by=NOBODY, at=timezone.now())

    assert not Controller.objects.filter(slug="x").exists()


def test_a_refused_act_leaves_a_record_and_nothing_else(db, forget):
    @command
    def forbidden(*, by, at):
        Controller.objects.create(slug="x", name="X")
        require(no("You may not."))

    with pytest.raises(NotPermitted, match="You may not"):
        forbidden(by=NOBODY, at=timezone.now())

    assert not Controller.objects.filter(slug="x").exists()
    assert Entry.objects.filter(event="act.refused", facts__contains="You may not.").count() == 1


def test_a_refusal_outlives_the_rollback_of_what_is_around_it(db, forget):
    @command
    def forbidden(*, by, at):
        require(no("You may not."))

    with sitting(), pytest.raises(NotPermitted), transaction.atomic():
        forbidden(by=NOBODY, at=timezone.now())

    assert Entry.objects.filter(event="act.refused").count() == 1


def test_a_write_outside_a_command_is_an_error(db):
    with pytest.raises(WroteOutsideACommand):
        Controller.objects.create(slug="x", name="X")


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('INSERT INTO "cases_case" (a) VALUES (1)', "cases_case"),
        ("  update cases_case set a = 1", "cases_case"),
        ("DELETE FROM ONLY cases_case", "cases_case"),
        ("WITH x AS (SELECT 1) INSERT INTO cases_case SELECT * FROM x", "cases_case"),
        ("TRUNCATE TABLE cases_case", "cases_case"),
        ("SELECT 1", ""),
    ],
)
def test_the_guard_knows_a_write_when_it_sees_one(sql, table):
    assert table_written(sql) == table


def test_rows_of_a_subject_are_never_read_for_nobody(case):
    for read in (list, len, bool, lambda rows: rows.count(), lambda rows: rows.exists(), lambda rows: rows.first()):
        with pytest.raises(Unscoped):
            read(Case.objects.filter(pk=case.pk))
    with pytest.raises(Unscoped):
        list(case.exhibits.all())


def test_everything_needs_a_reason(case):
    assert Case.objects.everything(because="the test counts").count() == 1
    with pytest.raises(Unscoped):
        Case.objects.everything(because=" ")


def test_hold_reads_afresh_and_only_for_who_may_see(force, other_force, case, now):
    with pytest.raises(NotVisible):
        hold(case, by=other_force.actor("supervisor", now))

    assert hold(case, by=force.actor("supervisor", now)) == case


def test_the_second_window_is_told_who_changed_what(force, now):
    by = force.actor("supervisor", now)
    person = people.record_person(by=by, at=now, family_name="Invented")
    told = {"safe_channel": "telephone", "safe_contact": "01632 960001", "never_contact_by": ""}
    people.change_safe_contact(by=by, at=now, person=person, seen=1, **told)

    with pytest.raises(Stale, match="Supervisor Northshire"):
        people.change_safe_contact(by=by, at=now, person=person, seen=1, **told)


def test_a_power_reaches_only_its_controller_and_its_team():
    actor = Actor(1, "x", 1, frozenset({Grant("move", frozenset({1, 2})), Grant("close", frozenset({1}), team=5)}))

    assert actor.holds("move", controller=2)
    assert not actor.holds("move", controller=3)
    assert actor.holds("close", controller=1, team=5)
    assert not actor.holds("close", controller=1, team=6)
    assert actor.controllers_with("close") == frozenset()
