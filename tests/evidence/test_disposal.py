"""Disposal: two people, a delay, no hold; what goes leaves a tombstone, and bytes that another record needs stay."""

import json
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection

from longstone.evidence import commands, jobs, queries
from longstone.evidence.jobs import SWEEPER
from longstone.evidence.models import Disposal, DisposalMove
from longstone.kernel import holds, store
from longstone.kernel.models import Entry, Tombstone
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, Refusal
from longstone.people import commands as people
from tests.evidence.room import WHY, differences, stones


def test_two_people_dispose_of_a_copy_and_it_leaves_a_tombstone(room):
    room.disposed()

    room.copy.refresh_from_db()
    assert room.copy.disposed_at is not None
    assert stones() == [("store", room.copy.sha256, "removed")]
    stone = Tombstone.objects.get()
    assert (stone.proposed_by, stone.approved_by) == (room.one.name, room.other.name)
    assert (stone.reason, stone.authority, stone.size) == (WHY["reason"], WHY["authority"], room.copy.size)
    assert not store.current().has(room.copy.sha256)
    assert differences(room.now) == []


def test_the_ledger_tells_the_whole_disposal(room):
    room.disposed()

    events = ["disposal.proposed", "disposal.approved", "disposal.disposed", "bytes.removed"]
    entries = {one.event: json.loads(one.facts) for one in Entry.objects.filter(event__in=events)}
    assert sorted(entries) == sorted(events)
    told = entries["disposal.disposed"]
    assert (told["proposed_by"]["id"], told["approved_by"]["id"]) == (room.one.id, room.other.id)
    assert told["removed"][0]["sha256"] == entries["bytes.removed"]["sha256"] == room.copy.sha256
    assert told["authority"] == WHY["authority"]


def test_whoever_asks_for_the_bytes_is_told_what_became_of_them(room):
    room.disposed()

    for ask in (store.open, store.local, lambda sha: list(store.blocks(sha))):
        with pytest.raises(store.Disposed, match=r"were disposed of on .* approved by .*: The review is done"):
            ask(room.copy.sha256)
    with pytest.raises(store.Disposed), store.lent(room.copy.sha256):
        pass


def test_the_one_who_proposed_cannot_approve(room):
    proposed = room.propose()

    with pytest.raises(NotPermitted, match="takes two people"):
        commands.approve_disposal(by=room.one, at=room.now, disposal=proposed)


def test_the_database_too_refuses_an_approval_by_the_one_who_proposed(room):
    proposed = room.propose()
    told = [proposed.pk, room.one.id, room.one.id]
    statement = (
        "INSERT INTO evidence_disposalmove (row_id, seq, was, now, at, by_id, by_name, reason, proposer) "
        "VALUES (%s, 2, 'proposed', 'approved', now(), %s, 'x', '', %s)"
    )

    for liar in (told, [proposed.pk, room.one.id, room.other.id], [proposed.pk, None, room.one.id]):
        with pytest.raises(IntegrityError), writing("an attack"), connection.cursor() as cursor:
            cursor.execute(statement, liar)
    with pytest.raises(IntegrityError), writing("an attack"):
        Disposal.objects.everything(because="an attack").update(approved_by=room.one.id)
    with pytest.raises(IntegrityError), writing("an attack"):
        Tombstone.objects.create(
            holding="store", sha256="a" * 64, what="x", reason="x", authority="x", proposed_by_id=1, proposed_by="x",
            approved_by_id=1, approved_by="x", at=room.now, disposal=1, bytes_since=room.now,
        )  # fmt: skip


@pytest.mark.parametrize("told", [{"reason": " "}, {"authority": ""}])
def test_a_disposal_says_why_and_on_whose_authority(room, told):
    with pytest.raises(NotPermitted, match="Say "):
        commands.propose_disposal(by=room.one, at=room.now, copy=room.copy, **{**WHY, **told})


@pytest.mark.parametrize("role", ["forensic_examiner", "partner_officer"])
def test_not_everybody_can_propose(room, role):
    with pytest.raises(Refusal):
        room.propose(by=room.force.actor(role, room.now))


def test_nothing_goes_before_its_delay_is_over_and_it_can_be_stopped_until_then(room, settings):
    settings.LONGSTONE_DISPOSAL_HOURS = 24
    approved = room.approved()

    jobs.dispose_due(timestamp=0)
    with pytest.raises(NotPermitted, match="waits until"):
        commands.dispose(by=SWEEPER, at=room.now + timedelta(hours=23), disposal=approved)
    stopped = commands.withdraw_disposal(by=room.officer, at=room.now, disposal=approved, reason="An appeal came.")

    assert stopped.state == "withdrawn"
    assert store.current().has(room.copy.sha256)
    with pytest.raises(NotPermitted):
        commands.dispose(by=SWEEPER, at=room.now + timedelta(hours=25), disposal=approved)
    assert room.propose().state == "proposed"  # it can be proposed again


def test_the_database_refuses_a_disposal_before_its_day(room, settings):
    settings.LONGSTONE_DISPOSAL_HOURS = 24
    approved = room.approved()

    with pytest.raises(IntegrityError), writing("an attack"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evidence_disposal SET disposed_at = now(), state = 'disposed' WHERE id = %s", [approved.pk]
        )


@pytest.mark.parametrize("on", ["copy", "exhibit", "case", "person"])
def test_a_hold_above_refuses_every_step(room, on):
    case = room.exhibit.case
    person = people.record_person(by=room.one, at=room.now, family_name="Example", given_names="Sam")
    with writing("the test"):
        case.involvements.create(controller_id=case.controller_id, person=person, role="suspect", by_name="the test")
    subject = {"copy": room.copy, "exhibit": room.exhibit, "case": case, "person": person}[on]
    approved, told = room.approved(), {"by": room.one, "at": room.now}
    placed = holds.place_hold(**told, on=subject, reason="An appeal is pending.")

    jobs.dispose_due(timestamp=0)
    with pytest.raises(NotPermitted, match="There is a hold on"):
        commands.dispose(by=SWEEPER, at=room.now, disposal=approved)
    commands.withdraw_disposal(**told, disposal=approved, reason="Not yet.")
    with pytest.raises(NotPermitted, match="An appeal is pending"):
        room.propose()
    assert store.current().has(room.copy.sha256)

    holds.lift_hold(**told, placed=placed, reason="The appeal is over.")
    room.disposed()
    assert not store.current().has(room.copy.sha256)


def test_the_same_role_in_another_force_sees_no_disposal(room):
    from tests.house import make_force

    approved = room.approved()
    stranger = make_force("westmark", room.now).actor("supervisor", room.now)

    assert not queries.disposals_waiting(by=stranger).exists()
    with pytest.raises(Refusal, match="no such record"):
        commands.withdraw_disposal(by=stranger, at=room.now, disposal=approved, reason="Mine?")


def test_pages_may_not_remove_bytes_or_change_a_tombstone(room, fresh_house):
    room.disposed()
    with psycopg.connect(fresh_house.replace("longstone_worker", "longstone_web")) as web:
        for statement in (
            "DELETE FROM kernel_tombstone",
            "UPDATE kernel_tombstone SET reason = ''",
            "DELETE FROM kernel_objectkey",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
            web.rollback()
    assert DisposalMove.objects.count() == 3
