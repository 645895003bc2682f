"""Can everybody use the public's pages, on any telephone, by keyboard, without JavaScript, and get away from them at once?"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.public.conftest import BOOKING, FILLED, SCHOOL, VOLUNTEER, ahead
from tests.site.browser.conftest import STATUS
from tests.site.browser.test_every_page import faults, sideways

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/about/",
    "/ask/booking/",
    "/ask/school_enquiry/",
    "/ask/volunteer_application/",
    "/published/",
    "/nowhere/",
]
ELSEWHERE = "https://www.bbc.co.uk/weather"
WIDTHS = (1280, 640, 360, 320)  # 640 is a desk's window at 200 %


@pytest.fixture
def browse(chromium, site):
    """Give a way to open a browser; nothing may go wrong in it, and nothing may be asked of anybody else."""
    opened, wrong = [], []

    def heard(said):
        if said.type == "error" and STATUS not in said.text:
            wrong.append(said.text)

    def asked(route):
        wrong.append(route.request.url) if ELSEWHERE not in route.request.url else None
        route.fulfill(body="<title>The weather</title>", content_type="text/html")

    def open_one(**told):
        context = chromium.new_context(base_url=site.address, **{"viewport": {"width": 360, "height": 740}, **told})
        context.set_default_timeout(20_000)
        context.route(lambda url: not url.startswith(site.address), asked)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda fault: wrong.append(str(fault)))
        opened.append(context)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert wrong == []


def look_at(page):
    """Look at the page that is open, at every width."""
    assert page.locator("h1").count() == 1
    assert [sideways(page, width) for width in WIDTHS] == [0] * len(WIDTHS)
    assert faults(page) == []


def fill(page, told):
    """Answer a form's questions as a person does."""
    for name, answer in told.items():
        for one in answer if isinstance(answer, list) else [answer]:
            chosen = page.locator(f"[name={name}][type=radio], [name={name}][type=checkbox]")
            if chosen.count():
                chosen.and_(page.locator(f'[value="{one}"]')).check()
            elif one:
                page.fill(f"[name={name}]", one)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_page_can_be_used_by_everybody(browse, path, colours):
    page = browse(bypass_csp=True, color_scheme=colours)

    page.goto(path)

    look_at(page)


