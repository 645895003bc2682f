"""Is what an officer typed read as they meant it, kept when their session ends, and never shown to anybody else?"""

import re
import uuid
from datetime import UTC, datetime

import pytest
from django import forms
from django.conf import settings
from django.test import Client
from django.urls import reverse

from longstone.cases.models import Case
from longstone.kernel.web.forms import DateTimeLocal
from longstone.people.models import Person


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24/11/2026 09:30", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("03/07/2026 09:30", datetime(2026, 7, 3, 8, 30, tzinfo=UTC)),
        ("25/10/2026 01:30 BST", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("25/10/2026 01:30 gmt", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_london_time_and_the_day_comes_first(typed, meant):
    assert DateTimeLocal().clean(typed) == meant


@pytest.mark.parametrize("typed", ["25/10/2026 01:30", "28/03/2027 01:30"], ids=["the hour twice", "the hour never"])
def test_an_hour_that_comes_twice_or_never_is_asked_for_again(typed):
    with pytest.raises(forms.ValidationError, match="Write GMT or BST"):
        DateTimeLocal().clean(typed)


@pytest.mark.parametrize("typed", ["11/24/2026 09:30", "yesterday", "24/11/2026", "GMT", "x BST"])
def test_what_is_no_moment_is_refused_with_an_example(typed):
    with pytest.raises(forms.ValidationError, match="such as 24/11/2026 09:30"):
        DateTimeLocal().clean(typed)


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def opening(html, **changed):
    told = {"reference": "NS/9/26", "title": "A theft of lamps", "offence": "Theft", "marking": "OFFICIAL"}
    return {**told, "once": hidden(html, "once"), "drawn_for": hidden(html, "drawn_for"), **changed}


def cases():
    return Case.objects.everything(because="the test counts").count()


@pytest.fixture
def drawn(force, sign_in):
    """Give a browser whose session has ended, and what was typed into a form drawn before that."""
    browser = sign_in(force.staff["detective"])
    typed = opening(browser.get(reverse("cases:open")).content.decode())
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    return browser, typed


def test_what_was_typed_waits_for_the_officer_who_signs_in_again(force, drawn, sign_in):
    browser, typed = drawn

    answer = browser.post(reverse("cases:open"), typed)
    sign_in(force.staff["detective"])
    told = browser.get(answer.headers["Location"].split("next=")[1]).content.decode()

    assert answer.status_code == 302
    assert cases() == 0
    assert "nothing was done" in told
    assert 'value="A theft of lamps"' in told
    assert browser.post(reverse("cases:open"), opening(told)).status_code == 302
    assert cases() == 1


def test_what_was_typed_is_shown_once_and_then_forgotten(force, drawn, sign_in):
    browser, typed = drawn
    browser.post(reverse("cases:open"), typed)
    sign_in(force.staff["detective"])
    browser.get(reverse("cases:open"))

    assert "A theft of lamps" not in browser.get(reverse("cases:open")).content.decode()


def test_a_colleague_who_signs_in_next_sees_nothing_of_it(force, drawn, sign_in):
    browser, typed = drawn
    browser.post(reverse("cases:open"), typed)
    sign_in(force.staff["supervisor"])

    assert "A theft of lamps" not in browser.get(reverse("cases:open")).content.decode()
    sign_in(force.staff["detective"])
    assert "A theft of lamps" not in browser.get(reverse("cases:open")).content.decode()


def test_what_no_page_of_ours_drew_is_not_kept(db, client):
    client.post(reverse("cases:open"), {"title": "A flood", "drawn_for": "forged"})

    assert "typed" not in client.session


def test_a_form_from_before_signing_in_again_comes_back_as_it_was_typed(force):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(force.staff["detective"], backend="longstone.site.sign_in.StaffBackend")
    typed = opening(browser.get(reverse("cases:open")).content.decode(), csrfmiddlewaretoken="x" * 64)

    answer = browser.post(reverse("cases:open"), typed)
    told = browser.get(answer.headers["Location"]).content.decode()

    assert 'value="A theft of lamps"' in told
    assert cases() == 0


def test_a_form_of_another_site_is_refused(force):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(force.staff["detective"], backend="longstone.site.sign_in.StaffBackend")

    answer = browser.post(reverse("cases:open"), {"title": "Forged", "once": str(uuid.uuid4())})

    assert answer.status_code == 403
    assert "Send that again" in answer.content.decode()
    assert cases() == 0


def test_a_form_with_a_password_is_never_kept(force, sign_in):
    browser = sign_in(force.staff["detective"])

    assert "drawn_for" not in browser.get(reverse("people:password")).content.decode()


def contact(html, seen, text):
    return {"seen": seen, "once": hidden(html, "once"), "safe_channel": "telephone", "safe_contact": text, "never_contact_by": ""}  # fmt: skip


def test_the_second_of_two_windows_is_told_what_changed_and_may_then_go_on(force, sign_in, now):
    from longstone.people import commands

    person = commands.record_person(by=force.actor("supervisor", now), at=now, family_name="Invented")
    browser, address = sign_in(force.staff["supervisor"]), reverse("people:contact", args=[person.pk])
    first, second = (browser.get(address).content.decode() for _ in range(2))
    browser.post(address, contact(first, 1, "01632 960001"))

    told = browser.post(address, contact(second, 1, "01632 960002")).content.decode()

    assert "Supervisor Northshire (no3) changed this on" in told
    assert "What it says now" in told
    assert "<dd>01632 960001</dd>" in told
    assert 'value="01632 960002"' in told
    browser.post(address, contact(told, int(hidden(told, "seen")), "01632 960002"))
    assert Person.objects.everything(because="the test reads it").get().safe_contact == "01632 960002"


def test_what_is_missing_from_a_form_is_said_with_what_to_do(force, sign_in):
    told = sign_in(force.staff["detective"]).post(reverse("cases:open"), {"title": ""}).content.decode()

    assert "Crime reference: Fill this in." in told
    assert "Marking: Choose one." in told
    assert "The form was not sent whole. Open it again and send it." in told
    assert "This field is required" not in told
