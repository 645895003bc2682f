"""No list, file, chart, count, search or page without a subject tells an insider anything of the case they are connected to (D21)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstone.kernel.imports.models import ImportRow
from longstone.kernel.promises import writing
from longstone.kernel.web.shelf import registers
from tests.sees.conftest import connect
from tests.sees.test_insiders import INSIDERS, TELLS, said
from tests.site.table import PAGES, address

WITH_PAGE = [one for one in registers().values() if one.page]


def pages_without_a_subject(world):
    """Name every page that is about nothing in particular: lists, fronts, forms."""
    return [name for name, (_, at) in PAGES.items() if not at(world)]


def whole(answer):
    """Give all that was answered, also what streams."""
    return answer.getvalue().decode()


@pytest.mark.parametrize("role", INSIDERS)
def test_no_page_without_a_subject_tells_an_insider_anything(world, force, now, sign_in, role):
    connect(force, now, world.case, role)
    browser = sign_in(force.staff[role])

    for name in pages_without_a_subject(world):
        assert not TELLS.search(whole(browser.get(address(name, world)))), name


@pytest.mark.parametrize("role", ["supervisor", "exhibits_officer", "records_manager", "detective"])
def test_no_file_and_no_chart_tells_an_insider_anything(world, force, now, sign_in, role):
    connect(force, now, world.case, role)
    browser = sign_in(force.staff[role])
    forms = [{"as": "csv"}, {"as": "json"}, {"as": "json", "count": "all"}]

    for one in WITH_PAGE:
        for told in [*forms, *({"as": "chart", "by": name} for name in one.charts)]:
            assert not TELLS.search(whole(browser.get(one.page(), told))), (one.name, told)


def test_the_same_files_tell_a_colleague(world, force, now, sign_in):
    connect(force, now, world.case, "detective")
    browser = sign_in(force.staff["supervisor"])

    for name in ("cases:list", "evidence:list"):
        for told in ({"as": "csv"}, {"as": "json"}):
            assert TELLS.search(whole(browser.get(reverse(name), told))), (name, told)


@pytest.mark.parametrize("text", ["NS/1/26", "black", "Stolen laptpo", "N0001"])
def test_a_search_for_what_is_hidden_answers_and_asks_as_one_for_what_is_not_there(world, force, now, sign_in, text):
    connect(force, now, world.case, "supervisor")
    browser = sign_in(force.staff["supervisor"])
    other = re.sub(r"[a-z]", "q", re.sub(r"\d", "7", text))

    for name in ("cases:list", "evidence:list"):
        answers, asked = [], []
        for words in (other, text, other):
            with CaptureQueriesContext(connection) as captured:
                answers.append(said(browser.get(reverse(name), {"q": words})).replace(words, ""))
            asked.append(len(captured.captured_queries))
        assert answers[1] == answers[2], name
        assert asked[1] == asked[2], name


def test_what_a_list_brought_in_is_hidden_from_an_importer_who_is_connected_to_its_case(world, force, now):
    by = force.actor("exhibits_officer", now)
    row = ImportRow.objects.visible_to(by).filter(of=world.imported).order_by("line").first()
    told = {"on_id": world.exhibit.pk, "on_label": str(world.exhibit), "state": "left_out"}
    with writing("the test"):
        ImportRow.objects.visible_to(by).filter(pk=row.pk).update(**told)

    assert ImportRow.objects.visible_to(by).filter(pk=row.pk).exists()
    connect(force, now, world.case, "exhibits_officer")
    assert not ImportRow.objects.visible_to(by).filter(pk=row.pk).exists()
