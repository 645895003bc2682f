"""At the door: second factors, sessions, locks and addresses, as a browser meets them."""

import re

import pytest
import yaml
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from longstone.kernel.shelves import BadShelf
from longstone.people import commands, factors, jobs
from longstone.people.models import Lock, SignedIn
from longstone.site.addresses import address_of
from tests.house import PASSWORD
from tests.site.doorstep import HOME, SECRET, code_of, inside, knock, later, sessions, step, told, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def dev(force):
    return force.staff["detective"]


@pytest.fixture
def shelf(tmp_path, settings):
    """Give a function that writes what a force asks of those who sign in."""
    settings.LONGSTONE_SHELVES = str(tmp_path)

    def write(**said):
        (tmp_path / "sign_in").mkdir(exist_ok=True)
        text = yaml.safe_dump({"id": "northshire", "version": 1, **said})
        (tmp_path / "sign_in" / "northshire.v1.yaml").write_text(text)

    return write


def test_a_password_alone_is_not_enough_for_who_has_an_app(client, force, dev, now):
    with_app(force, now)

    answer = knock(client)

    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not inside(client)
    assert not sessions(dev).exists()
    assert step(client, code_of(SECRET)).status_code == 302
    assert inside(client)
    assert (sessions(dev).get().how, sessions(dev).get().factor) == ("password", "totp")
    assert told("factor.used")[-1]["kind"] == "totp"
    assert told("staff.signed_in")[-1]["factor"] == "totp"


def test_a_recovery_code_lets_in_once_and_says_how_many_are_left(client, force, dev, now):
    codes = with_app(force, now)
    knock(client)
    step(client, codes[0])

    assert inside(client)
    assert told("recovery_code.used")[0]["left"] == 9
    again = Client()
    knock(again)
    assert "does not fit" in step(again, codes[0]).content.decode()
    assert not inside(again)


def test_wrong_codes_shut_the_door_with_a_sentence_and_are_written_down(client, force, now, settings):
    settings.LONGSTONE_HELP = "the desk on 01632 960100"
    with_app(force, now)
    knock(client)

    answers = [step(client, "000000").content.decode() for _ in range(6)]

    assert len(told("factor.failed")) == 5
    assert re.search(r"shut until \d\d:\d\d.*ring the desk on 01632 960100", answers[-1])
    assert "shut until" in step(client, code_of(SECRET)).content.decode()
    assert not inside(client)


def test_five_wrong_passwords_shut_the_door_there_and_nowhere_else(client, force, dev, settings):
    settings.LONGSTONE_HELP = "the desk on 01632 960100"
    wrong = [knock(client, password="wrong", address="203.0.113.9").content.decode() for _ in range(5)]

    shut = knock(client, address="203.0.113.9").content.decode()

    assert re.search(r"shut until \d\d:\d\d\. Try again then, or ring the desk on 01632 960100", wrong[-1])
    assert "shut until" not in wrong[-2]
    assert "shut until" in shut
    assert not inside(client)
    assert knock(client).status_code == 302
    assert inside(client)
    assert told("sign_in.locked")[0]["address"] == "203.0.113.9"
    assert told("sign_in.failed")[-1]["why"] == "The door is shut."


def test_a_name_that_nobody_has_is_answered_alike(client, force):
    answers = [knock(client, name=name, password="wrong").content for name in ("nobody.here", "detective.northshire") for _ in range(5)]  # fmt: skip
    plain = [re.sub(rb'(value|content|csrf\w*)="[^"]*"', b"", one) for one in answers]

    assert plain[0] == plain[5]
    assert plain[4] == plain[9]