@pytest.mark.parametrize("name", sorted(FILLED))
def test_what_a_form_says_of_mistakes_can_be_used_by_everybody(browse, site, name):
    page = browse(bypass_csp=True)
    page.goto(f"/ask/{name}/")

    page.click("main button")

    expect(page.locator(".summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    links = page.locator(".summary a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    assert all(page.locator(f"{link}").count() == 1 for link in links)
    page.locator(".summary a").first.press("Enter")
    assert page.evaluate("document.activeElement.closest('.question') !== null")
    look_at(page)
    assert site.rows() == []


def test_a_booking_is_made_with_the_keyboard_alone(browse, site):
    page = browse(bypass_csp=True)
    page.goto("/ask/booking/")
    page.locator("#q_organisation").focus()
    told = {**BOOKING, "first_day": ahead(40)}

    for _ in range(60):
        where = page.evaluate("({name: document.activeElement.name, kind: document.activeElement.type, tag: document.activeElement.tagName})")  # fmt: skip
        if where["tag"] == "BUTTON":
            break
        if where["kind"] in {"radio", "checkbox"}:
            page.keyboard.press("Space")
        elif told.get(where["name"]):
            page.keyboard.type(told[where["name"]])
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.locator(".reference").wait_for()
    assert page.inner_text(".reference").startswith("BK-")
    assert len(site.rows()) == 1
    look_at(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_an_offer_to_volunteer_is_made_on_a_telephone(browse, site, scripts):
    page = browse(bypass_csp=True, java_script_enabled=scripts)
    page.goto("/")
    page.click("text=Offer your computer skills")
    fill(page, VOLUNTEER)

    page.click("main button")

    page.locator(".reference").wait_for()
    assert page.inner_text(".reference").startswith("VA-")
    assert len(site.rows()) == 1
    page.click("text=Leave this site now")
    page.wait_for_url(ELSEWHERE)


def test_the_trap_is_not_reached_by_the_keyboard_and_not_read_out(browse):
    page = browse()
    page.goto("/ask/booking/")

    assert page.locator("#website").get_attribute("tabindex") == "-1"
    assert page.locator(".trap").get_attribute("aria-hidden") == "true"
    assert page.locator("#website").bounding_box()["x"] < 0


def test_everything_works_without_javascript(browse, site):
    page = browse(java_script_enabled=False)
    page.goto("/")
    page.click("text=Ask about a young person")
    fill(page, SCHOOL)

    page.click("main button")

    expect(page.locator("h1")).to_have_text("We have it")
    assert len(site.rows()) == 1
    page.click("text=Leave this site now")
    assert page.url == ELSEWHERE


def test_a_double_click_sends_once(browse, site):
    page = browse()
    page.goto("/ask/school_enquiry/")
    fill(page, SCHOOL)

    page.dblclick("main button")

    page.locator(".reference").wait_for()
    assert len(site.rows()) == 1


def test_sent_again_by_a_reload_it_is_taken_once_and_said_so(browse, site):
    page = browse(java_script_enabled=False)
    page.goto("/ask/school_enquiry/")
    fill(page, SCHOOL)
    page.click("main button")
    page.locator(".reference").wait_for()
    number = page.inner_text(".reference")

    page.reload()

    expect(page.locator("h1")).to_have_text("We had this already")
    assert page.inner_text(".reference") == number
    assert len(site.rows()) == 1


def wander(page):
    """Go about the site, as somebody who reads would, and begin to write."""
    page.goto("about:blank")
    page.goto("/")
    page.click("text=What we keep")
    page.wait_for_url("**/about/")
    page.click("text=how to remove that")
    page.click("text=First page")
    page.wait_for_url("**/")
    page.click("text=Ask about a young person")
    page.wait_for_url("**/ask/school_enquiry/")
    page.fill("[name=seen]", "Something secret")


@pytest.mark.parametrize("way", ["the button", "Escape"])
def test_the_way_out_leaves_no_page_of_this_site_to_go_back_to(browse, way):
    page = browse()
    wander(page)

    if way == "Escape":
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        assert page.url.endswith("/ask/school_enquiry/")
        page.keyboard.press("Escape")
    else:
        page.click("text=Leave this site now")

    page.wait_for_url(ELSEWHERE)
    assert page.evaluate("document.referrer") == ""
    page.go_back()
    assert page.url == "about:blank"


def test_the_way_out_leaves_nothing_after_a_form_was_sent_or_refused(browse):
    page = browse()
    page.goto("about:blank")
    page.goto("/ask/school_enquiry/")
    fill(page, {**SCHOOL, "seen": "It was Oliver."})
    page.click("main button")
    page.locator(".summary").wait_for()
    page.fill("[name=seen]", SCHOOL["seen"])
    page.click("main button")
    page.locator(".reference").wait_for()

    page.click("text=Leave this site now")

    page.wait_for_url(ELSEWHERE)
    page.go_back()
    assert page.url == "about:blank"


def test_a_form_that_no_answer_comes_to_goes_again_the_plain_way(browse, site):
    page = browse()
    page.goto("/ask/school_enquiry/")
    fill(page, SCHOOL)
    page.route("**/ask/school_enquiry/", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_())  # fmt: skip

    page.click("main button")

    page.locator(".reference").wait_for()
    assert len(site.rows()) == 1


def test_other_keys_between_are_no_way_out(browse):
    page = browse()
    page.goto("/ask/booking/")

    for key in ("Escape", "Escape", "a", "Escape", "Escape"):
        page.keyboard.press(key)

    assert page.url.endswith("/ask/booking/")


def test_the_way_out_is_in_sight_wherever_one_reads(browse):
    page = browse()
    page.goto("/ask/booking/")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    box = page.locator("[data-way-out]").bounding_box()

    assert 0 <= box["y"] < 100
    assert box["height"] >= 44


def test_nothing_is_kept_in_the_browser(browse):
    page = browse()
    wander(page)

    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
