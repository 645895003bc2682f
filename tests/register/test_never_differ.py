"""What list, count, export, chart, JSON and API say of any question, for anybody, is the same; and nothing else is said."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.cases.web.registers.cases import REGISTER as CASES
from longstone.evidence import commands as evidence
from longstone.evidence.models import Exhibit
from longstone.evidence.web.registers.exhibits import REGISTER as EXHIBITS
from longstone.kernel.acting import acting
from longstone.kernel.actor import THE_RECORD
from longstone.kernel.imports.sheets.neutral import SIGNS
from longstone.kernel.refusals import Refusal
from longstone.kernel.register import listing, parse
from longstone.kernel.web import files
from longstone.people import commands as people
from longstone.people.models import Person
from tests.house import ROLES, seizing

LISTS = {"cases": (CASES, Case, "reference"), "exhibits": (EXHIBITS, Exhibit, "reference")}
NAMES = ["Featherstonehaugh", "Smith", "Smyth", "O'Invented"]
OFFENCES = ["Theft", "Fraud by false representation"]
TYPED = [
    "",
    "matter",
    "Featherstonhaugh",
    "smith",
    "smth",
    "theft",
    "NS/3/26",
    "N0001",
    '"matter 1"',
    "matter -theft",
    "zzzz",
    "%",
    "a b c",
]
ORDERS = ["", "reference", "-reference", "title", "-opened_at", "-since"]
CHOSEN = [
    {},
    {"state": "open"},
    {"state": "closed"},
    {"state": "held"},
    {"officer": "mine"},
    {"officer": "nobody"},
    {"kind": "laptop"},
]


@pytest.fixture
def house(force, other_force, now):
    """Give two forces with cases open, closed, restricted, shared, allocated, opened in need and hidden from whoever is connected; with people and exhibits in them."""
    dev, sam, erin = (force.actor(role, now) for role in ("detective", "supervisor", "exhibits_officer"))
    made = []
    for number in range(12):
        made.append(
            cases.open_case(
                by=dev, at=now, reference=f"NS/{number}/26", title=f"Matter {number % 3}", offence=OFFENCES[number % 2]
            )
        )
        person = people.record_person(by=sam, at=now, family_name=NAMES[number % 4], given_names=f"Alex {number}")
        cases.involve(by=sam, at=now, case=made[-1], person=person, role="victim")
        if number % 2:
            evidence.seize(by=erin, **seizing(made[-1], now, reference=f"ABC/{number}", seal=f"N{number:04}"))
    cases.close(by=sam, at=now, case=made[3], outcome="no_crime", reason="None")
    cases.allocate(by=sam, at=now, case=made[4], to=force.staff["forensic_examiner"])
    cases.share(by=sam, at=now, case=made[5], to=other_force.controller, basis="Linked", marking="OFFICIAL")
    _shut(made, force, now)
    return [one.actor(role, now) for one in (force, other_force) for role in ROLES]


def _shut(made, force, now):
    """Restrict some cases, one of them with a glass broken, connect somebody to one, and set a marker on somebody."""
    sam, pro, erin = (force.actor(role, now) for role in ("supervisor", "professional_standards", "exhibits_officer"))
    for number in (5, 6, 7):
        cases.restrict(
            by=sam, at=now, case=made[number], reason="A colleague", named=[force.staff["forensic_examiner"]]
        )
    cases.break_glass(by=erin, at=now, case=made[7].pk, reason="A call at night")
    told = {"how": "relative", "reason": "A sister"}
    for number, role in ((9, "supervisor"), (4, "forensic_examiner"), (1, "exhibits_officer")):
        cases.record_connection(by=pro, at=now, case=made[number], staff=force.staff[role], **told)
    person = Person.objects.visible_to(sam).filter(given_names="Alex 1").get()
    lead = force.actor("safeguarding_lead", now)
    people.safeguard(by=lead, at=now, person=person, team="A team", telephone="01632 960002", reason="A threat")


def walked(register, told, by):
    """Read a list to its end as a program does, a few rows at a time."""
    body = listing(register, {**told, "limit": "3"}, by=by).body
    found = [body]
    while body["next"]:
        query = dict(one.split("=", 1) for one in body["next"][1:].split("&"))
        body = listing(register, _unquoted(query), by=by).body
        found.append(body)
    return found


def _unquoted(query):
    from urllib.parse import unquote_plus

    return {name: unquote_plus(value) for name, value in query.items()}


def asked(register, source, told, by):
    """Read a question; one that is refused is refused in every form."""
    try:
        ask = source.settle(parse(register, told))
        source.count(ask)
    except Refusal:
        with pytest.raises(Refusal):
            listing(register, told, by=by)
        return None
    return ask


def exported(register, source, ask, by):
    """Read the list's CSV file."""
    ids, _ = files.named(source, ask)
    told = "".join(part.decode() for part in files.csv_of(register, source, ids, by=by).streaming_content)
    return list(ids), list(csv.reader(io.StringIO(told.removeprefix(files.BOM))))[1:]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    who=st.integers(0, 2 * len(ROLES) - 1), name=st.sampled_from(sorted(LISTS)), typed=st.sampled_from(TYPED),
    order=st.sampled_from(ORDERS), chosen=st.sampled_from(CHOSEN), like=st.sampled_from(["", "yes"]),
)  # fmt: skip
def test_list_count_export_chart_and_api_are_the_same_for_anybody(house, who, name, typed, order, chosen, like):
    (register, model, written), by = LISTS[name], house[who]
    told = {"q": typed, "order": order, "like": like if typed else "", **chosen}
    told = {one: value for one, value in told.items() if value}
    with acting(by):  # as the web does: behind both walls
        _all_the_same(register, model, written, told, by)


