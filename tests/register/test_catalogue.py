"""A catalogue is a list like any other; and what is withheld is gone from every form of it at the next request (D8)."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from longstone.evidence import catalogue, commands
from longstone.evidence.web.registers.catalogue import within
from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.register import listing, parse
from tests.site.world import LONG, examined, make_world


@pytest.fixture
def world(force, other_force, tmp_path, now):
    """Give one of everything; the copy's catalogue is read in a process that ends with the test."""
    yield make_world(force, other_force, examined(tmp_path / "image.raw"), now)
    catalogue.close()


@pytest.fixture
def dev(force, now):
    """Give the detective."""
    return force.actor("detective", now)


def rows_of(world, by, **told):
    return listing(within(world.copy.pk, by=by), told, by=by).body


def test_a_catalogue_is_walked_from_end_to_end_and_back(world, dev):
    register, marks, found = within(world.copy.pk, by=dev), {}, []
    source = register.rows(by=dev)
    while True:
        page = source.page(parse(register, marks), limit=3)
        found += [row["row"] for row in page.rows]
        if not page.after:
            break
        marks = {"after": page.after}
    back = source.page(parse(register, {"before": page.before}), limit=3)

    assert found == list(source.ids(parse(register, {}))) == sorted(found)
    assert len(found) == source.count(parse(register, {})).number == 8
    assert [row["row"] for row in back.rows] == found[len(found) - len(page.rows) - 3 : len(found) - len(page.rows)]
    assert [row["row"] for row in source.rows([found[5], found[1]])] == [found[5], found[1]]


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"q": "lamp"}, ["LAMP.TXT"]), ({"q": "LAMP", "state": "read"}, ["LAMP.TXT"]), ({"q": "lamp", "kind": "directory"}, []),
        ({"there": "deleted"}, ["_ONE.TXT"]), ({"kind": "file", "there": "present"}, ["LAMP.TXT", LONG]), ({"q": "%"}, []),
    ],
    ids=str,
)  # fmt: skip
def test_a_catalogue_is_narrowed_as_any_list_is(world, dev, told, names):
    body = rows_of(world, dev, **told)

    assert [row["path"].lstrip("/") for row in body["rows"]] == names
    assert body["count"] == len(names)


def every_form(browser, world):
    """Read the list in each of its forms, as one text, and its counts."""
    there = reverse("evidence:catalogue", args=[world.copy.pk])
    page = browser.get(there).content.decode()
    told = browser.get(there, {"as": "json"}).json()
    lines = b"".join(browser.get(there, {"as": "csv"}).streaming_content).decode()
    chart = browser.get(there, {"as": "chart", "by": "state"}).context["total"]
    found = browser.get(there, {"q": "lamp"}).content.decode().replace('value="lamp"', "")
    counts = {told["count"], len(told["rows"]), len(list(csv.reader(io.StringIO(lines)))) - 1, chart}
    return page + str(told) + lines + found, counts


def test_what_is_withheld_is_gone_from_every_form_at_the_next_request(world, dev, now, sign_in):
    browser, row = sign_in(world.force.staff["detective"]), rows_of(world, dev, q="lamp")["rows"][0]["id"]
    before, counts = every_form(browser, world)
    assert "LAMP.TXT" in before
    assert counts == {8}

    by = world.force.actor("supervisor", now)
    commands.withhold(
        by=by, at=now, examination=catalogue.open(world.copy, by=by).examination, row=row, reason="Privileged"
    )
    after, counts = every_form(browser, world)

    assert "LAMP.TXT" not in after
    assert counts == {7}


@pytest.mark.parametrize(("role", "refusal"), [("records_manager", NotPermitted), ("administrator", NotVisible)])
def test_who_may_not_read_catalogues_gets_no_list_of_one(world, force, now, role, refusal):
    with pytest.raises(refusal):
        within(world.copy.pk, by=force.actor(role, now))


def test_a_mark_that_was_made_up_is_refused(world, dev, sign_in):
    there = reverse("evidence:catalogue", args=[world.copy.pk])

    answers = [
        sign_in(world.force.staff["detective"]).get(there, {"after": mark}) for mark in ("x", "-1", "1" * 20, "²")
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert all("Begin the list again" in answer.content.decode() for answer in answers)


def test_the_problems_are_a_list_of_their_own(world, sign_in):
    there = reverse("evidence:catalogue", args=[world.copy.pk])

    answer = sign_in(world.force.staff["detective"]).get(there, {"show": "problems"})

    assert answer.status_code == 200
    assert "Everything could be read." in answer.content.decode()
