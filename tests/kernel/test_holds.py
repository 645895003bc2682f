"""Holds: what must be kept is kept, whoever would dispose of it."""

from datetime import timedelta

import pytest
from django.db import connection

from longstone.kernel import holds
from longstone.kernel.models import Entry, Hold
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal

WHY = "An appeal is open."


def above(exhibit):
    return [("exhibit", str(exhibit.pk)), ("case", str(exhibit.case_id))]


def test_a_hold_on_a_case_refuses_disposal_of_what_lies_beneath_and_names_itself(force, case, exhibit, now):
    by = force.actor("supervisor", now)

    placed = holds.place_hold(by=by, at=now, on=case, reason=WHY)

    verdict = holds.held(above(exhibit))
    assert not verdict
    assert f"hold on case {case}, placed by {by.name} on {now:%d/%m/%Y}: {WHY}" in verdict.refusal
    with pytest.raises(NotPermitted, match="An appeal is open"):
        holds.refuse_if_held(above(exhibit))
    entry = Entry.objects.get(event="hold.placed")
    assert (entry.on_kind, entry.on_id) == ("case", str(case.pk))
    assert f'"hold":{placed.pk}' in entry.facts


def test_without_a_hold_or_beside_it_disposal_may_go_on(force, case, exhibit, now):
    assert holds.held(above(exhibit))

    holds.place_hold(by=force.actor("supervisor", now), at=now, on=exhibit, reason=WHY)

    assert holds.held([("case", str(case.pk))])
    assert holds.held([("person", str(exhibit.pk))])


def test_a_lifted_hold_no_longer_binds_but_another_on_the_same_thing_does(force, case, now):
    by = force.actor("supervisor", now)
    first = holds.place_hold(by=by, at=now, on=case, reason=WHY)
    second = holds.place_hold(by=by, at=now, on=case, reason="A complaint is being looked into.")

    holds.lift_hold(by=by, at=now + timedelta(minutes=1), placed=first, reason="The appeal was dismissed.")

    assert "complaint" in holds.held([("case", str(case.pk))]).refusal
    holds.lift_hold(by=by, at=now + timedelta(minutes=1), placed=second, reason="It was not upheld.")
    assert holds.held([("case", str(case.pk))])
    assert Entry.objects.filter(event="hold.lifted").count() == 2


def test_a_hold_is_lifted_once_and_for_a_reason(force, case, now):
    by = force.actor("supervisor", now)
    placed = holds.place_hold(by=by, at=now, on=case, reason=WHY)

    with pytest.raises(NotPermitted, match="Say why"):
        holds.lift_hold(by=by, at=now, placed=placed, reason="  ")
    holds.lift_hold(by=by, at=now, placed=placed, reason="Over.")
    with pytest.raises(NotPermitted, match="has lifted this hold already"):
        holds.lift_hold(by=by, at=now, placed=placed, reason="Over again.")


def test_only_those_who_keep_holds_of_the_force_can_place_or_lift_one(force, other_force, case, now):
    with pytest.raises(NotPermitted, match="does not let you place"):
        holds.place_hold(by=force.actor("detective", now), at=now, on=case, reason=WHY)
    with pytest.raises(NotVisible):
        holds.place_hold(by=other_force.actor("supervisor", now), at=now, on=case, reason=WHY)
    placed = holds.place_hold(by=force.actor("supervisor", now), at=now, on=case, reason=WHY)
    with pytest.raises(NotVisible):
        holds.lift_hold(by=other_force.actor("supervisor", now), at=now, placed=placed, reason="x")


def test_the_database_lets_nobody_rewrite_or_remove_a_hold(force, case, now):
    holds.place_hold(by=force.actor("supervisor", now), at=now, on=case, reason=WHY)
    from django.db.utils import ProgrammingError

    for attack in ("UPDATE kernel_hold SET reason = 'x'", "DELETE FROM kernel_hold"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            attempt(attack)
    assert Hold.objects.everything(because="a test").get().reason == WHY


def attempt(sql):
    from django.db import transaction

    from longstone.kernel.promises import writing

    with writing("an attack"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_hold_is_refused_for_nothing(force, now):
    with pytest.raises(ValueError, match="Name what would be disposed of"):
        holds.held([])


def test_a_hold_cannot_end_before_it_began(force, case, now):
    by = force.actor("supervisor", now)
    placed = holds.place_hold(by=by, at=now, on=case, reason=WHY)

    with pytest.raises(Refusal, match="ends after it began"):
        holds.lift_hold(by=by, at=now - timedelta(minutes=3), placed=placed, reason="x")
