"""On paper a page has its title, its marking, who it was drawn for and when, and whole rows; in a dark room it is dark, and still read."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from longstone.evidence import commands
from tests.house import seizing
from tests.site.browser.test_every_page import faults
from tests.site.table import address

pytestmark = pytest.mark.browser
SCREEN_ONLY = [
    ".ls-header",
    ".ls-doors",
    ".ls-top",
    ".ls-footer",
    ".ls-ask",
    ".ls-acts",
    ".ls-downloads",
    "td.ls-tick",
    "thead th:first-child",
]
SHEET = re.compile(rb"/Type\s*/Page\b")


def on_paper(windows, path, who="supervisor.northshire"):
    page = windows(who).new_page()
    page.goto(path)
    page.emulate_media(media="print")
    return page


def css(page, selector, name):
    return page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{name}")


def test_a_list_on_paper_has_no_navigation_and_says_whose_and_from_when_it_is(windows, live):
    page = on_paper(windows, address("evidence:list", live.world))

    assert all(page.locator(one).count() for one in SCREEN_ONLY)
    assert [page.locator(one).first.is_visible() for one in SCREEN_ONLY] == [False] * len(SCREEN_ONLY)
    said = page.inner_text(".ls-printed")
    assert page.locator("h1").is_visible()
    assert "Drawn for Supervisor Northshire (no3), Northshire Police, on " in said
    assert re.search(r"on \d\d/\d\d/\d{4} at \d\d:\d\d London time", said)
    assert page.url in said


def test_the_printed_head_is_not_on_the_screen(windows, live):
    page = windows("supervisor.northshire").new_page()
    page.goto(address("evidence:list", live.world))

    assert not page.locator(".ls-printed").is_visible()


def test_a_table_on_paper_repeats_its_head_and_cuts_no_row(windows, live):
    page = on_paper(windows, address("evidence:list", live.world))

    assert css(page, "main thead", "display") == "table-header-group"
    assert css(page, "main tbody tr", "breakInside") == "avoid"
    heads = page.locator("main thead th:visible").count()
    assert heads == page.locator("main tbody tr").first.locator("td:visible").count()


def test_what_can_be_done_with_a_row_is_for_the_screen(windows, live):
    page = on_paper(windows, address("holds", live.world), who="records_manager.northshire")

    heads = page.locator("main thead th:visible").all_inner_texts()
    assert heads == ["What", "Why", "Placed by", "Since"]
    assert page.locator("main tbody tr").first.locator("td:visible").count() == len(heads)


def test_the_marking_of_a_case_stands_on_every_sheet_of_it(windows, live):
    page = on_paper(windows, address("case", live.world))
    assert css(page, "body", "page") == "sensitive"

    page.goto(address("help", live.world))
    assert css(page, "body", "page") == "official"


def test_a_long_list_takes_several_sheets(windows, live):
    with live.inside():
        at = datetime.now(UTC)
        by = live.world.force.actor("exhibits_officer", at)
        for number in range(40):
            commands.seize(by=by, **seizing(live.world.case, at, reference=f"PAP/{number}", seal=f"P{number:04}"))
    page = on_paper(windows, address("evidence:list", live.world))

    sheets = SHEET.findall(page.pdf(prefer_css_page_size=True))

    assert len(sheets) >= 2


def test_a_dark_room_gets_dark_pages_and_paper_stays_white(windows, live):
    page = windows("supervisor.northshire").new_page()
    page.emulate_media(color_scheme="dark")
    page.goto(address("case", live.world))
    assert brightness(css(page, "body", "backgroundColor")) < 60
    assert brightness(css(page, "body", "color")) > 200
    assert faults(page) == []

    page.emulate_media(media="print", color_scheme="dark")

    assert brightness(css(page, "body", "backgroundColor")) == 255
    assert brightness(css(page, "main h1", "color")) < 60


def brightness(colour):
    return max(int(part) for part in re.findall(r"\d+", colour)[:3])
