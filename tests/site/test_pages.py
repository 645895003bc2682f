"""Pages: who gets which, and that what one may not see is not there."""

import uuid

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence.models import Exhibit
from longstone.kernel.models import Entry
from tests.house import PASSWORD, ROLES

PAGES = {
    "home": lambda x: reverse("home"),
    "cases": lambda x: reverse("cases:list"),
    "mine": lambda x: reverse("evidence:mine"),
    "lockers": lambda x: reverse("evidence:lockers"),
    "persons": lambda x: reverse("people:persons"),
    "case": lambda x: reverse("case", args=[x.case_id]),
    "allocate": lambda x: reverse("cases:allocate", args=[x.case_id]),
    "close": lambda x: reverse("cases:close", args=[x.case_id]),
    "seize": lambda x: reverse("evidence:seize", args=[x.case_id]),
    "exhibit": lambda x: reverse("exhibit", args=[x.pk]),
    "offer": lambda x: reverse("evidence:offer", args=[x.pk]),
    "receive": lambda x: reverse("evidence:receive", args=[x.pk]),
    "hand out": lambda x: reverse("evidence:hand-out", args=[x.pk]),
}
OF_A_SUBJECT = ["case", "allocate", "close", "seize", "exhibit", "offer", "receive", "hand out"]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", OF_A_SUBJECT)
def test_the_same_role_in_another_force_finds_nothing(other_force, exhibit, sign_in, page, role):
    browser = sign_in(other_force.staff[role])

    answer = browser.get(PAGES[page](exhibit))

    assert answer.status_code == 404
    assert exhibit.case.reference not in answer.content.decode()
    assert Entry.objects.filter(event="act.refused", by_id=other_force.staff[role].pk).count() == 1


@pytest.mark.parametrize("role", ROLES[:4])
@pytest.mark.parametrize("page", list(PAGES))
def test_the_forces_own_officers_get_their_pages_and_each_is_recorded(force, exhibit, sign_in, page, role):
    browser = sign_in(force.staff[role])
    before = Entry.objects.filter(event__endswith=".read").count()

    answer = browser.get(PAGES[page](exhibit))

    assert answer.status_code == 200
    assert Entry.objects.filter(event__endswith=".read").count() == before + 1


@pytest.mark.parametrize("page", list(PAGES))
def test_nobody_gets_a_page_without_signing_in(client, exhibit, page):
    answer = client.get(PAGES[page](exhibit))

    assert answer.status_code == 302
    assert "/sign-in/login/" in answer.headers["Location"]


def test_another_force_sees_a_case_only_while_it_is_shared(force, other_force, case, exhibit, sign_in, now):
    partner = sign_in(other_force.staff["partner_officer"])
    by = force.actor("supervisor", now)
    cases.share(by=by, at=now, case=case, to=other_force.controller, basis="Linked", marking="OFFICIAL")

    assert partner.get(PAGES["case"](exhibit)).status_code == 200
    cases.end_share(by=by, at=now, case=case, to=other_force.controller)
    assert partner.get(PAGES["case"](exhibit)).status_code == 404


def test_another_forces_list_and_count_tell_nothing(other_force, case, sign_in):
    told = sign_in(other_force.staff["supervisor"]).get(reverse("cases:list")).content.decode()

    assert case.reference not in told
    assert "There are no cases you may see" in told


def opening(reference, once):
    return {"reference": reference, "title": "A theft", "offence": "Theft", "marking": "OFFICIAL", "once": once}


def test_a_form_sent_twice_is_done_once(force, sign_in):
    browser, once = sign_in(force.staff["detective"]), str(uuid.uuid4())

    first = browser.post(reverse("cases:open"), opening("NS/2/26", once))
    second = browser.post(reverse("cases:open"), opening("NS/2/26", once))

    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.everything(because="the test counts").count() == 1


def test_a_refusal_is_shown_and_nothing_typed_is_lost(force, case, sign_in):
    answer = sign_in(force.staff["detective"]).post(reverse("cases:open"), opening("NS/1/26", str(uuid.uuid4())))

    told = answer.content.decode()
    assert "already has a case with that reference" in told
    assert 'value="A theft"' in told
    assert Entry.objects.filter(event="act.refused").count() == 1


def test_an_act_that_is_not_permitted_shows_its_sentence_and_no_form(force, exhibit, sign_in):
    told = sign_in(force.staff["detective"]).get(PAGES["offer"](exhibit)).content.decode()

    assert "You do not hold this exhibit" in told
    assert "<button type" not in told


def test_hostile_text_is_shown_as_text(force, case, sign_in, now):
    from longstone.evidence import commands
    from tests.house import seizing

    commands.seize(
        by=force.actor("exhibits_officer", now), **seizing(case, now, description="<script>alert(1)</script>")
    )

    told = sign_in(force.staff["supervisor"]).get(reverse("case", args=[case.pk])).content.decode()

    assert "&lt;script&gt;alert(1)" in told
    assert "<script>alert" not in told
    assert Exhibit.objects.everything(because="the test counts").count() == 1


@pytest.mark.parametrize(
    "q", ["\x00", "%", "'", "x" * 5000, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
def test_odd_searches_find_nothing_and_break_nothing(force, case, sign_in, q):
    assert sign_in(force.staff["supervisor"]).get(reverse("cases:list"), {"q": q, "from": "-1"}).status_code == 200


def test_sign_in_and_its_failure_are_recorded(client, force):
    login = reverse("account_login")

    client.post(login, {"login": "detective.northshire", "password": "wrong"})
    answer = client.post(login, {"login": "detective.northshire", "password": PASSWORD})

    assert answer.status_code == 302
    assert Entry.objects.filter(event="sign_in.failed").count() == 1
    assert Entry.objects.filter(event="staff.signed_in").count() == 1


def test_somebody_who_has_left_cannot_sign_in(client, force):
    from longstone.kernel.promises import writing

    with writing("the test"):
        force.staff["detective"].is_active = False
        force.staff["detective"].save()

    client.post(reverse("account_login"), {"login": "detective.northshire", "password": PASSWORD})

    assert client.get(reverse("home")).status_code == 302


def test_pages_carry_a_strict_policy(client, db):
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
