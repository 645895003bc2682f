"""Can the thread be walked by keyboard alone, on a telephone: from the case to the bundle that verifies?"""

from __future__ import annotations

import pytest
from django.conf import settings

from longstone.kernel import keys
from longstone.kernel.ledger import notes
from tests.house import PASSWORD
from tests.site.browser.conftest import HOME
from tests.site.world import image
from verifier import __main__ as verifier

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 360
SHOWN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


class Keyboard:
    """A page and a pair of hands without a mouse."""

    def __init__(self, page):
        self.page = page

    def to(self, selector):
        """Press Tab until the focus is there, and see that it shows."""
        wanted = self.page.locator(selector).first
        wanted.wait_for()
        handle = wanted.element_handle()
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("one => document.activeElement === one", handle):
                self._can_be_seen(selector)
                return self
        raise AssertionError(f"No way by keyboard to {selector} on {self.page.url}")

    def _can_be_seen(self, selector):
        hidden = self.page.evaluate("document.activeElement.matches('.govuk-radios__input, .govuk-checkboxes__input')")
        assert hidden or self.page.evaluate(SHOWN), f"The focus on {selector} does not show."

    def press(self, key="Enter"):
        self.page.keyboard.press(key)

    def go(self, selector):
        """Follow a link, or press a button."""
        before = self.page.url
        self.to(selector).press()
        self.page.wait_for_url(lambda url: url != before)

    def write(self, selector, text):
        self.to(selector).page.keyboard.type(text)

    def choose(self, selector, path):
        """Choose a file."""
        self.to(selector)
        with self.page.expect_file_chooser() as chosen:
            self.press()
        chosen.value.set_files(path)


@pytest.fixture
def hands(windows):
    """Give a function that signs somebody in by keyboard alone, on a telephone."""

    def of(who):
        one = Keyboard(windows(width=PHONE).new_page())
        one.page.on("filechooser", lambda _: None)  # asked for now, for the browser may take its time to catch it
        one.page.goto("/")
        one.write("#id_login", f"{who}.northshire")
        one.write("#id_password", PASSWORD)
        one.press()
        one.page.wait_for_url(HOME)
        return one

    return of


def test_the_first_stop_skips_to_what_the_page_is_about(hands):
    dev = hands("detective")

    dev.page.keyboard.press("Tab")
    assert dev.page.evaluate("document.activeElement.innerText") == "Skip to main content"
    dev.press()

    assert dev.page.evaluate("document.activeElement.id") == "main"


def open_case(dev):
    dev.go("nav >> text=Pursue")
    dev.go("text=Open a case")
    dev.write("#id_reference", "NS/77/26")
    dev.write("#id_title", "A lamp that went out")
    dev.write("#id_offence", "Theft")
    dev.go("text=Open the case")
    return dev.page.url


def book_in(erin, case):
    erin.page.goto(case)
    erin.go("text=Book in an exhibit")
    erin.write("#id_reference", "ABC/77")
    erin.write("#id_description", "A small grey disk")
    erin.write("#id_kind", "External")
    erin.to("#id_owner_role_0").press("Space")
    erin.write("#id_power", "Search after")
    erin.write("#id_seized_at", "24/11/2025 09:30")
    erin.write("#id_seized_at_place", "1 Example Street")
    erin.write("#id_seal", "K0077")
    erin.go("text=Book it in")
    return erin.page.url


def upload(erin, path):
    path.write_bytes(image())
    erin.go("text=Add a copy")
    erin.choose("#file", path)
    erin.page.locator("text=has arrived whole").wait_for()
    erin.go("form.ls-card button[type=submit]")


def examine(erin):
    erin.go("text=Examine it")
    erin.go("form.ls-card button[type=submit]")
    erin.page.locator("text=Browse what is on it").wait_for(timeout=90_000)


def find(erin):
    erin.go("text=Browse what is on it")
    erin.write("#q", "quarterly")
    erin.press()
    erin.page.wait_for_url("**q=quarterly**")
    assert erin.page.locator("tbody tr").count() == 1
    erin.go("tbody a")
    assert len(erin.page.inner_text("section .ls-mono").strip()) == 64


def hand_over(erin, dev, exhibit):
    erin.page.goto(exhibit)
    erin.go("text=Hand it to somebody")
    erin.write("#id_to", "Detective")
    erin.go("form.ls-card button[type=submit]")
    dev.page.goto("/")
    dev.page.goto(exhibit)
    dev.go("text=Accept it")
    dev.go("form.ls-card button[type=submit]")
    assert "With Detective Northshire" in dev.page.inner_text(".ls-state")


def take_bundle(erin, exhibit):
    erin.page.goto(exhibit)
    erin.go("text=Make a custody bundle")
    erin.go("form.ls-card button[type=submit]")
    erin.page.locator("a:has-text('.zip')").wait_for(timeout=90_000)
    erin.to("a:has-text('.zip')")
    with erin.page.expect_download() as taken:
        erin.press()
    return taken.value


def test_the_thread_is_walked_by_keyboard_on_a_telephone(hands, live, tmp_path):
    dev, erin = hands("detective"), hands("exhibits_officer")

    exhibit = book_in(erin, open_case(dev))
    upload(erin, tmp_path / "small.raw")
    examine(erin)
    find(erin)
    hand_over(erin, dev, exhibit)
    take_bundle(erin, exhibit).save_as(tmp_path / "bundle.zip")

    with live.inside():
        key = notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1])
    (tmp_path / "force.vkey").write_text(key)
    assert verifier.main([str(tmp_path / "bundle.zip"), "--key", str(tmp_path / "force.vkey")]) == 0
