"""An act on many rows: one verdict, one transaction and one entry each, once."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence import commands as evidence
from longstone.evidence.models import Exhibit
from longstone.kernel.models import Entry
from tests.house import seizing


@pytest.fixture
def twenty(force, now):
    """Give twenty cases, of which two are closed."""
    by = force.actor("detective", now)
    told = {"at": now, "title": "A matter", "offence": "Theft"}
    made = [cases.open_case(by=by, reference=f"NS/{number}/26", **told) for number in range(20)]
    for case in made[:2]:
        cases.close(by=force.actor("supervisor", now), at=now, case=case, outcome="no_crime", reason="None")
    return made


def ticked(rows, **more):
    return {"act": "allocate", "row": [str(row.pk) for row in rows], **more}


def once_of(page):
    return re.search(r'name="once" value="([^"]+)"', page)[1]


def test_twenty_rows_are_dealt_with_at_once_each_with_its_own_verdict(force, twenty, sign_in):
    browser, to = sign_in(force.staff["supervisor"]), force.staff["forensic_examiner"]
    asked = browser.post(reverse("cases:list"), ticked(twenty)).content.decode()
    before = Entry.objects.filter(event="case.allocated").count()

    told = browser.post(
        reverse("cases:list"), ticked(twenty, sure="yes", to=to.pk, once=once_of(asked))
    ).content.decode()

    assert "This can be done to 18 of 20" in asked
    assert asked.count("Reopen it first") == 2
    assert "18 of 20 done" in told
    assert Entry.objects.filter(event="case.allocated").count() == before + 18
    assert Case.objects.everything(because="the test counts").filter(officer=to).count() == 18


def test_a_double_click_does_each_row_once(force, twenty, sign_in):
    browser, to = sign_in(force.staff["supervisor"]), force.staff["forensic_examiner"]
    asked = browser.post(reverse("cases:list"), ticked(twenty)).content.decode()
    sent = ticked(twenty, sure="yes", to=to.pk, once=once_of(asked))

    browser.post(reverse("cases:list"), sent)
    before = Entry.objects.filter(event="case.allocated").count()
    again = browser.post(reverse("cases:list"), sent).content.decode()

    assert "18 of 20 done" in again
    assert Entry.objects.filter(event="case.allocated").count() == before


def test_the_same_rows_are_dealt_with_in_one_order_however_they_were_ticked(force, twenty, sign_in):
    browser, to = sign_in(force.staff["supervisor"]), force.staff["forensic_examiner"]
    asked = browser.post(reverse("cases:list"), ticked(twenty[::-1])).content.decode()

    browser.post(reverse("cases:list"), ticked(twenty[::-1], sure="yes", to=to.pk, once=once_of(asked)))

    done = Entry.objects.filter(event="case.allocated", by_id=force.staff["supervisor"].pk).order_by("pk")
    assert [int(one.on_id) for one in done][-18:] == [case.pk for case in twenty[2:]]


def test_rows_of_another_force_are_not_there(other_force, twenty, sign_in):
    browser = sign_in(other_force.staff["supervisor"])

    told = browser.post(reverse("cases:list"), ticked(twenty)).content.decode()

    assert "NS/" not in told
    assert "20 of those ticked are not in this list any more" in told


def test_an_act_that_the_list_does_not_have_is_refused(force, twenty, sign_in):
    answer = sign_in(force.staff["supervisor"]).post(
        reverse("cases:list"), {"act": "close", "row": [str(twenty[5].pk)]}
    )

    assert answer.status_code == 400
    assert "cannot be done from this list" in answer.content.decode()


def test_the_row_is_judged_as_it_stands_when_it_is_done_and_keeps_no_other_from_it(force, twenty, now, sign_in):
    browser, to = sign_in(force.staff["supervisor"]), force.staff["forensic_examiner"]
    asked = browser.post(reverse("cases:list"), ticked(twenty[2:])).content.decode()
    cases.close(by=force.actor("supervisor", now), at=now, case=twenty[10], outcome="no_crime", reason="None")

    told = browser.post(
        reverse("cases:list"), ticked(twenty[2:], sure="yes", to=to.pk, once=once_of(asked))
    ).content.decode()

    assert "17 of 18 done" in told
    assert told.count("Reopen it first") == 1


def test_exhibits_are_handed_over_and_accepted_together(force, case, now, sign_in):
    by = force.actor("exhibits_officer", now)
    made = [evidence.seize(by=by, **seizing(case, now, reference=f"ABC/{n}", seal=f"N{n:04}")) for n in range(1, 6)]
    there, to = reverse("evidence:list"), force.staff["detective"]

    for staff, act, more in (
        (force.staff["exhibits_officer"], "offer", {"to": to.pk, "reason": "Interview"}),
        (to, "accept", {}),
    ):
        browser, told = sign_in(staff), {"act": act, "row": [str(one.pk) for one in made]}
        asked = browser.post(there, told).content.decode()
        done = browser.post(there, {**told, "sure": "yes", "once": once_of(asked), **more}).content.decode()
        assert "5 of 5 done" in done

    assert {one.holder for one in Exhibit.objects.everything(because="the test reads them")} == {to}


def test_nothing_ticked_is_said(force, case, sign_in):
    told = sign_in(force.staff["supervisor"]).post(reverse("cases:list"), {"act": "allocate"}).content.decode()

    assert "Tick at least one row" in told


def test_who_may_not_is_told_so_row_by_row(force, twenty, sign_in):
    told = sign_in(force.staff["detective"]).post(reverse("cases:list"), ticked(twenty)).content.decode()

    assert "This can be done to 0 of 20" in told
    assert "Only a supervisor can allocate a case" in told
