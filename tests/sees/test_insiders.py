"""Insiders: whoever is connected to a case sees nothing of it, in any role, on any page, and is not told why (D21)."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstone.cases import commands
from longstone.cases.models import Case, Connection
from longstone.evidence import queries
from longstone.kernel.models import Entry
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from tests.house import ROLES
from tests.sees.conftest import connect
from tests.site.table import CASE, PAGES, READ, TAKE, address

TELLS = re.compile(r"NS/1/26|Stolen laptop|A black laptop|ABC/\d|N000\d|image\.raw")
OF_THE_CASE = [
    name for name, (kind, at) in PAGES.items() if kind in {CASE, READ, TAKE} and name not in {"cases:reopen"}
]
LISTS = ["cases:list", "evidence:list", "evidence:mine", "evidence:lockers", "evidence:locations", "evidence:examinations", "evidence:disposals", "holds", "cases:whom", "home"]  # fmt: skip


def said(answer):
    """Give a page without the key of its sign-out form, and without its own address and minute as a printed page bears them."""
    changing = r'name="csrfmiddlewaretoken" value="\w+"|<div class="ls-printed" hidden>.*?</div>'
    return re.sub(changing, "", answer.content.decode())


INSIDERS = [role for role in ROLES if role != "professional_standards"]


@pytest.mark.parametrize("role", INSIDERS)
def test_an_insider_gets_of_every_page_what_they_get_of_one_that_is_not_there(world, force, now, sign_in, role):
    connect(force, now, world.case, role)
    browser = sign_in(force.staff[role])
    missing = browser.get(reverse("case", args=[10**9]))

    for name in OF_THE_CASE:
        before = Entry.objects.filter(event="act.refused", by_id=force.staff[role].pk).count()
        answer = browser.get(address(name, world))
        assert (answer.status_code, said(answer)) == (404, said(missing)), name
        assert Entry.objects.filter(event="act.refused", by_id=force.staff[role].pk).count() == before + 1, name


@pytest.mark.parametrize("role", INSIDERS)
def test_no_list_search_or_count_tells_an_insider_anything(world, force, now, sign_in, role):
    connect(force, now, world.case, role)
    browser = sign_in(force.staff[role])

    for name in LISTS:
        assert not TELLS.search(said(browser.get(reverse(name)))), name
        of_it, of_nothing = (
            said(browser.get(reverse(name), {"q": text})).replace(text, "") for text in ("NS/1/26", "NS/9/99")
        )
        assert of_it == of_nothing, name


def test_the_page_of_a_person_in_the_case_does_not_name_it_to_an_insider(world, force, now, sign_in):
    browser, page = sign_in(force.staff["supervisor"]), reverse("person", args=[world.person.pk])
    assert "NS/1/26" in browser.get(page).content.decode()

    connect(force, now, world.case, "supervisor", how="party")

    assert not TELLS.search(browser.get(page).content.decode())


@pytest.mark.parametrize("role", ["supervisor", "exhibits_officer"])
def test_an_insider_acts_on_nothing_of_the_case(world, force, now, sign_in, role):
    connect(force, now, world.case, role)
    browser = sign_in(force.staff[role])
    acts = Entry.objects.exclude(event__endswith=".read").exclude(event="act.refused")
    before = acts.count()

    told = {name: browser.post(address(name, world), {"once": str(uuid.uuid4())}).status_code for name in OF_THE_CASE}

    assert set(told.values()) == {404}
    assert acts.count() == before


def test_looking_for_what_is_hidden_asks_the_database_no_more_and_no_less_than_for_what_is_not_there(
    world, force, now, sign_in
):
    connect(force, now, world.case, "supervisor")
    browser = sign_in(force.staff["supervisor"])
    browser.get(reverse("case", args=[10**9]))

    asked = []
    for number in (world.case.pk, 10**9):
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("case", args=[number]))
        asked.append([re.sub(r"\d+|'[^']*'", "?", one["sql"]) for one in captured.captured_queries])

    assert len(asked[0]) == len(asked[1])


def test_what_is_in_an_insiders_hands_is_hidden_from_them_too(world, force, now):
    by = force.actor("exhibits_officer", now)
    assert queries.in_my_hands(by=by).exists()

    connect(force, now, world.case, "exhibits_officer")

    assert not queries.in_my_hands(by=by).exists()


def test_neither_a_share_a_name_a_glass_nor_a_power_lets_an_insider_in(force, case, now, exhibit):
    by = force.actor("supervisor", now)
    commands.restrict(by=by, at=now, case=case, reason="x", named=[force.staff["records_manager"]])
    commands.break_glass(by=force.actor("exhibits_officer", now), at=now, case=case.pk, reason="At night")
    for role in ("records_manager", "exhibits_officer", "detective"):
        assert Case.objects.visible_to(force.actor(role, now)).exists()
        connect(force, now, case, role)
        assert not Case.objects.visible_to(force.actor(role, now)).exists()
    with pytest.raises(NotVisible):
        commands.break_glass(by=force.actor("detective", now), at=now, case=case.pk, reason="At night")


def test_who_is_connected_is_for_few_to_know_and_never_for_the_insider(world, force, now, sign_in):
    made = connect(force, now, world.case, "supervisor")
    page = reverse("cases:connections", args=[world.case.pk])

    assert "Supervisor Northshire" in sign_in(force.staff["professional_standards"]).get(page).content.decode()
    for role in ROLES:
        if role != "professional_standards":
            assert sign_in(force.staff[role]).get(page).status_code == 404
            assert not Connection.objects.visible_to(force.actor(role, now)).filter(pk=made.pk).exists()


def test_nobody_records_their_own_connection_and_none_is_recorded_twice(case, force, now):
    by = force.actor("professional_standards", now)
    told = {"by": by, "at": now, "case": case, "how": "party", "reason": "x"}

    with pytest.raises(NotPermitted, match="their own connection"):
        commands.record_connection(**told, staff=force.staff["professional_standards"])
    commands.record_connection(**told, staff=force.staff["detective"])
    with pytest.raises(Refusal, match="connected to this case already"):
        commands.record_connection(**told, staff=force.staff["detective"])
    with pytest.raises(NotPermitted, match="Only professional standards"):
        commands.record_connection(
            **{**told, "by": force.actor("supervisor", now)}, staff=force.staff["exhibits_officer"]
        )


def test_a_connection_that_is_lifted_gives_back_what_the_role_sees(case, force, now, sign_in):
    made = connect(force, now, case, "supervisor")
    page = reverse("case", args=[case.pk])
    assert sign_in(force.staff["supervisor"]).get(page).status_code == 404

    lift = reverse("cases:lift-connection", args=[case.pk, made.pk])
    sign_in(force.staff["professional_standards"]).post(lift, {"once": str(uuid.uuid4()), "reason": "It was another"})

    assert sign_in(force.staff["supervisor"]).get(page).status_code == 200
    assert Entry.objects.filter(event="connection.lifted").count() == 1
