"""A list is undone whole, with its history kept, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence import commands as evidence
from longstone.evidence.models import CustodyMove, Exhibit, Seal, Waiting
from longstone.kernel import holds
from longstone.kernel.models import ClockRun, Entry
from tests.house import seizing
from tests.imports.specimens import as_csv, rows


def exhibits(importing):
    return Exhibit.objects.visible_to(importing.by).order_by("pk")


def acts():
    return Entry.objects.exclude(event__in=["act.refused"]).count()


def test_a_list_is_undone_whole_and_both_stay_in_the_ledger(importing):
    sent = importing.bring_in(importing.send(as_csv(rows(6, 0, importing.store))))

    sent = importing.undo(sent)

    assert (sent.state, sent.reason) == ("undone", "It was the wrong list.")
    assert not exhibits(importing).exists()
    assert not Case.objects.visible_to(importing.by).exists()
    assert not Waiting.objects.visible_to(importing.by).exists()
    told = [
        Entry.objects.filter(event=event).count()
        for event in ("exhibit.brought_in", "exhibit.taken_back", "case.taken_back")
    ]
    assert told == [6, 6, 2]
    kept = Exhibit.objects.everything(because="the test looks at what is hidden")
    assert [[move.act for move in one.custody.order_by("seq")] for one in kept] == [["brought in", "taken back"]] * 6


def test_what_was_undone_can_come_in_again_with_its_seals_and_references(importing):
    content = as_csv(rows(6, 0, importing.store))
    importing.undo(importing.bring_in(importing.send(content)))

    again = importing.bring_in(importing.send(content))

    assert (again.state, again.good, exhibits(importing).count()) == ("in", 6, 6)
    assert Seal.objects.everything(because="the test counts").count() == 12


def _move(importing, one, case):
    by = importing.by
    taken = evidence.take_out(by=by, at=datetime.now(UTC), exhibit=one, reason="To look at it")
    evidence.store(by=by, at=datetime.now(UTC), exhibit=taken, location=importing.force.store)


def _complete(importing, one, case):
    evidence.complete(
        by=importing.by, at=datetime.now(UTC), exhibit=one, power="pace_s18", seized_at_place="1 Example Street"
    )


def _own(importing, one, case):
    evidence.correct_owner_role(
        by=importing.by, at=datetime.now(UTC), exhibit=one, owner_role="victim", since=datetime.now(UTC)
    )


def _hold(importing, one, case):
    holds.place_hold(
        by=importing.force.actor("records_manager", importing.now), at=datetime.now(UTC), on=one, reason="An appeal"
    )


def _case(importing, one, case):
    told = {"seen": one.case.version, "title": "A title of its own", "offence": "Theft", "marking": one.case.marking}
    cases.correct(by=importing.force.actor("supervisor", importing.now), at=datetime.now(UTC), case=one.case, **told)


def _review(importing, one, case):
    sam = importing.force.actor("supervisor", importing.now)
    cases.review(by=sam, at=datetime.now(UTC), case=one.case, found="Statements are due.")


@pytest.mark.parametrize(("act", "said"), [
    (_move, "it was moved"), (_complete, "what was unknown was filled in"), (_own, "whose it is was corrected"),
    (_hold, "There is a hold on exhibit ABB/2"), (_case, "changed this"),
    (_review, "Somebody has worked on this case since it was opened."),
])  # fmt: skip
def test_nothing_is_undone_if_somebody_has_acted_and_the_row_is_named(importing, act, said):
    sent = importing.bring_in(importing.send(as_csv(rows(6, 0, importing.store))))
    act(importing, exhibits(importing).get(reference="ABB/2"), None)

    sent = importing.undo(sent)

    assert sent.state == "in"
    assert sent.why.startswith("Nothing was undone: 1 of its rows cannot be taken back.")
    assert said in sent.why
    assert exhibits(importing).count() == 6
    assert not CustodyMove.objects.filter(act="taken back").exists()


def test_a_case_with_something_else_in_it_stays(importing):
    sent = importing.bring_in(importing.send(as_csv(rows(3, 0, importing.store))))
    case = Case.objects.visible_to(importing.by).get()
    evidence.seize(by=importing.by, **seizing(case, datetime.now(UTC)))

    sent = importing.undo(sent)

    assert sent.state == "undone"
    assert [one.reference for one in exhibits(importing)] == ["ABC/1"]


def test_no_clock_runs_on_a_case_that_was_taken_back(importing):
    sent = importing.bring_in(importing.send(as_csv(rows(6, 0, importing.store))))
    running = ClockRun.objects.everything(because="the test looks at it").filter(on_kind="case", ended_at=None)
    assert running.count() == 2

    importing.undo(sent)

    assert running.count() == 0