def test_many_addresses_are_no_way_round_and_do_not_shut_out_the_officer(client, force, dev, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1000/m/ip,5/15m/key"}
    knock(client)
    client.logout()

    for number in range(51):
        knock(client, password="wrong", address=f"203.0.113.{number}")

    assert "shut until" in knock(client, address="192.0.2.200").content.decode()
    assert knock(client, address=HOME).status_code == 302
    assert Lock.objects.get(staff=dev).address == ""


def test_an_administrator_opens_the_door_again(client, force, dev, now, sign_in):
    for _ in range(5):
        knock(client, password="wrong")
    ada = Client()
    ada.force_login(force.staff["administrator"], backend="longstone.site.sign_in.StaffBackend")
    page = ada.get(reverse("people:colleague", args=[dev.pk])).content.decode()

    commands.unlock(by=force.actor("administrator", now), at=now, staff=dev)

    assert "Locked out until" in page
    assert knock(client).status_code == 302
    assert told("sign_in.unlocked")[0]["addresses"] == [HOME]


def test_right_passwords_do_not_wear_the_count_out_or_reset_it(client, force):
    for _ in range(4):
        knock(client, password="wrong")
    for _ in range(3):
        assert knock(Client()).status_code == 302

    assert "shut until" in knock(Client(), password="wrong").content.decode()


def test_tries_from_one_network_of_ipv6_count_as_one(client, force):
    answers = [knock(client, password="wrong", address=f"2001:db8::{number}").content.decode() for number in range(5)]

    assert "shut until" in answers[-1]


def test_a_guesser_does_not_push_others_counts_out_of_the_cache(client, force, settings):
    for _ in range(4):
        knock(client, password="wrong")
    for number in range(400):
        cache.set(f"guessed.{number}", 1, 600)

    assert "shut until" in knock(client, password="wrong").content.decode()


@pytest.mark.parametrize(
    ("proxies", "passed", "asking", "address"),
    [
        (0, "203.0.113.1", "127.0.0.1", "127.0.0.1"),
        (1, "203.0.113.1", "127.0.0.1", "203.0.113.1"),
        (1, "6.6.6.6, 203.0.113.1", "127.0.0.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 10.0.0.2", "127.0.0.1", "203.0.113.1"),
        (2, "203.0.113.1", "10.0.0.2", "10.0.0.2"),
        (1, "[2001:db8::1]:443", "::1", "2001:db8::1"),
        (1, "203.0.113.1:4711", "::1", "203.0.113.1"),
        (1, "<script>", "127.0.0.1", ""),
        (1, "", "::ffff:203.0.113.1", "203.0.113.1"),
    ],
)
def test_an_address_is_the_one_that_our_own_proxies_say(settings, proxies, passed, asking, address):
    settings.LONGSTONE_PROXY = proxies
    headers = {"X-Forwarded-For": passed} if passed else {}

    assert address_of(RequestFactory().get("/", REMOTE_ADDR=asking, headers=headers)) == address


def test_a_client_that_forges_its_address_is_counted_at_its_own(client, force, settings):
    settings.LONGSTONE_PROXY = 1
    for number in range(5):
        knock(client, password="wrong", **{"X-Forwarded-For": f"6.6.6.{number}, 203.0.113.9"})

    assert told("sign_in.locked")[0]["address"] == "203.0.113.9"


def test_a_session_ends_when_nothing_was_done_and_what_was_typed_waits(client, force, dev):
    knock(client)
    drawn = client.get(reverse("people:reach-me")).content.decode()
    typed = {name: re.search(rf'name="{name}" value="([^"]*)"', drawn)[1] for name in ("once", "drawn_for")}
    later(dev, seen_at=61)

    answer = client.post(reverse("people:reach-me"), {**typed, "telephone": "01632 960222"}, follow=True)

    assert "Nothing was done in it for too long" in answer.content.decode()
    assert told("session.ended")[0]["why"] == "Nothing was done in it for too long."
    dev.refresh_from_db()
    assert dev.telephone == ""
    knock(client)
    assert "01632 960222" in client.get(reverse("people:reach-me")).content.decode()


def test_a_session_ends_when_it_has_lasted_long_enough_however_busy_it_is(client, force, dev):
    knock(client)
    later(dev, since=12 * 60 + 1)

    assert not inside(client)


def test_a_session_that_is_used_goes_on(client, force, dev):
    knock(client)
    later(dev, seen_at=59)
    assert inside(client)
    later(dev, seen_at=59)

    assert inside(client)


def test_an_ended_session_is_nobody_whatever_its_cookie_says(client, force, dev):
    knock(client)
    other = Client()
    knock(other)
    there = sessions(dev).order_by("pk").first()

    other.post(reverse("people:end-session", args=[there.pk]), {"once": "6e5b5f2e-3c56-4f0e-9a39-0a2d6f8a4a11"})

    assert not inside(client)
    assert inside(other)


def test_a_cookie_without_a_place_of_its_own_is_nobody(client, force, dev):
    knock(client)
    session = client.session
    del session["signed_in"]
    session.save()

    assert not inside(client)


def test_signing_out_ends_the_session_and_a_stolen_cookie_opens_nothing(client, force, dev):
    knock(client)
    stolen = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))

    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not inside(thief)
    assert SignedIn.objects.get(staff=dev).why_ended == "Signed out."
    assert len(told("staff.signed_out")) == 1


def test_a_new_password_ends_every_other_session_and_not_this_one(client, force, dev):
    other = Client()
    knock(other)
    knock(client)
    form = {"once": "6e5b5f2e-3c56-4f0e-9a39-0a2d6f8a4a12", "old": PASSWORD, "password": "some other lamp on it"}

    client.post(reverse("people:password"), form)

    assert inside(client)
    assert not inside(other)
    assert sessions(dev).count() == 1


