"""What a list shows, its count, its pages, its export and its JSON never differ."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.cases.web.registers.cases import REGISTER
from longstone.kernel.models import Entry
from longstone.kernel.refusals import Refusal
from longstone.kernel.register import parse
from longstone.kernel.register.rows import BAD_MARK
from longstone.kernel.web.files import harmless
from longstone.people import commands as people
from tests.house import installer

OFFENCES = ["Theft", "Fraud by false representation", "Harassment"]
COUNT = 137


@pytest.fixture
def many(force, now):
    """Give a force with many cases, several of them opened in the same moment."""
    by = force.actor("detective", now)
    for number in range(COUNT):
        at = now - timedelta(seconds=number // 4)
        cases.open_case(
            by=by, at=at, reference=f"NS/{number:04}/26", title=f"Matter {number % 7}", offence=OFFENCES[number % 3]
        )
    return force.actor("supervisor", now)


def walked(by, told, *, limit=10):
    """Page through a list from its first page to its last, and give the ids."""
    source, ids, query = REGISTER.rows(by=by), [], dict(told)
    while True:
        page = source.page(source.settle(parse(REGISTER, query)), limit=limit)
        ids += [row.pk for row in page.rows]
        if not page.after:
            return ids
        query = {**told, "after": page.after}


@pytest.mark.parametrize(
    "told",
    [
        {}, {"order": "reference"}, {"order": "-title"}, {"q": "matter"}, {"q": "mater", "like": "yes"}, {"q": "fraud"}, {"state": "closed"},
        {"officer": "nobody"}, {"q": "0013"}, {"opened_from": "01/01/2020", "opened_to": "31/12/2030"},
    ],
    ids=str,
)  # fmt: skip
def test_pages_count_and_export_are_the_same_rows_in_the_same_order(many, told):
    source, ask = REGISTER.rows(by=many), parse(REGISTER, told)

    pages, export = walked(many, told), list(source.ids(ask))

    assert pages == export
    assert len(set(pages)) == len(pages) == source.count(ask).number
    assert sum(count for _, count in source.shares(ask, "state")) == len(pages)


def test_going_back_shows_the_page_that_was_there(many):
    source = REGISTER.rows(by=many)
    first = source.page(parse(REGISTER, {}), limit=10)
    second = source.page(parse(REGISTER, {"after": first.after}), limit=10)

    back = source.page(parse(REGISTER, {"before": second.before}), limit=10)

    assert [row.pk for row in back.rows] == [row.pk for row in first.rows]
    assert back.after
    assert not first.before


def test_a_row_that_comes_meanwhile_moves_no_page(many, force, now):
    source = REGISTER.rows(by=many)
    first = source.page(parse(REGISTER, {}), limit=10)
    expected = [row.pk for row in source.page(parse(REGISTER, {"after": first.after}), limit=10).rows]

    cases.open_case(by=force.actor("detective", now), at=now, reference="NS/9999/26", title="New", offence="Theft")

    assert [row.pk for row in source.page(parse(REGISTER, {"after": first.after}), limit=10).rows] == expected


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(told=st.lists(st.one_of(st.integers(), st.text(max_size=9), st.booleans(), st.just("1E+999999"), st.just("2026-02-30T00:00")), max_size=3),
       order=st.sampled_from(["-opened_at", "reference", "title"]))  # fmt: skip
@example(told=[5, 5], order="-opened_at")
@example(told=["2026-01-01T00:00:00+00:00", "1E+999999"], order="-opened_at")
def test_a_mark_of_other_values_is_refused_or_leads_to_a_page(case, force, now, told, order):
    source = REGISTER.rows(by=force.actor("supervisor", now))
    mark = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    try:
        said = "" if source.page(parse(REGISTER, {"after": mark, "order": order}), limit=10) else "nothing"
    except Refusal as refusal:
        said = refusal.sentence
    assert said in {"", BAD_MARK}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    mark=st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: raw.hex())),
    side=st.sampled_from(["after", "before"]),
)
def test_a_mark_that_was_made_up_is_refused_or_leads_to_a_page(case, force, now, mark, side):
    source = REGISTER.rows(by=force.actor("supervisor", now))
    ask = parse(REGISTER, {side: mark})

    try:
        found = source.page(ask, limit=10)
    except Refusal as refusal:
        said = refusal.sentence
    else:
        said = "Begin the list again" if len(found.rows) <= 10 else "too many"
    assert "Begin the list again" in said


@pytest.mark.parametrize(
    "told",
    [{"state": "nonsense"}, {"opened_from": "yesterday"}, {"opened_to": "31/02/2026"}, {"officer": "0 OR 1=1"}],
    ids=str,
)
def test_what_cannot_be_read_of_a_question_is_said_and_nothing_else_is_shown(case, force, sign_in, told):
    answer = sign_in(force.staff["supervisor"]).get(reverse("cases:list"), told)

    assert answer.status_code == 400
    assert case.reference not in answer.content.decode()
    assert next(iter(told.values()))[:9] in answer.content.decode()


def test_the_csv_is_what_the_pages_show_and_its_ids_are_in_the_ledger(many, force, sign_in):
    browser = sign_in(force.staff["supervisor"])

    answer = browser.get(reverse("cases:list"), {"as": "csv", "q": "fraud"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    ids = walked(many, {"q": "fraud"})
    assert lines[0][:2] == ["Reference", "Title"]
    assert [line[0] for line in lines[1:]] == [Case.objects.visible_to(many).get(pk=one).reference for one in ids]
    facts = json.loads(Entry.objects.filter(event="cases.read").latest("id").facts)
    assert facts["total"] == len(ids)
    assert facts["ids_sha256"] == hashlib.sha256("".join(f"{one}\n" for one in ids).encode()).hexdigest()


def test_the_json_has_the_count_of_all_and_leads_through_all(many, force, sign_in):
    browser, address, found = sign_in(force.staff["supervisor"]), "?as=json&q=matter", []
    while address:
        told = browser.get(reverse("cases:list") + address).json()
        found += [row["id"] for row in told["rows"]]
        address = told["next"]

    assert found == walked(many, {"q": "matter"})
    assert told["count"] == len(found)


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_runs_in_a_spreadsheet(cell):
    assert harmless(cell).startswith("'") or not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_hostile_title_is_text_in_every_form(force, now, sign_in):
    by = force.actor("detective", now)
    cases.open_case(by=by, at=now, reference="NS/7/26", title='=HYPERLINK("x")', offence="<script>alert(1)</script>")
    browser = sign_in(force.staff["detective"])

    page = browser.get(reverse("cases:list")).content.decode()
    told = b"".join(browser.get(reverse("cases:list"), {"as": "csv"}).streaming_content).decode()

    assert "<script>alert" not in page
    assert "'=HYPERLINK" in told


def test_a_chart_counts_what_the_list_counts(many, force, sign_in):
    told = (
        sign_in(force.staff["supervisor"]).get(reverse("cases:list"), {"as": "chart", "by": "offence"}).content.decode()
    )

    for number, offence in enumerate(OFFENCES):
        assert offence in told
        assert f">{len(range(number, COUNT, 3))}<" in told


def test_another_force_finds_nothing_by_any_way(many, other_force, sign_in):
    browser = sign_in(other_force.staff["supervisor"])

    assert browser.get(reverse("cases:list"), {"as": "json"}).json()["count"] == 0
    lines = b"".join(browser.get(reverse("cases:list"), {"as": "csv"}).streaming_content).decode().splitlines()
    assert len(lines) == 1
    assert "nothing to count" in browser.get(reverse("cases:list"), {"as": "chart", "by": "state"}).content.decode()
    assert "NS/" not in browser.get(reverse("cases:list"), {"q": "matter"}).content.decode()


def involved(force, now, case, **name):
    by = force.actor("detective", now)
    person = people.record_person(by=by, at=now, **name)
    cases.involve(by=by, at=now, case=case, person=person, role="victim")


@pytest.mark.parametrize("typed", ["Featherstonehaugh", "fetherstonhaugh", "Fetherstonehaw", "featherston"])
def test_a_case_is_found_by_a_misspelt_name(many, force, now, typed):
    case = Case.objects.visible_to(many).get(reference="NS/0042/26")
    involved(force, now, case, family_name="Featherstonehaugh", given_names="Invented")

    found = walked(many, {"q": typed})

    assert found[0] == case.pk


def test_a_name_that_the_officer_may_not_see_finds_no_case(many, force, other_force, now):
    case = Case.objects.visible_to(many).get(reference="NS/0042/26")
    involved(force, now, case, family_name="Featherstonehaugh")
    by = other_force.actor("partner_officer", now)
    cases.share(by=many, at=now, case=case, to=other_force.controller, basis="Linked", marking="OFFICIAL")

    assert walked(by, {"q": "matter"}) == [case.pk]
    assert walked(by, {"q": "featherstonehaugh"}) == []


def test_an_officer_who_writes_it_out_gets_just_that(many):
    assert walked(many, {"q": '"matter 3" -fraud'})
    titles = {Case.objects.visible_to(many).get(pk=one).title for one in walked(many, {"q": '"matter 3" -fraud'})}
    assert titles == {"Matter 3"}


def test_the_installer_of_these_tests_sees_no_case(many, now):
    assert REGISTER.rows(by=installer()).count(parse(REGISTER, {})).number == 0
