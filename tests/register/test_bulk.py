"""An act on many rows: one verdict, one transaction and one entry each, once."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.kernel.models import Entry


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


def test_rows_of_another_force_are_not_there(other_force, twenty, sign_in):
    browser = sign_in(other_force.staff["supervisor"])

    told = browser.post(reverse("cases:list"), ticked(twenty)).content.decode()

    assert "NS/" not in told


def test_nothing_ticked_is_said(force, case, sign_in):
    told = sign_in(force.staff["supervisor"]).post(reverse("cases:list"), {"act": "allocate"}).content.decode()

    assert "Tick at least one row" in told


def test_who_may_not_is_told_so_row_by_row(force, twenty, sign_in):
    told = sign_in(force.staff["detective"]).post(reverse("cases:list"), ticked(twenty)).content.decode()

    assert "This can be done to 0 of 20" in told
    assert "Only a supervisor can allocate a case" in told