def test_who_must_have_a_factor_and_has_none_is_led_to_it_before_anything_else(client, force, dev, shelf):
    shelf(second_factor_for=["detective"])
    knock(client)

    answers = [client.get(reverse(name)) for name in ("home", "cases:list", "people:me")]

    assert {one.headers["Location"] for one in answers} == {reverse("people:sign-in")}
    assert "until then nothing else opens" in client.get(reverse("people:sign-in")).content.decode()
    page = client.get(reverse("people:add-app")).content.decode()
    secret = re.search(r'ls-secret">(\w+)<', page)[1]
    once = re.search(r'name="once" value="([^"]*)"', page)[1]
    assert "own_password" not in page
    done = client.post(reverse("people:add-app"), {"once": once, "code": code_of(secret)}).content.decode()
    assert len(re.findall(r'<li class="ls-secret">\d{8}</li>', done)) == 10
    assert inside(client)
    assert secret not in str(list(Session.objects.values_list("session_data", flat=True)))


def test_who_must_have_a_factor_does_not_take_off_the_last(client, force, dev, now, shelf):
    from longstone.kernel.refusals import NotPermitted

    shelf(second_factor_for=["everybody"])
    with_app(force, now)

    with pytest.raises(NotPermitted, match="Add another one before"):
        commands.remove_factor(by=force.actor("detective", now), at=now, staff=dev, factor=factors.of(dev)[0].pk)


def test_other_roles_and_other_forces_are_asked_for_nothing_more(client, force, other_force, shelf):
    shelf(second_factor_for=["administrator"])
    knock(client)
    other = Client()
    knock(other, name="administrator.westmark")

    assert inside(client)
    assert inside(other)


def test_a_misspelt_role_on_the_shelf_stops_the_house_before_anybody_signs_in(shelf):
    shelf(second_factor_for=["detektive"])

    with pytest.raises(BadShelf, match="no role detektive"):
        apps.get_app_config("longstone_site").ready()


def test_who_signed_in_a_while_ago_types_the_password_again(client, force, dev):
    knock(client)
    session = client.session
    session["account_authentication_methods"] = [{**one, "at": one["at"] - 301} for one in session["account_authentication_methods"]]  # fmt: skip
    session.save()
    page = client.get(reverse("people:add-app")).content.decode()
    told_to = {
        "once": re.search(r'name="once" value="([^"]*)"', page)[1],
        "code": code_of(re.search(r'ls-secret">(\w+)<', page)[1]),
    }

    refused = client.post(reverse("people:add-app"), {**told_to, "own_password": "wrong"}).content.decode()

    assert "That is not your password" in refused
    assert factors.of(dev) == []
    assert told("sign_in.failed")[0]["username"] == "detective.northshire"
    client.post(reverse("people:add-app"), {**told_to, "own_password": PASSWORD})
    assert len(factors.of(dev)) == 1


def test_a_one_time_code_from_the_administrator_leads_to_a_new_password(client, force, dev, now):
    code = commands.give_code(by=force.actor("administrator", now), at=now, staff=dev)
    page, form = reverse("sign_in_code"), {"username": "Detective.Northshire", "password": "some other lamp on it"}

    wrong = client.post(page, {**form, "code": "AAAA-BBBB-CCCC"}).content.decode()
    short = client.post(page, {**form, "code": code, "password": "short"}).content.decode()
    done = client.post(page, {**form, "code": code}, follow=True).content.decode()

    assert "do not fit" in wrong
    assert "too short" in short
    assert "Your password is changed" in done
    assert knock(client, password="some other lamp on it").status_code == 302
    assert [len(told(f"staff.code_{word}")) for word in ("given", "fitted", "failed")] == [1, 2, 1]


def test_guessing_codes_shuts_the_door(client, force, dev):
    form = {"username": "detective.northshire", "password": "some other lamp on it", "code": "AAAA-BBBB-CCCC"}

    answers = [client.post(reverse("sign_in_code"), form).content.decode() for _ in range(6)]

    assert "shut until" in answers[-1]
    assert "shut until" in answers[-2]


def test_the_night_job_ends_what_nobody_came_back_to_and_sweeps(client, force, dev, now):
    knock(client)
    later(dev, seen_at=61)
    cache.set("old", 1, 0.001)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = now() - interval '1 day'")
        cursor.execute("UPDATE cache_entries SET expires = now() - interval '1 day'")

    jobs.end_stale_sessions(int(now.timestamp()))

    assert told("session.ended")[0]["why"] == "Nothing was done in it for too long."
    assert not Session.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entries")
        assert cursor.fetchone() == (0,)


def test_guessing_the_present_password_at_a_screen_left_open_is_counted(client, force):
    knock(client)
    form = {"once": "6e5b5f2e-3c56-4f0e-9a39-0a2d6f8a4a13", "old": "wrong", "password": "some other lamp on it"}

    said = [client.post(reverse("people:password"), form).content.decode() for _ in range(6)]

    assert "That is not your present password" in said[0]
    assert "shut until" in said[4]
    assert "shut until" in client.post(reverse("people:password"), {**form, "old": PASSWORD}).content.decode()


def test_wrong_codes_shut_the_door_once_however_often_they_are_typed(client, force, dev, now):
    with_app(force, now)
    knock(client)

    for _ in range(9):
        step(client, "000000")

    assert Lock.objects.filter(staff=dev).count() == 1
