"""Does a force's directory let in whom it should, and nobody else, whatever it says?"""

import html
import time
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
import yaml
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as told_to_us
from django.test import Client
from django.urls import reverse

from longstone.people import admission, commands
from longstone.people.models import Staff
from tests.house import PASSWORD
from tests.site.doorstep import inside, knock, sessions, told, with_app
from tests.site.provider import CLIENT, KEY, STRANGE, Open

pytestmark = pytest.mark.django_db
ADDRESS = "dev@northshire.example"
PERSON = {"sub": "subject-1", "email": ADDRESS, "email_verified": True, "groups": ["staff", "longstone-northshire"]}


@pytest.fixture
def provider(tmp_path, settings):
    """Give the directory of Northshire, named on the force's shelf."""
    settings.LONGSTONE_SHELVES = str(tmp_path)
    (tmp_path / "sign_in").mkdir()
    with Open() as provider:
        provider.person = dict(PERSON)
        directory = {"name": "the Northshire directory", "issuer": provider.issuer, "client": CLIENT, "group": "longstone-northshire"}  # fmt: skip
        text = yaml.safe_dump({"id": "northshire", "version": 1, "directory": directory})
        (tmp_path / "sign_in" / "northshire.v1.yaml").write_text(text)
        yield provider


@pytest.fixture
def dev(force, now):
    """Give somebody who is entered with an address in the directory."""
    staff = force.staff["detective"]
    commands.enter_in_directory(by=force.actor("administrator", now), at=now, staff=staff, email=ADDRESS.upper())
    return staff


def begin(client):
    """Leave for the directory; gives where it sends the browser back to."""
    onward = client.get(reverse("directory", args=["northshire"]))
    assert onward.status_code == 302, onward.content.decode()
    return requests.get(onward.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]


def come(client, back=None):
    """Come back from the directory."""
    parts = urlsplit(back or begin(client))
    return client.get(f"{parts.path}?{parts.query}")


def test_somebody_of_the_staff_is_let_in_and_attached_once(client, provider, dev):
    answer = come(client)

    assert answer.status_code == 302
    assert inside(client)
    assert sessions(dev).get().how == "directory"
    assert told("directory.attached") == [{"provider": "northshire", "subject": "subject-1"}]
    client.post(reverse("account_logout"))
    come(client)
    assert inside(client)
    assert len(told("directory.attached")) == 1
    assert SocialAccount.objects.get().extra_data == {}


def test_the_question_carries_pkce_a_state_and_a_nonce_of_its_own(client, provider, dev):
    for _ in range(2):
        begin(client)

    first, second = provider.asked
    assert first["code_challenge_method"] == "S256"
    assert all(first[name] != second[name] for name in ("code_challenge", "state", "nonce"))
    assert first["response_type"] == "code"
    assert first["client_id"] == CLIENT


def test_from_then_on_the_subject_counts_and_not_the_address(client, provider, dev):
    come(client)
    client.post(reverse("account_logout"))
    provider.person["email"] = "married@northshire.example"

    come(client)

    assert inside(client)


