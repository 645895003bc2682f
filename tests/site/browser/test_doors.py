"""By the keyboard alone, on a telephone: open a door, find a case by a misspelt name, open a page's help, and look at the areas."""

from __future__ import annotations

import re

import pytest

from tests.site.browser.test_every_page import look_at
from tests.site.table import address

pytestmark = pytest.mark.browser

INSIDE = ".ls-doorways--told > li:nth-child(4) .ls-inside a"


def until(page, wanted, most=60):
    """Press Tab until something has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement === document.querySelector(one)", wanted):
            return
    raise AssertionError(f"{wanted} cannot be reached by the keyboard.")


def test_a_case_is_found_by_a_misspelt_name_without_a_mouse(windows, live):
    page = windows("supervisor.northshire", width=360).new_page()
    page.goto("/")
    until(page, "#find", most=5)

    page.keyboard.type("invnted alex")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=invnted+alex")
    look_at(page)
    until(page, "#found-case ~ .ls-hits a")
    page.keyboard.press("Enter")

    page.wait_for_url("**" + address("case", live.world))
    assert "Stolen laptop" in page.inner_text("h1")


def test_the_help_of_a_page_is_opened_and_shut_by_the_keyboard(windows, live):
    page = windows("supervisor.northshire", width=360).new_page()
    page.goto(address("cases:list", live.world))
    until(page, ".ls-help summary", most=12)

    page.keyboard.press("Enter")
    assert page.locator(".ls-help__in").is_visible()
    look_at(page)
    page.keyboard.press("Enter")

    assert not page.locator(".ls-help__in").is_visible()


def test_a_door_leads_to_just_what_it_counted(windows, live):
    page = windows("supervisor.northshire", width=360).new_page()
    page.goto("/")
    until(page, INSIDE, most=80)
    counted = int(re.search(r"\d+", page.inner_text(INSIDE))[0])

    page.keyboard.press("Enter")

    page.wait_for_url("**/cases/?state=open")
    assert page.locator("main tbody tr").count() == counted > 0


def test_map_tiles_and_table_name_the_same_areas(windows, live):
    page = windows("detective.northshire").new_page()
    page.goto(address("region", live.world))

    ways = [page.locator(one).all_text_contents() for one in (".ls-maps figure:first-child .ls-rank", ".ls-maps figure:last-child .ls-rank", "td[data-label=Rank]")]  # fmt: skip
    assert ways[0] == ways[1] == ways[2] == [str(rank) for rank in range(1, 25)]
    assert page.locator("svg.ls-map[role=img]").count() == 2
    assert page.get_by_text("Withdraw it").count() == 0


def test_what_a_refused_search_said_is_still_in_the_box(windows, live):
    page = windows("supervisor.northshire").new_page()
    page.goto("/")

    page.fill("#find", "%")
    page.keyboard.press("Enter")

    page.locator("[role=alert]").wait_for()
    assert page.input_value("#find") == "%"
    look_at(page)
