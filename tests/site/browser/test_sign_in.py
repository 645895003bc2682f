"""Signing in with real keys, apps and codes, in a real browser: by keyboard, on a telephone, under the strict policy."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from longstone.kernel.models import Entry
from longstone.people import commands as people
from tests.house import PASSWORD, make_force
from tests.site.app import code_of
from tests.site.browser.conftest import HOME
from tests.site.browser.test_every_page import look_at
from tests.site.browser.test_thread import Keyboard

pytestmark = pytest.mark.browser
SEND = "form.ls-card button[type=submit]"


@pytest.fixture
def here(live):
    """Give the house's address by a name: a key belongs to a name, never to a number."""
    return live.address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def eastmoor(live):
    """Give a force of its own: what is done here ends sessions."""
    with live.inside():
        return make_force("eastmoor", datetime.now(UTC))


@pytest.fixture
def desk(chromium, here, eastmoor):
    """Give a function that opens a browser with nobody in it, in which nothing may go wrong."""
    from tests.site.browser.conftest import listen

    opened, faults = [], []

    def open_one(width=1280):
        context = chromium.new_context(base_url=here, viewport={"width": width, "height": 900})
        context.set_default_timeout(20_000)
        opened.append(context)
        return listen(context.new_page(), faults)

    yield open_one
    for context in opened:
        context.close()
    assert faults == []


def password(page, who):
    page.goto("/sign-in/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


def sign_in(page, who):
    password(page, who)
    page.wait_for_url(HOME)
    return page


def key(page, **more):
    """Put a key of the browser's own making into a page's machine."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    made = session.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**told, "automaticPresenceSimulation": True, **more}}
    )
    return session, made["authenticatorId"]


def add_key(page, kind, name):
    page.goto("/people/me/sign-in/key/")
    page.check(f"#id_kind_{0 if kind == 'passkey' else 1}")
    page.fill("#id_name", name)
    page.click(SEND)


def test_a_house_called_by_a_number_says_why_no_key_answers(windows):
    page = windows("detective.northshire").new_page()

    page.goto("/people/me/sign-in/key/")
    page.check("#id_kind_0")
    page.fill("#id_name", "blue")
    page.click(SEND)

    page.locator("text=Open it by its name, such as localhost").wait_for()


def take_off_all(page):
    """Leave somebody as they were."""
    page.goto("/people/me/sign-in/")
    while page.locator("text=/^Take off/").count():
        page.locator("text=/^Take off/").first.click()
        if page.locator("#id_own_password").count():
            page.fill("#id_own_password", PASSWORD)
        page.click(SEND)
        page.wait_for_url("**/people/me/sign-in/")


def leave(page):
    page.click(".ls-who button")
    page.wait_for_url("**/sign-in/login/**")


def mine(page):
    """Read what stands beside the password."""
    page.goto("/people/me/sign-in/")
    look_at(page)
    return page.inner_text("section[aria-labelledby=factors]")


def test_a_passkey_is_added_named_signed_in_with_and_taken_off(desk):
    page = sign_in(desk(), "forensic_examiner.eastmoor")
    key(page)

    add_key(page, "passkey", "Blue key")
    page.locator("text=Write these down").wait_for()
    look_at(page)
    assert "Blue key · Passkey" in mine(page)
    page.click("text=/^Rename/")
    page.fill("#id_name", "Key on my ring")
    page.click(SEND)
    leave(page)
    page.click("text=Sign in with a passkey")
    page.wait_for_url(HOME)
    assert re.search(r"Key on my ring · Passkey\s+Added .*, last used", mine(page))
    take_off_all(page)
    assert "Nothing yet" in mine(page)


def test_a_security_key_is_asked_for_after_the_password(desk):
    page = sign_in(desk(), "supervisor.eastmoor")
    key(page, hasUserVerification=False, isUserVerified=False, hasResidentKey=False)
    add_key(page, "key", "Desk key")
    page.locator("text=Write these down").wait_for()
    leave(page)

    password(page, "supervisor.eastmoor")
    page.wait_for_url("**/sign-in/factor/")
    look_at(page)
    page.click("text=Use your key")
    page.wait_for_url(HOME)
    take_off_all(page)


def test_a_strangers_key_opens_nothing_and_a_recovery_code_does(desk):
    page = sign_in(desk(), "detective.eastmoor")
    session, made = key(page)
    add_key(page, "key", "Desk key")
    page.locator("text=Write these down").wait_for()
    code = page.locator(".ls-secrets li").first.inner_text()
    leave(page)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made})
    key(page)

    password(page, "detective.eastmoor")
    page.click("text=Use your key")
    page.locator("text=The key did not answer").wait_for()
    look_at(page)
    page.fill("#id_code", code)
    page.keyboard.press("Enter")
    page.wait_for_url(HOME)
    take_off_all(page)


def whys_taken_off(live, force, role):
    """Read why somebody's factors failed, and take them all off: they cannot come in to do it themselves."""
    staff, at = force.staff[role], datetime.now(UTC)
    with live.inside():
        failed = Entry.objects.filter(event="factor.failed", on_kind="staff", on_id=str(staff.pk))
        people.remove_all_factors(by=force.actor("administrator", at), at=at, staff=staff, reason="A copied key")
        return [json.loads(entry.facts)["why"] for entry in failed]


def test_a_copy_of_a_key_that_lags_behind_opens_nothing_and_is_written_down(desk, live, eastmoor):
    page = sign_in(desk(), "exhibits_officer.eastmoor")
    session, made = key(page)
    add_key(page, "passkey", "Blue key")
    page.locator("text=Write these down").wait_for()
    [copied] = session.send("WebAuthn.getCredentials", {"authenticatorId": made})["credentials"]
    leave(page)
    page.click("text=Sign in with a passkey")
    page.wait_for_url(HOME)
    leave(page)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made})
    session, copy = key(page)
    session.send("WebAuthn.addCredential", {"authenticatorId": copy, "credential": {**copied, "signCount": 1}})

    page.click("text=Sign in with a passkey")

    page.locator("text=may be a copy").wait_for()
    look_at(page)
    assert ["signed less often" in why for why in whys_taken_off(live, eastmoor, "exhibits_officer")] == [True]