def _all_the_same(register, model, written, told, by):
    source = register.rows(by=by)
    ask = asked(register, source, told, by)
    assume(ask is not None)  # what is refused is tried below
    pages = walked(register, told, by)
    ids = [row["id"] for page in pages for row in page["rows"]]
    names = [row[written] for page in pages for row in page["rows"]]

    file_ids, lines = exported(register, source, ask, by)
    charts = [sum(count for _, count in source.shares(ask, register.column(one).field)) for one in register.charts]

    assert file_ids == ids
    assert [line[0] for line in lines] == names
    assert {page["count"] for page in pages} == {len(ids)} == {*charts, source.count(ask).number}
    assert len(set(ids)) == len(ids)
    with acting(THE_RECORD):  # the second wall keeps nothing back that the first one shows
        seen = set(model.objects.visible_to(by).values_list("pk", flat=True))
        without_the_wall = [row["id"] for page in walked(register, told, by) for row in page["rows"]]
    assert without_the_wall == ids
    assert set(ids) <= seen
    if not set(told) - {"order"}:
        assert set(ids) == seen


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(who=st.integers(0, 2 * len(ROLES) - 1), typed=st.sampled_from(TYPED), name=st.sampled_from(sorted(LISTS)))
def test_what_one_may_not_see_changes_no_answer(house, who, typed, name):
    register, model, written = LISTS[name]
    by = house[who]
    visible = set(model.objects.visible_to(by).values_list(written, flat=True))
    all_of_them = set(model.objects.everything(because="the test compares").values_list(written, flat=True))

    try:
        with acting(by):
            told = str(listing(register, {"q": typed} if typed else {}, by=by).body["rows"])
    except Refusal as refusal:
        told = refusal.sentence

    choices = str([one.choices(by=by) for one in register.filters])
    for hidden in all_of_them - visible:
        assert f"'{hidden}'" not in told + choices


def cells():
    """Write cells as a hostile officer of another force would."""
    return st.lists(st.sampled_from(list("=+-@\t\r\n |%\"',;＝＋0A ")), max_size=8).map("".join)


@given(cell=st.one_of(cells(), st.text(max_size=20)))
def test_no_cell_of_a_file_begins_what_a_spreadsheet_would_run(cell):
    line = next(csv.reader(io.StringIO(files._line([files.harmless(cell), "x"]))))

    assert line[1] == "x"
    assert len(files._line([files.harmless(cell)]).splitlines()) == 1
    assert not line[0].lstrip().startswith(tuple(SIGNS))
