"""Can everybody use every page? No fault of accessibility, no sideways scroll, no error and nothing against the policy."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import axe_playwright_python
import pytest
from django.template.loader import render_to_string

from tests.site.table import FILE, FILES, LEDGER, NOBODY, PAGES, TAKE, address

pytestmark = pytest.mark.browser
AXE = next(Path(axe_playwright_python.__file__).parent.glob("*.js"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NO_PAGES = {TAKE, LEDGER, FILE, NOBODY}  # files for programs
SHOWN = [name for name, (kind, _) in PAGES.items() if kind not in NO_PAGES and name not in FILES]
RECORDS = ("evidence:kept", "evidence:disposals", "evidence:disposal-approve", "evidence:disposal-withdraw", "evidence:disposal-propose",
           "holds", "hold_new", "hold_lift", "entries", "erasures", "erasure_new", "erasure_approve", "erasure_refuse")  # fmt: skip
ADMINISTRATOR = ("people:take-on", "people:form-team", "people:colleague", "people:appoint", "people:certify",
                 "people:give-code", "people:unlock", "people:remove-factors", "people:sign-out", "people:directory-enter",
                 "people:directory-detach", "people:release", "people:end-post", "people:staff", "people:teams", "people:systems",
                 "people:register-system", "region_new", "region_withdraw", "region", "people:system", "people:system-powers", "people:system-secret", "people:end-system")  # fmt: skip
SUPERVISOR = ("enquiry_refuse", "enquiry_take_over", "publication_publish", "publication_decline", "publication_withdraw", "person", "people:persons", "people:record", "people:contact", "people:correct", "people:organisations",
              "people:record-organisation", "organisation", "people:alike", "people:merge", "people:unmerge",
              "people:organisations-alike", "people:merge-organisations", "people:unmerge-organisations")  # fmt: skip
ENGAGEMENT = (
    "inbox",
    "enquiry",
    "enquiry_accept",
    "enquiry_answered",
    "publications",
    "publication",
    "publication_new",
)
DETECTIVE = ("view_rename", "view_forget", "evidence:accept", "evidence:decline", "cases:open", "cases:glass")
OTHERS = {
    "professional_standards": ("cases:connections", "cases:record-connection", "cases:lift-connection"),
    "safeguarding_lead": ("people:set-marker", "people:review-marker", "people:lift-marker"),
    "data_protection_officer": ("person_reads",),
}
# sent with nothing in them these do something, or cannot be sent
FULL = {"view_forget", "cases:end-share", "erasure_approve", "evidence:accept", "evidence:disposal-approve", "evidence:examine", "evidence:hand-out", "evidence:read-findings", "evidence:receive", "imports:mended", "imports:new", "people:contact", "people:end-sessions", "people:give-code", "people:reach-me", "people:recovery-codes", "people:sign-out", "people:system-secret", "publication_publish"}  # fmt: skip
EMPTIED = """() => {
  for (const one of document.querySelectorAll("form.ls-card input, form.ls-card textarea")) {
    if (["radio", "checkbox"].includes(one.type)) one.checked = false;
    else if (one.type !== "hidden" && one.type !== "file") one.value = "";
  }
  for (const one of document.querySelectorAll("form.ls-card select")) one.selectedIndex = 0;
}"""


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


def faults(page) -> list[str]:
    """Name what axe finds."""
    page.evaluate(axe())
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def sideways(page, width: int) -> int:
    """Tell by how much a page is wider than its window."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def look_at(page) -> None:
    """Look at the page that is open: at a desk, at 200 % of a desk's window, and on the narrowest telephone."""
    assert page.title().endswith(" · Longstone")
    assert page.locator("h1").count() == 1
    assert [sideways(page, width) for width in (1280, 640, 320)] == [0, 0, 0]
    assert faults(page) == []