def test_a_key_without_a_finger_or_pin_is_no_passkey(desk):
    page = sign_in(desk(), "records_manager.eastmoor")
    key(page, hasUserVerification=False, isUserVerified=False)

    add_key(page, "passkey", "Plain key")

    page.locator("text=The key did not answer").wait_for()
    page.goto("/people/me/sign-in/")
    assert "Nothing yet" in page.inner_text("main")


def on_phone(page):
    page.set_viewport_size({"width": 360, "height": 800})
    return Keyboard(page)


def app_added(page):
    """Add an app by keyboard, on a telephone; gives its secret."""
    page.goto("/people/me/")
    hands = on_phone(page)
    hands.to("text=How you sign in").press()
    hands.to("text=Add an authenticator app").press()
    page.wait_for_url("**/sign-in/app/")
    assert page.locator(".ls-code svg path").count() == 1
    secret = page.inner_text(".ls-secret")
    look_at(page)
    on_phone(page).to("#id_code")
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    return secret


def test_an_app_is_added_and_asked_for_by_keyboard_on_a_telephone(desk):
    page = sign_in(desk(360), "exhibits_officer.eastmoor")
    secret = app_added(page)
    page.locator("text=Write these down").wait_for()
    look_at(page)
    on_phone(page).to("text=I have kept them").press()
    page.locator("text=You have 10 left").wait_for()
    look_at(page)
    on_phone(page).to(".ls-who button").press()
    page.wait_for_url("**/sign-in/login/**")

    password(page, "exhibits_officer.eastmoor")
    page.wait_for_url("**/sign-in/factor/")
    Keyboard(page).to("#id_code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary >> text=does not fit").wait_for()
    look_at(page)
    page.fill("#id_code", code_of(secret, 1))
    page.keyboard.press("Enter")
    page.wait_for_url(HOME)
    take_off_all(page)


def test_where_one_is_signed_in_is_shown_and_ended_from_elsewhere(desk):
    there, here = sign_in(desk(), "detective.eastmoor"), sign_in(desk(), "detective.eastmoor")
    here.goto("/people/me/sign-in/")
    assert here.locator("main a:has-text('Sign out there')").count() >= 1
    assert "Chrome on Linux" in here.inner_text("main")
    look_at(here)

    here.click("text=Sign out everywhere else")
    look_at(here)
    here.click(SEND)
    here.wait_for_url("**/people/me/sign-in/")
    assert here.locator("main a:has-text('Sign out there')").count() == 0
    there.goto("/people/me/")
    assert "You have been signed out. Ended from another place." in there.inner_text(".ls-notice")
    look_at(there)


def told_a_code(page, who):
    """Make a one-time code for somebody, and read it out."""
    page.goto(f"/people/staff/{who.pk}/")
    look_at(page)
    page.click("text=Give a one-time code")
    look_at(page)
    page.click(SEND)
    code = page.inner_text(".ls-secret--large")
    assert re.fullmatch("[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code)
    look_at(page)
    return code


def test_a_one_time_code_is_told_and_a_new_password_chosen(desk, eastmoor):
    code = told_a_code(sign_in(desk(), "administrator.eastmoor"), eastmoor.staff["partner_officer"])

    page = desk(360)
    page.goto("/sign-in/login/")
    page.click("text=I was given a one-time code")
    page.click(SEND)
    page.locator(".govuk-error-summary").wait_for()
    look_at(page)
    for name, told in (("username", "partner_officer.eastmoor"), ("code", code), ("password", PASSWORD)):
        page.fill(f"#id_{name}", told)
    page.click(SEND)
    page.locator("text=Your password is changed").wait_for()
    sign_in(page, "partner_officer.eastmoor")


def test_a_shut_door_says_until_when_and_whom_to_ring(desk):
    page = desk(360)
    for _ in range(5):
        page.goto("/sign-in/login/")
        page.fill("#id_login", "nobody.of.this.name")
        page.fill("#id_password", "wrong")
        page.keyboard.press("Enter")
        page.locator(".govuk-error-summary").wait_for()

    assert re.search(r"until \d\d:\d\d\. Try again then, or ring", page.inner_text(".govuk-error-summary"))
    look_at(page)
