"""The second wall: what row security keeps back when a queryset forgot for whom it is."""

import contextlib
import json

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from longstone.cases import commands as cases
from longstone.cases.models import Allocation, Case, CaseMove, Involvement
from longstone.evidence.models import CustodyMove, Exhibit, OwnerRole, Seal, Withheld
from longstone.kernel.acting import acting
from longstone.kernel.refusals import Unscoped
from longstone.people.models import Person
from tests.sees.conftest import nobody

FORGOT = "the queryset forgot for whom it is"


def rows(model):
    manager = model.objects
    return manager.everything(because=FORGOT) if hasattr(manager, "everything") else manager.all()


def walled():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


BENEATH = [Case, CaseMove, Allocation, Involvement, Exhibit, Seal, CustodyMove, OwnerRole]


def test_the_web_is_no_owner_and_bypasses_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute(
            "SELECT current_user, array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public'"
        )
        assert cursor.fetchone() == ("longstone_web", ["longstone_owner"])


def test_everything_that_hangs_on_a_case_is_walled(db):
    names = set(walled())
    free = {"evidence_location"}  # a store or a locker is the force's own
    wanted = {one._meta.db_table for one in apps.get_models() if one._meta.app_label in {"cases", "evidence"}} - free

    assert wanted <= names
    assert {"people_person", "people_marker"} <= names


@pytest.mark.parametrize("model", BENEATH)
def test_where_nobody_acts_there_is_nothing(exhibit, victim, model):
    assert rows(model).exists()
    with nobody():
        assert not rows(model).exists()


@pytest.mark.parametrize("model", BENEATH)
def test_a_restricted_case_and_all_beneath_it_are_kept_back_from_whoever_is_not_named(
    exhibit, victim, restricted, actor, model
):
    with acting(actor("forensic_examiner")):
        assert not rows(model).exists()
    with acting(actor("supervisor")):
        assert rows(model).exists()


@pytest.mark.parametrize("model", BENEATH)
def test_what_somebody_is_connected_to_is_kept_back_from_them_in_any_role(exhibit, victim, actor, force, now, model):
    by = actor("professional_standards")
    case = Case.objects.visible_to(by).get()
    cases.record_connection(
        by=by, at=now, case=case, staff=force.staff["supervisor"], how="relative", reason="A sister"
    )

    with acting(actor("supervisor")):
        assert not rows(model).exists()
    with acting(actor("detective")):
        assert rows(model).exists()


def test_what_is_in_somebodys_hands_stays_with_them_when_the_case_is_restricted(exhibit, restricted, actor):
    by = actor("exhibits_officer")

    with acting(by):
        assert list(Exhibit.objects.visible_to(by).select_related("case")) == [exhibit]
        assert not rows(Involvement).exists()


def test_an_actor_lasts_for_one_transaction_on_a_connection_that_is_kept(worker_house, actor_of):
    force, now, _ = worker_house
    told = "SELECT coalesce(current_setting('longstone.actor', true), ''), pg_backend_pid()"

    with acting(actor_of(force, "supervisor", now)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(told)
        within, process = cursor.fetchone()
    with nobody(), connection.cursor() as cursor:
        cursor.execute(told)
        after, same = cursor.fetchone()

    assert json.loads(within)["id"] == force.staff["supervisor"].pk
    assert (after, same) == ("", process)
    with nobody(), transaction.atomic():
        assert not rows(Case).exists()


@pytest.fixture
def actor_of():
    return lambda force, role, now: force.actor(role, now)


def test_a_statement_outside_a_transaction_has_its_actor_and_leaves_none_behind(worker_house):
    _, _, case = worker_house

    assert connection.get_autocommit()
    assert list(rows(Case)) == [case]
    assert [one.pk for one in rows(Case).iterator(chunk_size=1)] == [case.pk]
    with connection.connection.cursor() as bare:
        assert bare.execute("SELECT coalesce(current_setting('longstone.actor', true), '')").fetchone()[0] == ""
        assert bare.execute("SELECT count(*) FROM cases_case").fetchone()[0] == 0


def test_an_actor_that_a_rolled_back_part_was_told_does_not_stay(case, actor, force, now):
    supervisor, examiner = actor("supervisor"), actor("forensic_examiner")
    cases.restrict(by=supervisor, at=now, case=case, reason="x", named=[])

    with acting(examiner), transaction.atomic():
        assert not rows(Case).exists()
        with acting(supervisor), contextlib.suppress(ProgrammingError), transaction.atomic():
            assert rows(Case).exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT no_such_function()")
        assert not rows(Case).exists()


def test_who_is_asked_for_acts_only_where_nobody_does(case, actor, other_force, now):
    supervisor, stranger = actor("supervisor"), other_force.actor("supervisor", now)
    cases.restrict(by=supervisor, at=now, case=case, reason="x", named=[])

    with nobody():
        assert list(Case.objects.visible_to(supervisor)) == [case]
    with acting(stranger):
        assert not Case.objects.visible_to(supervisor).exists()


@pytest.mark.parametrize("model", [Case, Exhibit, Seal, Withheld, Involvement, Person])
def test_the_wall_asks_once_for_a_statement_and_not_once_for_a_row(case, actor, model):
    with acting(actor("forensic_examiner")):
        plan = rows(model).explain()

    assert "InitPlan" in plan
    assert "actor_known" not in plan.split("InitPlan")[0].replace("InitPlan", "")


def test_an_insert_beneath_a_case_that_one_does_not_see_is_refused(exhibit, restricted, actor, victim):
    from longstone.kernel.promises import writing

    with acting(actor("forensic_examiner")), writing("the test"), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():  # fmt: skip
        Involvement.objects.create(
            case=restricted, controller=restricted.controller, person=victim, role="other", by_name="x"
        )


def test_withheld_rows_are_walled_with_their_examination(db, force, now, actor, case, exhibit):
    with connection.cursor() as cursor:
        cursor.execute("SELECT qual FROM pg_policies WHERE tablename = 'evidence_withheld'")
        assert "evidence_examination" in cursor.fetchone()[0]


@pytest.mark.parametrize("role", ["worker", "owner"])
def test_a_program_that_forgot_to_act_is_told_so_and_does_not_think_the_house_empty(case, settings, role):
    settings.LONGSTONE_ROLE = role

    with nobody(), pytest.raises(Unscoped, match="while nobody acts, and would seem empty"):
        rows(Case).count()


def test_the_jobs_act_as_what_they_are(db):
    from longstone.evidence import jobs

    for job in (
        jobs.examine,
        jobs.make_bundle,
        jobs.sweep_uploads,
        jobs.dispose_due,
        jobs.verify_share,
        jobs.count_store,
    ):
        assert job.func.__wrapped__


def test_a_backup_names_every_copy_although_nobody_acts_around_it(room):
    from longstone.runner import backup

    with nobody(), backup.snapshot() as (_, wanted, _):
        assert wanted["objects"] == {room.copy.sha256}