LIES = {
    "another issuer": {"lie": {"iss": "https://elsewhere.example"}},
    "another audience": {"lie": {"aud": "another-system"}},
    "two audiences and no azp": {"lie": {"aud": [CLIENT, "another-system"]}},
    "made for another system": {"lie": {"azp": "another-system"}},
    "expired": {"lie": {"exp": int(time.time()) - 3600}},
    "of the future": {"lie": {"iat": int(time.time()) + 3600}},
    "not yet good": {"lie": {"nbf": int(time.time()) + 3600}},
    "another nonce": {"lie": {"nonce": "of another question"}},
    "a nonce that is no text": {"lie": {"nonce": 7}},
    "no subject": {"without": ("sub",)},
    "an empty subject": {"lie": {"sub": ""}},
    "no nonce": {"without": ("nonce",)},
    "no expiry": {"without": ("exp",)},
    "no signature": {"alg": "none", "signs_with": None},
    "a shared secret": {"alg": "HS256", "signs_with": "a secret that anybody could know, forty bytes"},
    "an unknown key": {"signs_with": STRANGE},
    "a key of another name": {"kid": "key-2"},
    "another algorithm": {"alg": "RS512"},
    "it calls itself otherwise": {"calls_itself": "https://elsewhere.example"},
    "no ID token": {"answers": {"/token": {"access_token": "x", "token_type": "Bearer"}}},
    "no JSON": {"answers": {"/token": b"<html>"}},
    "a list for tokens": {"answers": {"/token": b"[1]"}},
    "rubbish for a token": {"answers": {"/token": {"access_token": "x", "id_token": "a.b.c"}}},
    "no keys": {"answers": {"/keys": {"keys": []}}},
    "keys that are none": {"answers": {"/keys": b'"keys"'}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_directory_that_lies_lets_nobody_in(client, provider, dev, lie):
    back = begin(client)
    for name, said in LIES[lie].items():
        setattr(provider, name, said)

    answer = come(client, back)

    assert answer.status_code == 403
    assert "You are not signed in" in answer.content.decode()
    assert not inside(client)
    assert len(told("directory.refused")) == 1
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("described", [b"<html>", b"[]", b'{"issuer": 7}'], ids=["html", "a list", "numbers"])
def test_a_directory_that_describes_itself_badly_is_not_gone_to(client, provider, dev, described):
    provider.answers["/.well-known/openid-configuration"] = described

    answer = client.get(reverse("directory", args=["northshire"]))

    assert answer.status_code == 403
    assert len(told("directory.refused")) == 1


def test_a_directory_that_is_not_there_is_a_sentence(client, provider, dev, tmp_path, settings):
    file = tmp_path / "sign_in" / "northshire.v1.yaml"
    file.write_text(file.read_text().replace(provider.issuer, "http://127.0.0.1:9"))
    settings.LONGSTONE_SHELVES = f"{tmp_path}/"

    answer = client.get(reverse("directory", args=["northshire"]))

    assert answer.status_code == 403
    assert "ConnectionError" in told("directory.refused")[0]["why"]


def test_an_answer_is_good_once(client, provider, dev):
    back = begin(client)
    come(client, back)
    client.post(reverse("account_logout"))

    assert come(client, back).status_code == 403
    assert not inside(client)
    assert "state" in told("directory.refused")[0]["why"]


def test_a_stolen_answer_opens_nothing_in_another_browser(client, provider, dev):
    back = begin(Client())

    assert come(client, back).status_code == 403
    assert not inside(client)


def test_a_code_that_the_directory_takes_twice_does_not_answer_another_question(client, provider, dev):
    provider.takes_codes_twice = True
    stolen = dict(parse_qsl(urlsplit(begin(Client())).query))["code"]
    mine = dict(parse_qsl(urlsplit(begin(client)).query))

    answer = client.get(f"{reverse('directory_callback', args=['northshire'])}?code={stolen}&state={mine['state']}")

    assert answer.status_code == 403
    assert not inside(client)


def test_a_code_sent_to_us_unasked_is_refused(client, provider, dev):
    for query in ("", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied", "?error=%3Cscript%3E&state=x"):
        answer = client.get(reverse("directory_callback", args=["northshire"]) + query)
        assert answer.status_code == 403
        assert "<script>" not in answer.content.decode()
    assert not inside(client)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("access_denied", "The directory said no (access_denied)."),
        ("Ring 01632 960666 to unlock your account", "The directory said no, for a reason that is none of OpenID Connect's."),
        ("", "The directory said no, for a reason that is none of OpenID Connect's."),
    ],
)  # fmt: skip
def test_what_a_stranger_writes_into_the_address_is_neither_shown_nor_kept(client, provider, dev, error, why):
    answer = client.get(reverse("directory_callback", args=["northshire"]), {"error": error, "state": "x"})

    assert why in html.unescape(answer.content.decode())
    assert "960666" not in answer.content.decode()
    assert [one["why"] for one in told("directory.refused")] == [why]


@pytest.mark.parametrize(
    "changed",
    [{"email_verified": False}, {"email_verified": "true"}, {"email": "other@northshire.example"}, {"email": None}, {"email": ["a", ADDRESS]}],
    ids=["not verified", "verified in words", "another address", "none", "a list"],
)  # fmt: skip
def test_an_address_that_is_not_verified_or_not_entered_attaches_nobody(client, provider, dev, changed):
    provider.person.update(changed)

    answer = come(client)

    assert answer.status_code == 403
    assert "Ask your administrator to enter it" in answer.content.decode()
    assert not SocialAccount.objects.exists()
    assert Staff.objects.filter(username__icontains="dev").count() == 0


@pytest.mark.parametrize("verified", [True, False])
def test_another_subject_with_the_same_address_is_refused(client, provider, dev, verified):
    come(client)
    client.post(reverse("account_logout"))
    provider.person.update(sub="subject-2", email_verified=verified)

    assert come(client).status_code == 403
    assert not inside(client)
    assert SocialAccount.objects.get().uid == "subject-1"
    assert len(told("directory.refused")) == 1


@pytest.mark.parametrize("groups", [["staff"], [], "another", "", [None, 7]])
def test_who_is_not_in_the_forces_group_is_refused(client, provider, dev, groups):
    provider.person["groups"] = groups

    answer = come(client)

    assert answer.status_code == 403
    assert "no longer counts you" in answer.content.decode()


@pytest.mark.parametrize("said", [{"groups": None}, {"groups": {"longstone-northshire": 1}}, {"groups": 7}, "nothing"])
def test_a_directory_that_does_not_tell_the_groups_lets_nobody_in_and_locks_nobody_out(client, provider, dev, said):
    come(client)
    desk = Client()
    knock(desk)
    if said == "nothing":
        provider.without = ("groups",)
    else:
        provider.person.update(said)

    answer = come(Client())

    assert answer.status_code == 403
    assert "does not say which groups you are in" in answer.content.decode()
    assert "groups" in told("directory.refused")[-1]["why"]
    assert told("directory.left") == []
    assert inside(client)
    assert inside(desk)


def test_who_left_the_group_loses_their_sessions_and_their_password_opens_nothing(client, provider, dev):
    come(client)
    desk = Client()
    knock(desk)
    provider.person["groups"] = []

    come(Client())

    assert not inside(client)
    assert not inside(desk)
    assert told("directory.left")[0]["why"] == admission.NO_LONGER
    assert knock(desk, password=PASSWORD).headers["Location"] == reverse("account_inactive")
    assert not inside(desk)
    provider.person["groups"] = ["longstone-northshire"]
    come(client)
    assert inside(client)
    assert len(told("directory.returned")) == 1


def test_who_has_left_here_is_refused_whatever_the_directory_says(client, provider, dev, force, now):
    come(client)
    commands.release(by=force.actor("administrator", now), at=now, staff=dev, left_on=now.date())

    assert come(Client()).status_code == 403


def test_a_directory_speaks_for_its_own_force_alone(client, provider, other_force, now):
    other = other_force.staff["detective"]
    commands.enter_in_directory(by=other_force.actor("administrator", now), at=now, staff=other, email=ADDRESS)

    assert come(client).status_code == 403
    assert not sessions(other).exists()


def test_detached_from_the_directory_nobody_comes_by_it(client, provider, dev, force, now):
    come(client)

    commands.detach_from_directory(by=force.actor("administrator", now), at=now, staff=dev)

    assert not inside(client)
    assert come(client).status_code == 403
    assert knock(client).status_code == 302
    assert inside(client)


def test_a_second_factor_of_ones_own_is_asked_for_by_this_way_too(client, provider, dev, force, now):
    with_app(force, now)

    assert come(client).headers["Location"] == reverse("mfa_authenticate")
    assert not inside(client)


def test_where_to_go_on_afterwards_is_here_alone(client, provider, dev):
    for asked, there in (("/cases/", "/cases/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")):
        onward = client.get(reverse("directory", args=["northshire"]), {"next": asked}).headers["Location"]
        back = requests.get(onward, allow_redirects=False, timeout=10).headers["Location"]
        assert come(client, back).headers["Location"] == there
        client.post(reverse("account_logout"))


def test_another_site_does_not_begin_a_sign_in(client, provider, dev):
    answer = client.get(reverse("directory", args=["northshire"]), headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.headers["Location"] == reverse("account_login")
    assert provider.asked == []


def test_there_is_no_directory_where_none_is_named(client, force):
    page = client.get(reverse("account_login")).content.decode()

    assert "Sign in with the" not in page
    assert client.get(reverse("directory", args=["northshire"])).status_code == 404
    assert client.get(reverse("directory_callback", args=["northshire"])).status_code == 404
    assert told_to_us.LONGSTONE_SHELVES == ""


def test_the_sign_in_page_names_the_directory(client, provider):
    assert "Sign in with the Northshire directory" in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("issuer", ["http://login.example", "ftp://login.example", "login.example"])
def test_a_directory_without_tls_is_refused_on_the_shelf(tmp_path, settings, issuer):
    from longstone.kernel.shelves import BadShelf
    from longstone.people import doors

    settings.LONGSTONE_SHELVES = str(tmp_path)
    (tmp_path / "sign_in").mkdir()
    directory = {"name": "x", "issuer": issuer, "client": "x", "group": "x"}
    (tmp_path / "sign_in" / "x.yaml").write_text(yaml.safe_dump({"id": "x", "version": 1, "directory": directory}))

    with pytest.raises(BadShelf, match="https address"):
        doors.doors()


def test_the_providers_own_true_token_is_taken(provider):
    asked = {"nonce": "n"}

    assert jwt.decode(provider.id_token(asked), KEY.public_key(), algorithms=["RS256"], audience=CLIENT)["nonce"] == "n"
