"""Custody: offered by one, accepted by another, never in two places."""

import pytest
from django.db import IntegrityError, connection

from longstone.evidence import commands
from longstone.evidence.models import CustodyMove, Exhibit
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from tests.house import seizing


def test_an_exhibit_is_handed_over_by_offer_and_acceptance(force, exhibit, now):
    erin, dev = force.actor("exhibits_officer", now), force.actor("detective", now)

    commands.offer(by=erin, at=now, exhibit=exhibit, to=force.staff["detective"])
    commands.accept(by=dev, at=now, exhibit=exhibit)

    exhibit.refresh_from_db()
    assert (exhibit.state, exhibit.holder_id) == ("held", force.staff["detective"].pk)
    assert list(CustodyMove.objects.order_by("seq").values_list("act", flat=True)) == [
        "seized",
        "offered",
        "accepted",
    ]


def test_nobody_accepts_what_was_offered_to_another(force, exhibit, now):
    commands.offer(by=force.actor("exhibits_officer", now), at=now, exhibit=exhibit, to=force.staff["detective"])

    with pytest.raises(NotPermitted, match="offered to somebody else"):
        commands.accept(by=force.actor("supervisor", now), at=now, exhibit=exhibit)


def test_the_database_refuses_an_acceptance_by_another(force, exhibit, now):
    commands.offer(by=force.actor("exhibits_officer", now), at=now, exhibit=exhibit, to=force.staff["detective"])
    liar = force.staff["supervisor"].pk

    with pytest.raises(IntegrityError), writing("an attack"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_custodymove (seq, was, now, at, by_id, by_name, reason, row_id, act, seal, photograph, "
            "accepts_offer_to) VALUES (3, 'offered', 'held', now(), %s, 'liar', '', %s, 'accepted', 'x', '', %s)",
            [liar, exhibit.pk, liar],
        )


@pytest.mark.parametrize(
    ("seq", "was", "now_"),
    [
        (2, "held", "destroyed"),
        (2, "stored", "held"),
        (3, "held", "stored"),
        (1, "*", "held"),
        (2, "*", "held"),
    ],
    ids=["illegal jump", "lying from", "gap", "fork", "start mid-way"],
)
def test_the_database_refuses_an_illegal_history(exhibit, seq, was, now_):
    with pytest.raises(IntegrityError), writing("an attack"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_custodymove (seq, was, now, at, by_name, reason, row_id, act, seal, photograph) "
            "VALUES (%s, %s, %s, now(), 'x', '', %s, 'stored', 'x', '')",
            [seq, was, now_, exhibit.pk],
        )


def test_a_state_that_no_move_made_is_refused(exhibit):
    with writing("an attack"), connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_exhibit SET state = 'returned', holder_id = NULL WHERE id = %s", [exhibit.pk])

        with pytest.raises(IntegrityError):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_night_officer_can_leave_an_exhibit_alone(force, exhibit, now):
    by = force.actor("exhibits_officer", now)

    commands.deposit(by=by, at=now, exhibit=exhibit, location=force.locker, seal="N0001")

    exhibit.refresh_from_db()
    assert (exhibit.state, exhibit.holder, exhibit.location) == ("deposited", None, force.locker)


def test_a_wrong_seal_stops_a_deposit(force, exhibit, now):
    with pytest.raises(NotPermitted, match="The seal on this exhibit is N0001"):
        commands.deposit(
            by=force.actor("exhibits_officer", now),
            at=now,
            exhibit=exhibit,
            location=force.locker,
            seal="N0009",
        )


def test_a_seal_number_is_never_used_twice(force, case, exhibit, now):
    by = force.actor("exhibits_officer", now)

    with pytest.raises(Refusal, match="used before"):
        commands.seize(by=by, **seizing(case, now, reference="ABC/2", seal="N0001"))

    assert Exhibit.objects.everything(because="the test counts").count() == 1


def test_resealing_needs_a_new_number(force, exhibit, now):
    by = force.actor("exhibits_officer", now)

    commands.reseal(by=by, at=now, exhibit=exhibit, new_seal="N0002", reason="Opened to photograph")

    exhibit.refresh_from_db()
    assert exhibit.seal == "N0002"
    with pytest.raises(Refusal, match="used before"):
        commands.reseal(by=by, at=now, exhibit=exhibit, new_seal="N0001", reason="Again")


@pytest.mark.parametrize("reference", ["ABC1", "abc/1", "A/1", "ABC/12345", "ABC/1-", "ABC/1 -D/1", "", "ABC/١"])
def test_an_unsound_reference_is_refused(force, case, now, reference):
    with pytest.raises(NotPermitted, match="initials"):
        commands.seize(by=force.actor("exhibits_officer", now), **seizing(case, now, reference=reference))


def test_a_part_carries_the_reference_of_its_whole(force, case, exhibit, now):
    by = force.actor("exhibits_officer", now)

    with pytest.raises(NotPermitted, match="begins with ABC/1-"):
        commands.seize(by=by, **seizing(case, now, reference="DEF/2", seal="N2", parent=exhibit))
    part = commands.seize(by=by, **seizing(case, now, reference="ABC/1-DEF/2", seal="N2", parent=exhibit))

    assert part.parent == exhibit


def test_the_same_role_in_another_force_sees_no_exhibit(other_force, exhibit, now):
    by = other_force.actor("exhibits_officer", now)

    with pytest.raises(NotVisible):
        commands.offer(by=by, at=now, exhibit=exhibit, to=other_force.staff["detective"])

    assert Entry.objects.filter(event="act.refused", by_id=by.id).exists()


def test_an_act_five_minutes_wrong_needs_a_power(force, exhibit, now):
    from datetime import timedelta

    with pytest.raises(Refusal, match="five minutes"):
        commands.offer(
            by=force.actor("exhibits_officer", now), at=now - timedelta(hours=1), exhibit=exhibit,
            to=force.staff["detective"],
        )  # fmt: skip


def test_what_was_thought_of_an_owner_stays_readable(force, exhibit, now):
    from datetime import UTC, datetime, timedelta

    before = datetime.now(UTC)
    commands.correct_owner_role(
        by=force.actor("supervisor", now),
        at=now,
        exhibit=exhibit,
        owner_role="witness",
        since=now + timedelta(seconds=1),
    )
    later = now + timedelta(minutes=1)

    roles = exhibit.owner_roles
    assert [r.value for r in roles.as_at(later, datetime.now(UTC) + timedelta(seconds=5))] == ["witness"]
    assert [r.value for r in roles.as_at(now, datetime.now(UTC) + timedelta(seconds=5))] == ["suspect"]
    assert [r.value for r in roles.as_at(later, before)] == ["suspect"]
