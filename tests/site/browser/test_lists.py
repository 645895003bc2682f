"""Can a tired officer find one case among many, and deal with twenty at once, with the keyboard alone and on a telephone?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.people import commands as people
from tests.site.browser.test_every_page import look_at
from tests.site.table import address

pytestmark = pytest.mark.browser
TELEPHONE = 360


@pytest.fixture(scope="module")
def twenty(live):
    """Open twenty cases, one of them about somebody with a name that is hard to spell, and close two."""
    with live.inside():
        at = datetime.now(UTC)
        by, sam = live.world.force.actor("detective", at), live.world.force.actor("supervisor", at)
        made = [
            cases.open_case(
                by=by, at=at, reference=f"NS/{number}/25", title="Operation Thistledown", offence="Blackmail"
            )
            for number in range(100, 120)
        ]
        person = people.record_person(by=sam, at=at, family_name="Featherstonehaugh", given_names="Invented")
        cases.involve(by=sam, at=at, case=made[4], person=person, role="victim")
        for case in made[:2]:
            cases.close(by=sam, at=at, case=case, outcome="no_crime", reason="None")
    return made


def tabbed_to(page, what):
    """Press Tab until something has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({what!r})"):
            return
    pytest.fail(f"Tab does not reach {what}.")


@pytest.mark.parametrize("typed", ["fetherstonhaugh", "Featherstonhaw", "Operation Thisledown"])
def test_a_case_is_found_by_a_misspelt_name(windows, live, twenty, typed):
    page = windows("supervisor.northshire", TELEPHONE).new_page()
    page.goto(address("cases:list", live.world))

    tabbed_to(page, "#q")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?q=*")

    assert "Spelt like" in page.inner_text(".ls-told")
    assert "NS/104/25" in page.inner_text("main table")
    look_at(page)


def test_twenty_rows_are_dealt_with_at_once_and_each_says_what_came_of_it(windows, live, twenty):
    page = windows("supervisor.northshire", TELEPHONE).new_page()
    page.goto(address("cases:list", live.world) + "?q=thistledown&order=reference")

    tabbed_to(page, "input[name=row]")
    for _ in range(20):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    page.focus("button[name=act]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_to")
    assert "This can be done to 18 of 20." in page.inner_text("main")
    look_at(page)
    page.select_option("#id_to", label=str(live.world.force.staff["detective"]))
    page.focus("form.ls-card button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-tag--green")

    assert "18 of 20 done." in page.inner_text("main") or "18 of 18 done." in page.inner_text("main")
    look_at(page)
    with live.inside():
        mine = Case.objects.everything(because="the test counts").filter(officer=live.world.force.staff["detective"])
        assert mine.filter(title="Operation Thistledown").count() >= 18


@pytest.mark.parametrize("query", ["?as=chart&by=state", "?state=closed", "?order=nonsense", "?q=thistledown&like=yes"])
def test_every_form_of_a_list_can_be_used_by_everybody(windows, live, twenty, query):
    page = windows("supervisor.northshire").new_page()

    page.goto(address("cases:list", live.world) + query)

    look_at(page)
