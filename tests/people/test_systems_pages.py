"""The pages of systems: one registers and makes the secret, which is shown once; another gives the powers; either ends it."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from longstone.kernel.models import Entry
from longstone.people import rules
from longstone.people.models import System


@pytest.fixture
def system(force, now):
    from longstone.people import commands

    return commands.register_system(by=force.actor("administrator", now), at=now, name="Lab link", purpose="For tests")


def kept():
    return System.objects.everything(because="the test looks").get()


def once():
    return {"once": str(uuid.uuid4())}


def test_a_system_is_registered(force, sign_in):
    browser = sign_in(force.staff["administrator"])

    answer = browser.post(reverse("people:register-system"), {**once(), "name": "Lab link", "purpose": "For tests"})

    assert answer.headers["Location"] == reverse("people:system", args=[kept().pk])
    told = browser.get(answer.headers["Location"]).content.decode()
    assert "Waits for powers" in told
    assert kept().client_id in told


def test_the_secret_is_shown_once_and_never_again(force, system, sign_in):
    browser, sent = sign_in(force.staff["administrator"]), once()
    page = reverse("people:system-secret", args=[system.pk])

    first = browser.post(page, sent)
    shown = re.search(r"Secret</dt>\s*<dd[^>]*>\s*([\w-]{43})", first.content.decode())

    assert shown, first.content.decode()
    assert first.headers["Cache-Control"] == "no-store"
    assert kept().secret == rules.digest_of(shown[1])
    again = browser.post(page, sent).content.decode()
    assert "was shown already" in again
    assert kept().secret == rules.digest_of(shown[1])
    for name in ("system", "system-secret"):
        assert shown[1] not in browser.get(reverse(f"people:{name}", args=[system.pk])).content.decode()
    assert shown[1] not in " ".join(Entry.objects.values_list("facts", flat=True))


def test_another_gives_the_powers_and_whoever_made_the_secret_is_told_why_not(force, system, sign_in, now):
    until = now.date() + timedelta(days=90)
    page = reverse("people:system-powers", args=[system.pk])
    sign_in(force.staff["administrator"]).post(reverse("people:system-secret", args=[system.pk]), once())
    told = {
        **once(),
        "powers": ["open cases"],
        "ends_on": f"{until:%d/%m/%Y}",
        "per_minute": "30",
        "seen": kept().version,
    }

    refused = sign_in(force.staff["administrator"]).get(page).content.decode()
    answer = sign_in(force.staff["records_manager"]).post(page, told)

    assert "Two people let a system in" in refused
    assert "<button type" not in refused
    assert answer.status_code == 302, answer.content.decode()
    assert (kept().powers, kept().per_minute, kept().ends_on) == (["open cases"], 30, until)


def test_powers_that_somebody_changed_meanwhile_are_shown_as_they_stand(force, system, sign_in, now):
    from longstone.people import commands

    page = reverse("people:system-powers", args=[system.pk])
    ends_on = now.date() + timedelta(days=300)
    commands.give_powers(by=force.actor("records_manager", now), at=now, system=system, seen=1, powers=["close cases"], ends_on=ends_on, per_minute=60)  # fmt: skip
    told = {**once(), "powers": ["open cases"], "ends_on": f"{ends_on:%d/%m/%Y}", "per_minute": "30", "seen": 1}

    answer = sign_in(force.staff["records_manager"]).post(page, told).content.decode()

    assert "after you opened it" in answer
    assert "close cases" in answer
    assert kept().powers == ["close cases"]


@pytest.mark.parametrize(
    ("per_minute", "said"),
    [("0", "greater than or equal to 1"), ("x", "Enter a number"), ("9" * 99, "less than or equal to 6000")],
)
def test_a_pace_that_is_none_is_said(force, system, sign_in, now, per_minute, said):
    until = now.date() + timedelta(days=90)
    told = {**once(), "powers": ["open cases"], "ends_on": f"{until:%d/%m/%Y}", "per_minute": per_minute, "seen": 1}

    answer = sign_in(force.staff["records_manager"]).post(reverse("people:system-powers", args=[system.pk]), told)

    assert said in answer.content.decode()


def test_a_system_is_ended_for_a_reason(force, system, sign_in):
    page = reverse("people:end-system", args=[system.pk])
    browser = sign_in(force.staff["records_manager"])

    assert "Fill this in" in browser.post(page, once()).content.decode()
    browser.post(page, {**once(), "reason": "The contract ended"})

    assert kept().why_ended == "The contract ended"
    assert "The contract ended" in browser.get(reverse("people:system", args=[system.pk])).content.decode()