def role_for(name: str) -> str:
    """Choose somebody who can do what the page is for."""
    if name in ADMINISTRATOR:
        return "administrator"
    if found := [role for role, names in OTHERS.items() if name in names]:
        return found[0]
    if name in RECORDS:
        return "records_manager"
    if name in DETECTIVE:
        return "detective"
    if name in ENGAGEMENT:
        return "engagement_officer"
    return "supervisor" if name in SUPERVISOR or name.startswith("cases:") else "exhibits_officer"


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_and_what_it_says_of_mistakes_can_be_used_by_everybody(windows, live, name):
    page = windows(f"{role_for(name)}.northshire").new_page()

    assert page.goto(address(name, live.world) + ("?q=Invented" if name == "cases:involve" else "")).status == 200

    page.emulate_media(color_scheme="dark")
    assert faults(page) == []
    page.emulate_media(color_scheme="light")
    look_at(page)
    if name not in FULL and page.locator("form.ls-card button[type=submit]").count():
        make_mistakes(page)
        look_at(page)


def make_mistakes(page) -> None:
    """Send a form with nothing in it: what is wrong is said above it, with a link to each field, and the focus is there."""
    page.evaluate(EMPTIED)
    page.click("form.ls-card button[type=submit]")
    page.locator(".govuk-error-summary").wait_for()
    links = page.locator(".govuk-error-summary a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    assert all(page.locator(link).count() == 1 for link in links)
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    assert page.title().startswith("Error: ")


def test_the_checks_can_fail(windows):
    page = windows().new_page()
    page.goto("/sign-in/login/")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"/static/longstone/mark.svg\" width=2000>'")

    assert any(one.startswith("image-alt: <img") for one in faults(page))
    assert sideways(page, 320) > 1000


EMPTY = ["home", "cases:list", "evidence:list", "evidence:mine", "evidence:lockers", "evidence:examinations", "people:persons",
         "people:organisations", "people:consortia", "people:teams", "people:me"]  # fmt: skip


def test_a_list_with_nothing_in_it_says_so(windows, live):
    page = windows("supervisor.westmark").new_page()

    for name in EMPTY:
        assert page.goto(address(name, live.world)).status == 200
        assert page.locator("main table").count() == 0, name
        assert page.locator("main p, main li").count() >= 1, name
        look_at(page)


def test_a_search_that_finds_nothing_says_so(windows, live):
    page = windows("supervisor.northshire").new_page()

    for name in (
        "cases:list",
        "evidence:list",
        "people:persons",
        "people:organisations",
        "people:staff",
        "evidence:catalogue",
    ):
        page.goto(address(name, live.world) + "?q=zzzz")
        look_at(page)


def test_the_door_and_its_refusals_can_be_used_by_everybody(windows, live):
    page = windows().new_page()
    for path in ("/sign-in/login/", "/sign-in/left/"):
        page.goto(path)
        look_at(page)
    page.goto("/sign-in/login/")
    page.click("main button[type=submit]")
    page.locator(".govuk-error-summary").wait_for()
    look_at(page)


def test_pages_that_say_no_can_be_used_by_everybody(windows, live):
    page = windows("partner_officer.westmark").new_page()
    for path, status in (
        ("/nowhere/", 404),
        (address("evidence:catalogue", live.world), 403),
        ("/sign-in/logout/", 200),
    ):
        assert page.goto(path).status == status
        look_at(page)
    page.goto("/")
    page.evaluate("document.querySelector('.ls-who input[name=csrfmiddlewaretoken]').value = 'x'")
    page.click(".ls-who button")
    assert "Send that again" in page.inner_text("h1")
    look_at(page)


@pytest.mark.parametrize("name", ["400.html", "403.html", "429.html", "500.html"])
def test_a_page_for_what_nobody_foresaw_can_be_used_by_everybody(windows, live, name):
    page = windows().new_page()
    page.goto("/sign-in/login/")

    page.set_content(render_to_string(name))

    look_at(page)
