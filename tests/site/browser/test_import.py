"""Can a queue be brought in from a spreadsheet with forty faults, by keyboard alone, on a telephone?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from longstone.evidence.models import Exhibit
from longstone.kernel.imports.models import ImportRow
from tests.imports.specimens import as_xlsx, rows
from tests.site.browser.test_every_page import look_at
from tests.site.browser.test_thread import PHONE, hands  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FAULTS, ROWS = 40, 80
FIELDS = {
    "seized_on": "01/02/2023",
    "submitted_on": "03/12/2023",
    "reference": "ZZ/{}",
    "case_reference": "NQ/900/23",
    "location": "northshire store",
}
CHOICES = {"kind": "Phone", "owner_role": "Witness"}


def picture(page, name):
    """Keep a picture, if somebody wants to look."""
    if folder := os.environ.get("LONGSTONE_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def tried(erin, path):
    """Send the list in, and wait until it has been tried."""
    erin.go("nav >> text=Prepare")
    erin.go("main >> text=Bring in a list")
    picture(erin.page, "1-lists")
    erin.go("text=Bring in devices that wait to be examined")
    erin.choose("#file", path)
    erin.page.locator("text=has arrived whole").wait_for()
    erin.to("#id_open_cases").press("Space")
    picture(erin.page, "2-send")
    erin.go("form.ls-card button[type=submit]")
    erin.page.locator("text=Mend 40 in turn").wait_for(timeout=120_000)


def mend(erin, number):
    """Mend the row that is shown, whatever is wrong with it, and go on."""
    shown = erin.page.locator("form.ls-card").first
    wrong = [one for one in (*FIELDS, *CHOICES) if shown.locator(f".govuk-form-group--error #id_{one}").count()]
    assert wrong, erin.page.inner_text("main")
    for name in wrong:
        erin.to(f"#id_{name}")
        if name in FIELDS:
            erin.page.keyboard.press("Control+a")
        erin.page.keyboard.type(FIELDS.get(name, CHOICES.get(name)).format(number))
    erin.go("text=Save and go on")


def test_a_queue_with_forty_faults_is_mended_and_comes_in(hands, live, tmp_path):  # noqa: F811 - the fixture
    path = tmp_path / "waiting devices.xlsx"
    path.write_bytes(as_xlsx(rows(ROWS, FAULTS, "northshire store")))
    erin = hands("exhibits_officer")

    tried(erin, path)
    looked_at(erin, "3-tried")
    erin.go("text=Mend 40 in turn")
    picture(erin.page, "4-row")
    mistake(erin)
    for number in range(FAULTS):
        mend(erin, number + 1)
    assert "That was the last: the list can be brought in." in erin.page.inner_text("main")
    bring_in(erin)

    with live.inside():
        exhibits = Exhibit.objects.everything(because="the test looks at it").filter(
            state="stored", waiting__isnull=False
        )
        assert exhibits.count() == ROWS
        mended = ImportRow.objects.everything(because="the test looks at it").exclude(mended={})
        assert mended.filter(state="in").count() == FAULTS
    undo(erin)


def looked_at(erin, name):
    """Keep a picture of the page, look at it at every width, and go on at the telephone's."""
    picture(erin.page, name)
    look_at(erin.page)
    erin.page.set_viewport_size({"width": PHONE, "height": 800})
    erin.page.goto(erin.page.url)


def bring_in(erin):
    """Have it brought in, and wait until it is."""
    erin.go("main >> text=Bring it in")
    picture(erin.page, "6-bring-in")
    erin.go("form.ls-card button[type=submit]")
    erin.page.locator(".govuk-tag >> text='Brought in'").wait_for(timeout=120_000)
    looked_at(erin, "7-in")


def mistake(erin):
    """Make a mistake while mending: it is said beside the field, with the focus on what is wrong."""
    erin.to("#id_seized_on")
    erin.page.keyboard.press("Control+a")
    erin.page.keyboard.type("30/02/2023")
    erin.to("text=Save and go on").press()
    erin.page.locator(".govuk-error-summary >> text=30/02/2023").wait_for()
    assert "There is no 30/02/2023" in erin.page.inner_text(".govuk-error-summary")
    looked_at(erin, "5-mistake")


def undo(erin):
    """Look at what came in and at what is unknown of it, and undo it all."""
    there = erin.page.url
    for name, address in (("9-unknown", "/imports/unknown/"), ("8-waiting", "/evidence/waiting/")):
        erin.page.goto(address)
        looked_at(erin, name)
    erin.go("main table a")
    picture(erin.page, "10-exhibit")
    erin.page.goto(there)
    erin.go("main >> text=Undo it")
    erin.write("#id_reason", "It was the wrong list.")
    erin.go("form.ls-card button[type=submit]")
    erin.page.locator(".govuk-tag >> text='Undone'").wait_for(timeout=120_000)
    picture(erin.page, "11-undone")
