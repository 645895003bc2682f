"""Whatever the server answers to a form, what somebody typed stays before them, and the way out leaves nothing behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.public.conftest import SCHOOL
from tests.public.test_browser import ELSEWHERE, browse, fill, look_at  # noqa: F401 - a fixture of theirs

pytestmark = pytest.mark.browser
FORM = "**/ask/school_enquiry/"


def from_elsewhere(route):
    route.fulfill(response=route.fetch(headers={**route.request.headers, "origin": "https://elsewhere.example"}))


def gone(route):
    route.fulfill(status=502, body="<html><body><h1>502 Bad Gateway</h1></body></html>", content_type="text/html")


def portal(route):
    route.fulfill(body="<form action='/x'><input name='word'></form>", content_type="text/html")


def too_much(route):
    route.continue_(post_data=f"{route.request.post_data}&more={'x' * 70_000}")


FAULTS = {
    "a proxy answers for us": (gone, "This could not be sent just now"),
    "a network's own page comes": (portal, "This could not be sent just now"),
    "we refuse where it comes from": (from_elsewhere, "This was not sent from here"),
    "we refuse its size": (too_much, "This is too much to send"),
}


@pytest.mark.parametrize(("fault", "sentence"), FAULTS.values(), ids=FAULTS)
def test_what_was_typed_stays_when_a_form_cannot_be_sent(browse, site, fault, sentence):  # noqa: F811
    page = browse(bypass_csp=True)
    page.goto("about:blank")
    page.goto("/ask/school_enquiry/")
    fill(page, SCHOOL)
    sends = lambda route: fault(route) if route.request.method == "POST" else route.continue_()  # noqa: E731
    page.route(FORM, sends)

    page.click("main button")

    expect(page.locator(".summary")).to_contain_text(sentence)
    expect(page.locator(".summary")).to_be_focused()
    assert page.input_value("[name=seen]") == SCHOOL["seen"]
    assert site.rows() == []
    look_at(page)
    page.unroute(FORM)
    page.click("main button")
    page.locator(".reference").wait_for()
    assert len(site.rows()) == 1
    page.click("text=Leave this site now")
    page.wait_for_url(ELSEWHERE)
    page.go_back()
    assert page.url == "about:blank"
