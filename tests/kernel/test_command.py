"""The four beats: nothing is committed that was not required and recorded."""

import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from longstone.cases.models import Case
from longstone.kernel import ledger
from longstone.kernel.actor import NOBODY, Actor, Grant
from longstone.kernel.command import COMMANDS, command, hold, require, sitting
from longstone.kernel.database.base import WroteOutsideACommand, tables_written
from longstone.kernel.models import Controller, Entry
from longstone.kernel.refusals import AlreadyDone, NotPermitted, NotVisible, Refusal, Stale, Unscoped
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


CHANGE = "UPDATE cases_case SET title = title"


@pytest.mark.parametrize(
    "statement",
    [
        CHANGE, CHANGE.encode(), sql.SQL(CHANGE), sql.SQL("UPDATE {} SET title = title").format(sql.Identifier("cases_case")),
        f"/* a note */ {CHANGE}", f"-- a note\n{CHANGE}", f"SELECT 1; {CHANGE}", f"EXPLAIN ANALYZE {CHANGE}",
        f"DO $$ BEGIN {CHANGE}; END $$", f"UPDATE django_session SET session_key = session_key; {CHANGE}",
        "WITH gone AS (DELETE FROM cases_case RETURNING 1) SELECT * FROM gone",
    ],
    ids=lambda statement: repr(statement)[:60],
)  # fmt: skip
def test_no_form_of_a_write_passes_the_guard(db, statement):
    with pytest.raises(WroteOutsideACommand, match="cases_case"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ('INSERT INTO "cases_case" (a) VALUES (1)', ["cases_case"]),
        ("  update cases_case set a = 1", ["cases_case"]),
        ('UPDATE "public"."cases_case" SET a = 1', ["cases_case"]),
        ("DELETE FROM ONLY cases_case", ["cases_case"]),
        ("WITH x AS (SELECT 1), y AS (SELECT 2) INSERT INTO cases_case SELECT * FROM x", ["cases_case"]),
        ("TRUNCATE TABLE cases_case", ["cases_case"]),
        ("COPY cases_case (a) FROM STDIN", ["cases_case"]),
        ("MERGE INTO cases_case USING b ON false WHEN MATCHED THEN DO NOTHING", ["cases_case"]),
        ("INSERT INTO a (b) VALUES (1) ON CONFLICT (b) DO UPDATE SET b = 2", ["a"]),
        ("SELECT 1", []),
        ("SELECT * FROM cases_case WHERE (a = 1) FOR UPDATE OF cases_case", []),
        ("SELECT 'it''s; UPDATE cases_case SET a = 1'", []),
        ("SELECT 1 -- ; UPDATE cases_case SET a = 1", []),
    ],
)
def test_the_guard_knows_a_write_when_it_sees_one(statement, tables):
    assert tables_written(statement) == tables


@pytest.mark.parametrize("mixed", [
    lambda mine, all_: mine | all_, lambda mine, all_: all_ | mine, lambda mine, all_: mine ^ all_,
    lambda mine, all_: mine.union(all_), lambda mine, all_: all_.union(mine), lambda mine, all_: mine.union(mine, all_),
    lambda mine, all_: mine.none().union(all_), lambda mine, _: mine.raw("SELECT * FROM cases_case"),
], ids=["or", "or, the other way", "xor", "union", "union, the other way", "union of three", "union of none", "raw"])  # fmt: skip
def test_rows_for_nobody_cannot_be_mixed_in(case, mixed):
    mine = Case.objects.visible_to(NOBODY)

    with pytest.raises(Unscoped):
        list(mixed(mine, Case.objects.all()))


def test_what_two_may_see_can_be_joined(force, other_force, case, now):
    ours, theirs = (one.actor("supervisor", now) for one in (force, other_force))

    joined = Case.objects.visible_to(theirs) | Case.objects.visible_to(ours)

    assert list(joined) == [case]
    assert list(Case.objects.visible_to(theirs).union(Case.objects.visible_to(ours))) == [case]


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


def test_a_form_of_another_sign_in_does_nothing_and_tells_nothing(case, force):
    from longstone.kernel import versions

    once = uuid.uuid4()
    versions.spend(once, by_id=force.staff["detective"].pk)
    versions.made(once, case)

    with pytest.raises(Refusal, match="another sign-in") as refused:
        versions.spend(once, by_id=force.staff["supervisor"].pk)

    assert not isinstance(refused.value, AlreadyDone)
