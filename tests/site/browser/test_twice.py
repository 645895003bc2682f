"""Is anything done twice, lost or overwritten unseen? Two clicks, the Back button, a session that ends, two windows."""

from __future__ import annotations

import pytest
from django.conf import settings

from longstone.cases.models import Case
from longstone.people.models import Person
from tests.house import PASSWORD
from tests.site.table import address

pytestmark = pytest.mark.browser


@pytest.fixture
def sam(windows):
    """Give a window of the supervisor's."""
    return windows("supervisor.northshire").new_page()


def persons(live, name):
    with live.inside():
        return Person.objects.everything(because="the test counts").filter(family_name=name).count()


def typed(page, name):
    page.goto("/people/new/")
    page.fill("#id_family_name", name)
    return page


def test_two_clicks_on_a_button_do_it_once(sam, live):
    typed(sam, "Doubleclick").locator("form.ls-card button[type=submit]").dblclick()
    sam.wait_for_url("**/person/*/")

    assert persons(live, "Doubleclick") == 1


def test_two_clicks_without_our_script_do_it_once_too(sam, live):
    typed(sam, "Unscripted")
    form = "new URLSearchParams(new FormData(document.querySelector('form.ls-card')))"
    send = f"() => {{ const body = {form}; return Promise.all([1, 2, 3].map(() => fetch(location.href, {{method: 'POST', body}}).then(a => a.status))) }}"

    assert sam.evaluate(send) == [200, 200, 200]
    assert persons(live, "Unscripted") == 1


def test_going_back_and_sending_again_does_nothing_twice(sam, live):
    typed(sam, "Backandforth").click("form.ls-card button[type=submit]")
    sam.wait_for_url("**/person/*/")

    sam.go_back()
    sam.wait_for_url("**/people/new/")
    button = sam.locator("form.ls-card button[type=submit]")
    assert button.is_enabled()
    button.click()
    sam.wait_for_load_state()

    assert persons(live, "Backandforth") == 1


def test_what_was_typed_is_there_again_after_the_session_ended(sam, live):
    typed(sam, "Sessionended")
    sam.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    sam.click("form.ls-card button[type=submit]")
    sam.wait_for_url("**/sign-in/login/**")
    assert "You had been signed out" in sam.inner_text(".ls-notice")
    sam.fill("#id_login", "supervisor.northshire")
    sam.fill("#id_password", PASSWORD)
    sam.click("main button[type=submit]")
    sam.wait_for_url("**/people/new/")

    assert "nothing was done" in sam.locator(".ls-notice").last.inner_text()
    assert sam.input_value("#id_family_name") == "Sessionended"
    assert persons(live, "Sessionended") == 0
    sam.click("form.ls-card button[type=submit]")
    sam.wait_for_url("**/person/*/")
    assert persons(live, "Sessionended") == 1


def test_the_second_of_two_windows_is_told_what_the_first_one_changed(sam, live):
    there = address("cases:correct", live.world)
    second = sam.context.new_page()
    for page in (sam, second):
        page.goto(there)

    for page, title in ((sam, "Stolen laptop and lamp"), (second, "Stolen lamp")):
        page.fill("#id_title", title)
        page.click("form.ls-card button[type=submit]")
        page.wait_for_load_state()

    assert "changed this on" in second.inner_text(".govuk-error-summary")
    assert "Stolen laptop and lamp" in second.inner_text(".ls-stands")
    assert second.input_value("#id_title") == "Stolen lamp"
    with live.inside():
        assert (
            Case.objects.everything(because="the test reads it").get(pk=live.world.case.pk).title.endswith("and lamp")
        )
    second.click("form.ls-card button[type=submit]")
    second.wait_for_url(f"**/case/{live.world.case.pk}/")
    assert second.inner_text("h1") == "Stolen lamp"
